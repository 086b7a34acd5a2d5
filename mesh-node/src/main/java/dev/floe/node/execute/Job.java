package dev.floe.node.execute;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.PeerText;
import dev.floe.node.cache.Maker;
import dev.floe.node.wire.BrokenExchangeException;
import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.Digests;
import dev.floe.node.wire.JobMessage;
import dev.floe.node.wire.JobMessage.Answer;
import dev.floe.node.wire.JobMessage.BlobFollows;
import dev.floe.node.wire.JobMessage.Effort;
import dev.floe.node.wire.JobMessage.Failure;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.JobMessage.Outcome;
import dev.floe.node.wire.JobMessage.Verdict;
import dev.floe.node.wire.JobMessage.WireInput;
import dev.floe.node.wire.JobMessage.WireOutput;
import dev.floe.node.wire.StalledExchangeException;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.Inbox;
import dev.floe.store.action.ResultCodec;
import dev.floe.toolchain.ToolchainId;

/**
 * One job on its executor, from the offer to the last byte of its result. Runs on one virtual thread; when the submitter goes away the
 * wait in line is cancelled and the command killed, on whichever thread notices.
 */
final class Job {
    /** How a job ended. */
    enum End {
        DONE, FAILED, CANCELLED
    }

    private static final byte[] NO_HASH = new byte[0];
    private static final Logger LOG = LogManager.getLogger(Job.class);

    private final Executor.Site site;
    private final Offer offer;
    private final Conversation conversation;
    private final Path directory;
    private final TreePool trees;
    private final Ledger ledger;
    private final Slots.Kind kind;
    private final Stopwatch watch = new Stopwatch();
    private long compilerMicros; // set and read by the job's thread
    private final Queue<Runnable> actions = new ConcurrentLinkedQueue<>();
    private TreePool.@Nullable Loan loan; // this and sandboxed: set by the job's thread, read by the one that sweeps
    private @Nullable SandboxProcess sandboxed;
    private volatile boolean lost; // once set, by whoever notices, actions have run or run at once

    /** @param kind whether it is a job of this node itself */
    Job(Executor.Site site, Offer offer, Conversation conversation, Path directory, TreePool trees, Ledger ledger,
            Slots.Kind kind) {
        this.kind = kind;
        this.site = site;
        this.offer = offer;
        this.conversation = conversation;
        this.directory = directory;
        this.trees = trees;
        this.ledger = ledger;
    }

    /** @param wait what the submitter is told to expect */
    End run(Ledger.Place place, Duration wait) throws IOException {
        conversation.exchange().onBroken(this::lose);
        try {
            HeldToolchain toolchain = toolchainAndInputs(wait);
            try (Slots.Lease lease = slot(place)) {
                watch.lap(Stopwatch.Step.QUEUE);
                place.begin();
                replay(toolchain, lease);
            }
            return End.DONE;
        } catch (BrokenExchangeException | CancellationException _) {
            return End.CANCELLED;
        } catch (DamagedToolchainException e) {
            LOG.warn("{}; it will be fetched anew", FailureText.of(e));
            site.held().drop(e.toolchain());
            return fail(e);
        } catch (IOException e) {
            return fail(e);
        }
    }

    /** CPU time of the command, in microseconds; 0 if it has not ended. */
    long compilerMicros() {
        return compilerMicros;
    }

    boolean isForeign() {
        return kind == Slots.Kind.FOREIGN;
    }

    @Override
    public String toString() {
        return "job=" + PeerText.of(offer.jobId()) + " submitter=" + conversation.exchange().peer();
    }

    /** Runs {@code action}, perhaps more than once, when nobody waits for the result any more. */
    private void onLost(Runnable action) {
        actions.add(action);
        if (lost) {
            action.run();
        }
    }

    /** Ends the job without an answer, whatever it is doing; from any thread. */
    void abort() {
        conversation.close();
        lose();
    }

    private void lose() {
        lost = true;
        actions.forEach(Runnable::run);
    }

