package dev.floe.node.audit;

import dev.floe.node.audit.Places.Found;
import dev.floe.node.audit.Places.Place;
import dev.floe.node.cache.Anchors;
import dev.floe.node.cache.MeshCache;
import dev.floe.node.mesh.Group;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.submit.Audits;
import dev.floe.node.submit.Deadlines;
import dev.floe.node.submit.RemoteCompile.Door;
import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.Exchange;
import dev.floe.node.wire.PeerConnections;
import dev.floe.store.FailureText;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes drawn results anew, one at a time and on slots that nobody else wants, and compares. Where an audit differs, another one
 * elsewhere decides what it means ({@link Ruling}). One thread does all that; the rest is thread-safe.
 */
public final class Auditor implements Audits, AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(Auditor.class);
    private static final int MOST_WAITING = 256;
    private static final int MOST_ATTEMPTS = 8;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
    private static final Duration LEAST_LIMIT = Duration.ofMinutes(3);
    private static final Duration LIMIT_HERE = Duration.ofMinutes(30);
    private static final int LIMIT_FACTOR = 8;

    private final Draw draw;
    private final Places places;
    private final Deadlines deadlines;
    private final Findings findings;
    private final Ruling ruling;
    private final Reports reports;
    private final LongAdder agreed = new LongAdder();
    private final LongAdder differed = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // All below is guarded by the lock.
    private final Deque<Served> waiting = new ArrayDeque<>();
    private @Nullable Conversation current;
    private long news; // rosters that came
    private boolean closing;

    /** What an auditor works with. */
    public interface Site {
        /** This node's name. */
        String name();

        Group group();

        PeerConnections connections();

        Deadlines deadlines();

        MeshCache cache();

        InstantSource clock();

        /** This node's own sandbox, for what nobody waits for; empty if there is none. */
        Optional<Door> backgroundExecutor();
    }

    /**
     * What audits have come to since the node's start.
     *
     * @param skipped drawn, but not made anew: no executor, or inputs that have changed
     * @param heard   reports of other nodes
     */
    public record Counts(long agreed, long differed, long skipped, long heard) {
        public long done() {
            return agreed + differed;
        }
    }

    /** A result that was made anew. */
    record Ran(Place place, Outputs outputs) {}

    /**
     * @param self    this node
     * @param percent of hits are made anew, 0 to 100
     * @param seed    decides which; nobody else should know it
     */
    public Auditor(Site site, NodeInfo self, double percent, long seed, Findings findings) {
        draw = new Draw(seed, percent);
        deadlines = site.deadlines();
        this.findings = findings;
        reports = new Reports(site.group(), site.connections(), System::nanoTime);
        ruling = new Ruling(site.cache(), site.group(), findings, reports, site.clock(), self.id().toString());
        places = new Places(site.group(), site.connections(), site.backgroundExecutor(), self.name(),
                self.machine().architecture());
        site.group().onChange(this::accept);
        thread = Thread.ofVirtual().name("floe-audit").start(this::run);
    }

    @Override
    public boolean draws(String job) {
        return draw.takes(job);
    }

    @Override
    public Set<String> distrusted() {
        return findings.quarantine().makers();
    }

    @Override
    public void add(Served served) {
        lock.lock();
        try {
            if (closing || waiting.size() >= MOST_WAITING) {
                skipped.increment();
                return;
            }
            waiting.add(served);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes a report of a peer. */
    public void hear(Exchange exchange) throws IOException {
        reports.hear(exchange);
    }

    public Counts counts() {
        return new Counts(agreed.sum(), differed.sum(), skipped.sum(), reports.heard());
    }

    private void accept(Roster roster) {
        lock.lock();
        try {
            news++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (true) {
                Served next = take();
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

    private @Nullable Served take() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closing) {
                changed.await();
            }
            return closing ? null : waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    private void skip(Served served, String reason) {
        skipped.increment();
        LOG.debug("result={} source={} not audited: {}", served.key().brief(), served.source(), reason);
    }

    private void audit(Served served) throws IOException, InterruptedException {
        Outputs known = Outputs.of(served.result(), Anchors.of(served.offer()));
        Set<String> avoided = new HashSet<>(Set.of(served.result().maker()));
        Optional<Ran> first = rerun(served, avoided);
        if (first.isEmpty()) {
            skip(served, "it could not be made anew");
            return;
        }
        if (known.differing(first.get().outputs()).isEmpty()) {
            agreed.increment();
            LOG.debug("result={} source={} audited at={}: the same", served.key().brief(), served.source(),
                    first.get().place().name());
            return;
        }
        ruling.suspect(served.key());
        avoided.add(first.get().place().id());
        Optional<Ran> second = rerun(served, avoided);
        if (second.isEmpty() && !isClosing()) {
            second = rerun(served, new HashSet<>(Set.of(served.result().maker())));
        }
        ruling.decide(served, known, first.get(), second);
        differed.increment();
    }

    /** Empty if nobody can. Adds those that failed to the avoided. */
    private Optional<Ran> rerun(Served served, Set<String> avoided) throws InterruptedException {
        for (int attempt = 0; attempt < MOST_ATTEMPTS;) {
            switch (places.find(served.offer().toolchain(), avoided)) {
                case Found.Nowhere _ -> {
                    return Optional.empty();
                }
                case Found.Later _ -> {
                    if (!pause()) {
                        return Optional.empty();
                    }
                }
                case Found.At(Place place) -> {
                    attempt++;
                    switch (at(place, served)) {
                        case Rerun.Result.Made(Outputs outputs) -> {
                            return Optional.of(new Ran(place, outputs));
                        }
                        case Rerun.Result.Busy _ -> {
                            if (!pause()) {
                                return Optional.empty();
                            }
                        }
                        case Rerun.Result.Impossible(String reason) -> {
                            LOG.debug("result={} not made anew at={}: {}", served.key().brief(), place.name(), reason);
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

    private Rerun.Result at(Place place, Served served) {
        Duration limit = served.result().compute().multipliedBy(LIMIT_FACTOR).plus(LEAST_LIMIT);
        try (Conversation conversation = begun(new Conversation(place.door().open()));
                Deadlines.Pending _ = deadlines.after(place.self() ? LIMIT_HERE : limit, conversation::close)) {
            return Rerun.run(conversation, served, place.self());
        } catch (IOException e) {
            return new Rerun.Result.Impossible(FailureText.of(e));
        } finally {
            lock.lock();
            try {
                current = null;
            } finally {
                lock.unlock();
            }
        }
    }

    private Conversation begun(Conversation conversation) throws IOException {
        lock.lock();
        try {
            if (closing) {
                conversation.close();
                throw new IOException("this node is closing");
            }
            current = conversation;
            return conversation;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosing() {
        lock.lock();
        try {
            return closing;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something has changed in the mesh, or a few seconds; false if this node is closing. */
    private boolean pause() throws InterruptedException {
        lock.lock();
        try {
            long seen = news;
            long left = LOOK_AGAIN.toNanos();
            while (!closing && news == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !closing;
        } finally {
            lock.unlock();
        }
    }

    /** Gives up what is under way and waits. */
    @Override
    public void close() {
        Conversation open;
        lock.lock();
        try {
            closing = true;
            open = current;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (open != null) {
            open.close();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
