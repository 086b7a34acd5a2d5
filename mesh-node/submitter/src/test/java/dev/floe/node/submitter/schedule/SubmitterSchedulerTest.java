package dev.floe.node.submitter.schedule;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.PlacementRequest.JobSize;
import dev.floe.placement.PlacementRequest.ToolchainNeed;
import dev.floe.placement.ranking.Candidate;
import dev.floe.placement.ranking.ExpectedAnswer;
import dev.floe.placement.ranking.StragglerPolicy;
import dev.floe.placement.ranking.StragglerPolicy.RunningCopy;

final class SubmitterSchedulerTest {
    private static final int SLOTS = 8;
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

    private final AtomicInteger room = new AtomicInteger(SLOTS); // of this node
    private final AtomicLong stamps = new AtomicLong();
    private final SubmitterScheduler scheduler = new SubmitterScheduler(() -> NOW,
            () -> new StateVersion(2, stamps.incrementAndGet()), room::get, _ -> Duration.ofMillis(1),
            true);
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    private static NodeInfo info(int node) {
        return new NodeInfo(new StateVersion(1, 1), new NodeId(0, node), "node" + node, "127.0.0.1", 7080,
                new MachineInfo("x86_64", SLOTS, 1, 1L << 34, List.of()),
                new NodeCapabilities(SLOTS, true, "", List.of("gcc"), 1L << 30), "0.1.0", 1, 1_760_000_000_000L);
    }

    /** @param free negative where jobs queue */
    private static NodeState doing(long sequence, int free) {
        return new NodeState(new StateVersion(1, sequence), Math.max(0, free), SLOTS - Math.max(0, free),
                Math.max(0, -free),
                0, 0,
                1L << 33, false);
    }

    private static Peer peer(int node, long sequence, int free) {
        return new Peer(info(node), doing(sequence, free), Duration.ZERO, false);
    }

    private static Peer here(long sequence) {
        return new Peer(info(0), doing(sequence, SLOTS), Duration.ZERO, true);
    }

    private static Roster nodes(int count, long sequence, int free) {
        return new Roster(IntStream.rangeClosed(1, count).mapToObj(node -> peer(node, sequence, free)).toList());
    }

    private static WireState said(long sequence, int free) {
        return new WireState(1, sequence, free, SLOTS - free, 0, 0, 1L << 33, false);
    }

    private static PlacementRequest job(int number) {
        return new PlacementRequest("job" + number, "src/" + number + ".c",
                new ToolchainNeed("gcc", 1 << 20, "x86_64", Map.of()),
                new JobSize(Duration.ofSeconds(1), 1 << 10, 1 << 20), Optional.empty());
    }

    private static String id(int node) {
        return new NodeId(0, node).toString();
    }

    private Optional<Candidate> choose(int job) {
        return scheduler.reserveBest(job(job), false, candidate -> true).best();
    }

    private double free(int node) {
        return scheduler.rank(job(0), false).candidates().stream()
                .filter(candidate -> candidate.node().id().equals(id(node))).findFirst().orElseThrow().node()
                .freeSlots();
    }

    @Test
    void takesInWhatANodeSaysAndForgetsNodesThatLeft() {
        scheduler.accept(new Roster(List.of(peer(1, 1, 8), peer(2, 1, 3))));
        assertThat(free(1)).isEqualTo(8);
        assertThat(free(2)).isEqualTo(3);
        scheduler.accept(new Roster(List.of(peer(1, 2, 5), peer(2, 1, 3))));
        assertThat(free(1)).isEqualTo(5);
        assertThat(free(2)).isEqualTo(3);
        scheduler.accept(new Roster(List.of(peer(2, 1, 3))));
        assertThat(scheduler.rank(job(0), false).candidates()).hasSize(1);
        assertThat(scheduler.name(id(1))).isEqualTo(id(1));
    }

    @Test
    void whatANodeSaidBeforeItsAnswerDoesNotUndoTheAnswer() {
        scheduler.accept(new Roster(List.of(peer(1, 1, 8))));
        assertThat(choose(1)).isPresent();
        scheduler.answered(id(1), job(1), said(3, 7));
        scheduler.accept(new Roster(List.of(peer(1, 2, 8))));
        assertThat(free(1)).isEqualTo(7);
    }

    @Test
    void anOfferCountsFromTheChoiceOn() {
        scheduler.accept(new Roster(List.of(peer(1, 1, 8))));
        assertThat(choose(1)).isPresent();
        assertThat(free(1)).isEqualTo(7);
        scheduler.abandoned(id(1), job(1));
        assertThat(free(1)).isEqualTo(8);
    }