    private End fail(IOException reason) throws IOException {
        if (lost) {
            return End.CANCELLED;
        }
        LOG.info("job={} submitter={} cannot be done here: {}", PeerText.of(offer.jobId()),
                conversation.exchange().peer(), PeerText.of(FailureText.of(reason)));
        site.jobFailed();
        try {
            String told = new FailureReason(offer, directory).of(reason);
            conversation.send(new Failure(told, site.state()));
            conversation.finish();
            return End.FAILED;
        } catch (BrokenExchangeException _) {
            return End.CANCELLED;
        }
    }

    /** Answers the offer, and gathers what the command needs while it may still wait for its turn. */
    private HeldToolchain toolchainAndInputs(Duration wait) throws IOException {
        ToolchainId id = toolchain();
        List<Integer> missing = missing();
        Optional<HeldToolchain> held = site.held().held(id);
        boolean now = held.isPresent() && wait.isZero();
        conversation.send(new Answer(now ? Verdict.ACCEPTED : Verdict.QUEUED, missing,
                wait.toMillis(), held.isPresent() ? "" : "fetches the toolchain",
                site.state(), offer.glossary()));
        conversation.flush();
        try {
            receive(missing);
        } catch (StalledExchangeException e) {
            ledger.stalled(conversation.exchange().node());
            throw new IOException("the inputs do not come: " + FailureText.of(e), e);
        }
        watch.lap(Stopwatch.Step.INPUT);
        return held.isPresent() ? held.get() : await(site.held().obtain(id).copy());
    }

    private ToolchainId toolchain() throws IOException {
        try {
            return new ToolchainId(offer.running());
        } catch (IllegalArgumentException e) {
            throw new IOException("the offer names no toolchain: " + FailureText.of(e), e);
        }
    }

    private List<Integer> missing() throws IOException {
        List<Integer> missing = new ArrayList<>();
        Set<Digest> asked = new HashSet<>();
        List<WireInput> inputs = offer.inputs();
        for (int i = 0; i < inputs.size(); i++) {
            WireInput input = inputs.get(i);
            if (input.kind() == JobMessage.Kind.FILE || input.kind() == JobMessage.Kind.PRIVATE_FILE) {
                Digest digest = Digests.of(input.hash(), input.size());
                if (!site.store().holds(digest) && asked.add(digest)) {
                    missing.add(i);
                }
            }
        }
        return missing;
    }

    private void receive(List<Integer> missing) throws IOException {
        for (int index : missing) {
            BlobFollows blob = conversation.receive(BlobFollows.class);
            WireInput input = offer.inputs().get(index);
            if (blob.index() != index || blob.size() != input.size()) {
                throw new IOException("input " + blob.index() + " came where " + index + " was asked for");
            }
            try (Inbox inbox = site.store().receive(Digests.of(input.hash(), input.size()))) {
                conversation.receiveBlob(blob.size(), into(inbox));
                inbox.commit();
            }
        }
    }

