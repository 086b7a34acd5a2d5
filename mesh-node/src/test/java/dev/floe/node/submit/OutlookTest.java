package dev.floe.node.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.state.Machine;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Offering;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.Stamp;
import dev.floe.node.wire.JobMessage.WireState;
import dev.floe.placement.Candidate;
import dev.floe.placement.Job;

final class OutlookTest {
    private static final int SLOTS = 8;
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

    private final Outlook outlook = new Outlook(() -> NOW);

    private static NodeInfo info(int node) {
        return new NodeInfo(new Stamp(1, 1), new NodeId(0, node), "node" + node, "127.0.0.1", 7080,
                new Machine("x86_64", SLOTS, 1, 1L << 34, List.of()),
                new Offering(SLOTS, true, "", List.of("gcc"), 1L << 30), "0.1.0", 1, 1_760_000_000_000L);
    }

    private static Peer peer(int node, long sequence, int free) {
        return new Peer(info(node), new NodeState(new Stamp(1, sequence), free, SLOTS - free, 0, 0, 0, 1L << 33, false),
                Duration.ZERO, false);
    }

    private static WireState said(long sequence, int free) {
        return new WireState(1, sequence, free, SLOTS - free, 0, 0, 1L << 33, false);
    }

    private static Job job(int number) {
        return new Job("job" + number, "src/" + number + ".c", "gcc", 1 << 20, "x86_64", Duration.ofSeconds(1), 1 << 10,
                1 << 20, Optional.empty());
    }

    private static String id(int node) {
        return new NodeId(0, node).toString();
    }

    private Optional<Candidate> choose(int job) {
        return outlook.choose(job(job), false, candidate -> true).best();
    }

    private double free(int node) {
        return outlook.rank(job(0), false).candidates().stream()
                .filter(candidate -> candidate.node().id().equals(id(node))).findFirst().orElseThrow().node()
                .freeSlots();
    }

    @Test
    void takesInWhatANodeSaysAndForgetsNodesThatLeft() {
        outlook.accept(new Roster(List.of(peer(1, 1, 8), peer(2, 1, 3))));
        assertThat(free(1)).isEqualTo(8);
        assertThat(free(2)).isEqualTo(3);
        outlook.accept(new Roster(List.of(peer(1, 2, 5), peer(2, 1, 3))));
        assertThat(free(1)).isEqualTo(5);
        assertThat(free(2)).isEqualTo(3);
        outlook.accept(new Roster(List.of(peer(2, 1, 3))));
        assertThat(outlook.rank(job(0), false).candidates()).hasSize(1);
        assertThat(outlook.name(id(1))).isEqualTo(id(1));
    }

    @Test
    void whatANodeSaidBeforeItsAnswerDoesNotUndoTheAnswer() {
        outlook.accept(new Roster(List.of(peer(1, 1, 8))));
        assertThat(choose(1)).isPresent();
        outlook.answered(id(1), job(1), said(3, 7));
        outlook.accept(new Roster(List.of(peer(1, 2, 8))));
        assertThat(free(1)).isEqualTo(7);
    }

    @Test
    void anOfferCountsFromTheChoiceOn() {
        outlook.accept(new Roster(List.of(peer(1, 1, 8))));
        assertThat(choose(1)).isPresent();
        assertThat(free(1)).isEqualTo(7);
        outlook.abandoned(id(1), job(1));
        assertThat(free(1)).isEqualTo(8);
    }

    @Test
    void noTwoJobsChooseTheSameSlotHoweverManyChooseAtOnce() throws InterruptedException {
        List<Peer> nodes = new ArrayList<>();
        for (int node = 1; node <= 20; node++) {
            nodes.add(peer(node, 1, 1));
        }
        outlook.accept(new Roster(nodes));
        CountDownLatch go = new CountDownLatch(1);
        ConcurrentLinkedQueue<String> chosen = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                choose(number).ifPresent(candidate -> chosen.add(candidate.node().id()));
            }));
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(chosen).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void manyThatWaitAllGetTheirTurnAsSlotsComeFree() throws InterruptedException {
        outlook.accept(new Roster(List.of(peer(1, 1, 0))));
        ConcurrentLinkedQueue<Integer> got = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    new Rounds(outlook, job(number), true).next();
                    got.add(number);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        long sequence = 1;
        while (got.size() < 50) {
            outlook.accept(new Roster(List.of(peer(1, ++sequence, 2))));
            for (int number : got) {
                outlook.abandoned(id(1), job(number));
            }
            Thread.onSpinWait();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(got).hasSize(50).doesNotHaveDuplicates();
    }
}