    @Test
    void noTwoJobsChooseTheSameSlotHoweverManyChooseAtOnce() throws InterruptedException {
        scheduler.accept(nodes(20, 1, 1));
        CountDownLatch go = new CountDownLatch(1);
        Queue<String> chosen = new ConcurrentLinkedQueue<>();
        List<Thread> threads = start(20, job -> {
            go.await();
            choose(job).ifPresent(candidate -> chosen.add(candidate.node().id()));
        });
        go.countDown();
        join(threads);
        assertThat(chosen).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void oneWordOfManyFreeSlotsWakesOneWaitingJobAfterTheOther() throws InterruptedException {
        scheduler.accept(nodes(20, 1, -2));
        Queue<String> chosen = new ConcurrentLinkedQueue<>();
        List<Thread> threads = start(20, job -> {
            Optional<Candidate> best = Optional.empty();
            while (best.isEmpty()) {
                long seen = scheduler.changeCount();
                best = choose(job);
                if (best.isEmpty()) {
                    scheduler.awaitChange(seen, Duration.ofDays(1));
                }
            }
            chosen.add(best.get().node().id());
        });
        await().atMost(Duration.ofMinutes(5))
                .until(() -> threads.stream().allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));
        scheduler.accept(nodes(20, 2, 1));
        join(threads);
        assertThat(chosen).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void seesThisNodeAsItIsWheneverItChooses() {
        scheduler.accept(new Roster(List.of(here(1))));
        assertThat(scheduler.reserveBest(job(1), true, candidate -> true).best()).isPresent();
        room.set(-1);
        assertThat(scheduler.rank(job(2), true).candidates().getFirst().prospect()).isEqualTo(ExpectedAnswer.REFUSED);
        room.set(SLOTS);
        assertThat(scheduler.rank(job(2), true).candidates().getFirst().prospect()).isEqualTo(ExpectedAnswer.ACCEPTED);
    }

    @Test
    void aJobThatIsForThisNodeCountsUntilTheNodeCountsItItself() {
        scheduler.accept(new Roster(List.of(here(1))));
        SubmitterScheduler.PendingJob waiting = scheduler.registerPending(job(1));
        assertThat(scheduler.reserveBest(job(1), true, candidate -> true).best()).isPresent();
        assertThat(freeHere()).isEqualTo(SLOTS - 1);
        long seen = scheduler.changeCount();
        waiting.close();
        assertThat(freeHere()).isEqualTo(SLOTS);
        assertThat(scheduler.changeCount()).as("others may look here again").isGreaterThan(seen);
    }

    @Test
    void aNodeThatIsChosenLateDoesNotCountForEver() {
        scheduler.accept(new Roster(List.of(here(1))));
        SubmitterScheduler.PendingJob waiting = scheduler.registerPending(job(1));
        waiting.close(); // an executor had taken the job, and lost it
        assertThat(scheduler.reserveBest(job(1), true, candidate -> true).best()).isPresent();
        waiting.close();
        assertThat(freeHere()).isEqualTo(SLOTS);
    }

    @Test
    void aJobIsHeldLongRatherThanPutIntoTheOwnLine() throws Exception {
        fillAllNodes();
        AtomicLong nanos = new AtomicLong();
        ExecutorSelector rounds = new ExecutorSelector(scheduler, job(1), false, gone, nanos::get);
        nanos.set(Duration.ofMinutes(50).toNanos());
        Queue<Candidate> chosen = new ConcurrentLinkedQueue<>();
        List<Thread> threads = start(1, job -> chosen.add(requireNonNull(rounds.next(), "given up")));
        await().atMost(Duration.ofMinutes(5)).until(() -> threads.getFirst().getState() == Thread.State.TIMED_WAITING);
        room.set(1);
        join(threads);
        assertThat(chosen).singleElement().matches(candidate -> candidate.node().self());
    }

    @Test
    void aPlaceInTheOwnLineThatComesFreeWakesAJobThatWaits() throws InterruptedException {
        room.set(-1);
        scheduler.accept(new Roster(List.of(here(1))));
        scheduler.localSlotsChanged();
        long seen = scheduler.changeCount();
        List<Thread> threads = start(1, job -> scheduler.awaitChange(seen, Duration.ofDays(1)));
        await().atMost(Duration.ofMinutes(5)).until(() -> threads.getFirst().getState() == Thread.State.TIMED_WAITING);
        room.set(0);
        scheduler.localSlotsChanged();
        join(threads);
        assertThat(scheduler.reserveBest(job(1), true, candidate -> true).best()).isPresent();
    }

    @Test
    void aHeldJobThatNobodyWantsAnyMoreIsAtItsEnd() throws InterruptedException {
        fillAllNodes();
        ExecutorSelector rounds = new ExecutorSelector(scheduler, job(1), false, gone);
        Queue<Exception> thrown = new ConcurrentLinkedQueue<>();
        List<Thread> threads = start(1, job -> {
            try {
                rounds.next();
            } catch (IOException e) {
                thrown.add(e);
            }
        });
        await().atMost(Duration.ofMinutes(5)).until(() -> threads.getFirst().getState() == Thread.State.TIMED_WAITING);
        gone.complete(null);
        join(threads);
        assertThat(thrown).singleElement().isInstanceOf(WrapperDisconnectedException.class);
    }

    @Test
    void aJobIsGivenUpInTheEnd() throws IOException {
        fillAllNodes();
        AtomicLong nanos = new AtomicLong();
        ExecutorSelector insisting = new ExecutorSelector(scheduler, job(1), true, gone, nanos::get);
        ExecutorSelector rounds = new ExecutorSelector(scheduler, job(2), false, gone, nanos::get);
        nanos.set(Duration.ofMinutes(3).toNanos());
        assertThat(insisting.next()).isNull();
        assertThat(insisting.end()).isEqualTo(ExecutorSelector.NoExecutorReason.FULL);
        nanos.set(Duration.ofMinutes(61).toNanos());
        assertThat(rounds.next()).isNull();
        assertThat(rounds.end()).isEqualTo(ExecutorSelector.NoExecutorReason.FULL_HERE_TOO);
    }

    private Optional<Candidate> copy(int job) {
        RunningCopy slow = new RunningCopy(Duration.ZERO, Duration.ofSeconds(20));
        return scheduler.reserveCopy(job(job), slow, false, _ -> true);
    }

    @Test
    void noJobHasASecondCopyBeforeOneHasEnded() {
        scheduler.accept(nodes(2, 1, SLOTS));
        assertThat(copy(1)).isEmpty();
        finishOne();
        assertThat(copy(1)).isPresent();
    }

    /** From now on run times are known. */
    private void finishOne() {
        Candidate by = choose(0).orElseThrow();
        scheduler.answered(by.node().id(), job(0), said(2, SLOTS - 1));
        scheduler.finished(by, "src/0.c", "", said(3, SLOTS), Duration.ofSeconds(1));
    }

    @Test
    void aSecondCopyTakesNoSlotForWhichAJobWaits() {
        scheduler.accept(nodes(2, 1, SLOTS));
        finishOne();
        SubmitterScheduler.PendingJob waiting = scheduler.registerPending(job(1));
        assertThat(copy(2)).isEmpty();
        waiting.close();
        assertThat(copy(2)).isPresent();
    }

    @Test
    void onlySomeJobsHaveSecondCopiesAtATime() {
        int most = StragglerPolicy.STANDARD.maxCopies();
        scheduler.accept(nodes(20, 1, SLOTS));
        finishOne();
        for (int i = 0; i < most; i++) {
            assertThat(copy(i)).isPresent();
        }
        assertThat(copy(most)).isEmpty();
        scheduler.endCopy(id(1), job(0));
        assertThat(copy(most)).isPresent();
    }

    @Test
    void nodesThatAreHalfFullGetNoSecondCopies() {
        scheduler.accept(nodes(2, 1, SLOTS));
        finishOne();
        scheduler.accept(nodes(2, 4, SLOTS / 2 - 1));
        assertThat(copy(1)).isEmpty();
        scheduler.accept(nodes(2, 5, SLOTS / 2));
        assertThat(copy(1)).isPresent();
        assertThat(copy(2)).as("the copy counts").isPresent();
        assertThat(copy(3)).isEmpty();
    }

    private void fillAllNodes() {
        room.set(-1);
        scheduler.accept(new Roster(List.of(here(1), peer(1, 1, -2))));
    }

    private double freeHere() {
        return scheduler.rank(job(0), true).candidates().getFirst().node().freeSlots();
    }

    private interface Choosing {
        void run(int job) throws InterruptedException, IOException;
    }

    private static List<Thread> start(int jobs, Choosing choosing) {
        return IntStream.range(0, jobs).mapToObj(job -> Thread.ofVirtual().start(() -> {
            try {
                choosing.run(job);
            } catch (InterruptedException | IOException e) {
                throw new IllegalStateException(e);
            }
        })).toList();
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
