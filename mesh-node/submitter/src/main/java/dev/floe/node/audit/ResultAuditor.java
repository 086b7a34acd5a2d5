package dev.floe.node.audit;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.audit.AuditExecutorSelector.AuditLocation;
import dev.floe.node.audit.AuditExecutorSelector.ExecutorChoice;
import dev.floe.node.cache.MeshCache;
import dev.floe.node.cache.keys.PathNormalizer;
import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.stream.ActiveStream;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.submitter.OwnExecutor;
import dev.floe.node.submitter.context.AuditQueue;
import dev.floe.node.submitter.context.TimeoutScheduler;
import dev.floe.store.FailureText;

/**
 * Produces drawn results again, one at a time and on slots that nobody else uses, and compares. Where an audit differs,
 * another one elsewhere decides what it means ({@link AuditDecision}). One thread does all that; the rest is
 * thread-safe.
 */
public final class ResultAuditor implements AuditQueue, AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(ResultAuditor.class);
    private static final int MAX_ATTEMPTS = 8;
    private static final Duration MIN_LIMIT = Duration.ofMinutes(3);
    private static final Duration LIMIT_HERE = Duration.ofMinutes(30);
    private static final int LIMIT_FACTOR = 8;
    private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

    private volatile AuditSampler draw;
    private final AuditExecutorSelector places;
    private final TimeoutScheduler deadlines;
    private final AuditFindings findings;
    private final AuditDecision decision;
    private final QuarantineReports reports;
    private final LongAdder agreed = new LongAdder();
    private final LongAdder differed = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final Thread thread = Thread.ofVirtual().name("floe-audit").unstarted(this::run);

    private final AuditBacklog backlog = new AuditBacklog();
    private final ActiveStream active = new ActiveStream(); // of the audit that is under way

    /** The nodes that can produce a result again: those of the mesh, and this one. */
    public record AuditNodes(Supplier<NodeInfo> self, MeshGroup group, PeerConnections connections, OwnExecutor own) {}

    /**
     * @param percent of hits are audited, 0 to 100
     * @param seed    decides which; nobody else should know it
     */
    public record AuditSampling(double percent, long seed) {}

    /**
     * What audits have come to since the node's start.
     *
     * @param skipped drawn, but not produced again: no executor, or inputs that have changed
     * @param heard   reports of other nodes
     */
    public record AuditCounts(long agreed, long differed, long skipped, long heard) {
        public long done() {
            return agreed + differed;
        }
    }

    /** A result that was made again. */
    record Ran(AuditLocation place, OutputDigests outputs) {}

    public ResultAuditor(AuditNodes nodes, MeshCache cache, AuditSampling sampling, AuditFindings findings,
            TimeoutScheduler deadlines, InstantSource clock) {
        MeshGroup group = nodes.group();
        draw = new AuditSampler(sampling.seed(), sampling.percent());
        this.deadlines = deadlines;
        this.findings = findings;
        reports = new QuarantineReports(group::roster, nodes.connections(), System::nanoTime);
        decision = new AuditDecision(cache::evict, group::roster, findings, reports, clock,
                nodes.self().get().id().toString());
        places = new AuditExecutorSelector(group::roster, nodes.connections(), nodes.own()::inBackground,
                () -> nodes.self().get().name(), nodes.self().get().machine().architecture());
        group.onChange(_ -> active.wake());
    }

    /** Begins to audit. */
    public void start() {
        thread.start();
    }

    @Override
    public boolean isSampled(String job) {
        return draw.isSampled(job);
    }

    @Override
    public Set<String> distrusted() {
        return findings.quarantine().makers();
    }

    @Override
    public void add(ServedResult served) {
        if (!backlog.add(served)) {
            skipped.increment();
        }
    }

    /** Takes a report of a peer. */
    public void receiveReport(PeerStream exchange) throws IOException {
        reports.hear(exchange);
    }

    /** Changes the share of results that are audited. */
    public void setPercent(double percent) {
        draw = new AuditSampler(draw.seed(), percent);
    }

    public AuditCounts counts() {
        return new AuditCounts(agreed.sum(), differed.sum(), skipped.sum(), reports.heard());
    }

    private void run() {
        try {
            while (true) {
                ServedResult next = backlog.take();
                if (next == null) {
                    return;
                }
                try {
                    audit(next);
                } catch (IOException | RuntimeException e) {
                    skip(next, FailureText.of(e));
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this thread", e);
        }
    }

    private void skip(ServedResult served, String reason) {
        skipped.increment();
        LOG.debug("result={} source={} not audited: {}", served.key().brief(), served.source(), reason);
    }

    private void audit(ServedResult served) throws IOException, InterruptedException {
        OutputDigests known = OutputDigests.of(served.result(), PathNormalizer.of(served.offer()));
        Set<String> avoided = new HashSet<>(Set.of(served.result().maker()));
        Optional<Ran> first = rerun(served, avoided);
        if (first.isEmpty()) {
            skip(served, "it could not be produced again");
            return;
        }
        if (known.differing(first.get().outputs()).isEmpty()) {
            agreed.increment();
            LOG.debug("result={} source={} audited at={}: the same", served.key().brief(), served.source(),
                    first.get().place().name());
            return;
        }
        decision.evictSuspect(served.key());
        avoided.add(first.get().place().id());
        Optional<Ran> second = rerun(served, avoided);
        if (second.isEmpty() && !active.isClosed()) {
            second = rerun(served, new HashSet<>(Set.of(served.result().maker())));
        }
        decision.decide(served, known, first.get(), second);
        differed.increment();
    }

    /** Empty if nobody can. Adds those that failed to the avoided. */
    private Optional<Ran> rerun(ServedResult served, Set<String> avoided) throws InterruptedException {
        for (int attempt = 0; attempt < MAX_ATTEMPTS;) {
            switch (places.find(served.offer().toolchain(), avoided)) {
                case ExecutorChoice.NoExecutor _ -> {
                    return Optional.empty();
                }
                case ExecutorChoice.Later _ -> {
                    if (!active.pause(MAX_PAUSE)) {
                        return Optional.empty();
                    }
                }
                case ExecutorChoice.At(AuditLocation place) -> {
                    attempt++;
                    switch (at(place, served)) {
                        case AuditExecution.AuditRunResult.Reproduced(OutputDigests outputs) -> {
                            return Optional.of(new Ran(place, outputs));
                        }
                        case AuditExecution.AuditRunResult.ExecutorBusy _ -> {
                            if (!active.pause(MAX_PAUSE)) {
                                return Optional.empty();
                            }
                        }
                        case AuditExecution.AuditRunResult.Impossible(String reason) -> {
                            LOG.debug("result={} not produced again at={}: {}", served.key().brief(), place.name(),
                                    reason);
                            if (place.self()) {
                                return Optional.empty();
                            }
                            avoided.add(place.id());
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    private AuditExecution.AuditRunResult at(AuditLocation place, ServedResult served) {
        Duration limit = served.result().compute().multipliedBy(LIMIT_FACTOR).plus(MIN_LIMIT);
        try (MessageStream conversation = active.begin(new MessageStream(place.opener().open()));
                TimeoutScheduler.Cancellable _ = deadlines.after(place.self() ? LIMIT_HERE : limit,
                        conversation::close)) {
            return AuditExecution.run(conversation, served, place.self());
        } catch (IOException e) {
            return new AuditExecution.AuditRunResult.Impossible(FailureText.of(e));
        } finally {
            active.end();
        }
    }

    /** Gives up what is under way and waits. */
    @Override
    public void close() {
        backlog.close();
        active.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