    private static OutputStream into(Inbox inbox) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[]{(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                inbox.write(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }

    private Slots.Lease slot(Ledger.Place place) throws IOException {
        CompletableFuture<Slots.Lease> turn = site.slots().enqueue(kind);
        place.arrive(); // not before: it would count nowhere for a moment
        try {
            return await(turn);
        } catch (IOException | CancellationException e) {
            turn.thenAccept(Slots.Lease::close);
            throw e;
        }
    }

    /** Waits for {@code future}, but no longer than the submitter does. */
    private <T> T await(CompletableFuture<T> future) throws IOException {
        onLost(() -> future.cancel(false));
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException(FailureText.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokenJobException("interrupted", e);
        }
    }

    private void replay(HeldToolchain toolchain, Slots.Lease lease) throws IOException {
        Sandbox sandbox = switch (isForeign() ? site.sandbox() : site.ownSandbox()) {
            case Sandbox.Availability.Available available -> available.sandbox();
            case Sandbox.Availability.Unavailable unavailable -> throw new IOException(unavailable.why());
        };
        Replay replay = new Replay(sandbox, site.limits(), directory);
        Files.createDirectory(directory);
        TreePool.Loan taken = trees.take(toolchain, conversation.exchange().node() + ":" + offer.directory());
        loan = taken;
        JobTree tree = replay.prepare(taken.tree(), toolchain, offer, site.store());
        watch.lap(Stopwatch.Step.TREE);
        SandboxProcess process = replay.start(tree, offer);
        sandboxed = process;
        onLost(process::abort);
        replay.await(process);
        watch.lap(Stopwatch.Step.RUN);
        lease.close();
        ledger.ran(Duration.ofMillis(watch.millis(Stopwatch.Step.RUN)));
        Replay.Result result = replay.collect(tree, offer);
        compilerMicros = result.userMicros() + result.systemMicros();
        Optional<Executor.Keeper> keeper = mayBeKept(result) ? site.keeper() : Optional.empty();
        List<Maker.Made> made = keeper.isPresent() ? made(result) : List.of();
        Optional<Maker.Kept> kept = keeper.flatMap(it -> it.make(offer, made, result.output(), result.error(),
                Duration.ofNanos(1000 * (result.userMicros() + result.systemMicros())), result.observation()));
        watch.lap(Stopwatch.Step.COLLECT);
        send(result, made, kept);
        kept.ifPresent(it -> keeper.orElseThrow().keep(it));
    }

    private boolean mayBeKept(Replay.Result result) {
        return offer.keep() && result.exit() == 0
                && (result.observation() == null || WireObservations.isRepeatable(result.observation()));
    }

    private static List<Maker.Made> made(Replay.Result result) throws IOException {
        List<Maker.Made> made = new ArrayList<>(result.files().size());
        for (Replay.Output file : result.files()) {
            made.add(new Maker.Made(file.path(), file.mode(), file.file(), Digest.ofFile(file.file())));
        }
        return made;
    }

    private void send(Replay.Result result, List<Maker.Made> made, Optional<Maker.Kept> kept) throws IOException {
        long outputBytes = Files.size(result.output());
        long errorBytes = Files.size(result.error());
        List<WireOutput> announced = new ArrayList<>(result.files().size());
        for (int i = 0; i < result.files().size(); i++) {
            Replay.Output file = result.files().get(i);
            announced.add(new WireOutput(file.path(), file.mode(), file.size(),
                    made.isEmpty() ? NO_HASH : made.get(i).digest().hash()));
        }
        Effort effort = new Effort(watch.millis(Stopwatch.Step.QUEUE), watch.millis(Stopwatch.Step.INPUT),
                watch.millis(Stopwatch.Step.TREE), watch.millis(Stopwatch.Step.RUN),
                watch.millis(Stopwatch.Step.COLLECT),
                result.userMicros(), result.systemMicros(), result.maxRssBytes(), watch.cpuMicros(Stopwatch.Step.INPUT),
                watch.cpuMicros(Stopwatch.Step.TREE), watch.cpuMicros(Stopwatch.Step.RUN),
                watch.cpuMicros(Stopwatch.Step.COLLECT));
        conversation.send(new Outcome(result.exit(), outputBytes, errorBytes, announced, effort, site.state(),
                kept.map(it -> it.key().bytes()).orElse(NO_HASH),
                kept.map(it -> ResultCodec.encode(it.result())).orElse(NO_HASH), result.observation()));
        sendFile(result.output(), outputBytes);
        sendFile(result.error(), errorBytes);
        for (Replay.Output file : result.files()) {
            sendFile(file.file(), file.size());
        }
        conversation.finish();
    }

    private void sendFile(Path file, long size) throws IOException {
        if (size > 0) {
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                conversation.sendBlob(in, size);
            }
        }
    }

    /** Removes what the job has left on the disk; its tree may serve another. */
    void sweep() {
        try {
            giveBack();
            if (Files.exists(directory)) {
                Trees.delete(directory);
            }
        } catch (IOException e) {
            LOG.warn("cannot remove what a finished job has left; it goes at the next start: {}", FailureText.of(e));
        }
    }

    /** A tree that a process may still use, or that was not made whole, serves no other job. */
    private void giveBack() {
        TreePool.Loan taken = loan;
        SandboxProcess process = sandboxed;
        if (taken == null) {
            return;
        }
        if (process != null && process.endedOrderly()) {
            trees.give(taken, toolchain -> site.held().held(toolchain.toolchain().id()).orElse(null) == toolchain);
        } else {
            TreePool.remove(taken);
        }
    }
}
