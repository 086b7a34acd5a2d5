package dev.floe.node.submitter.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

import org.junit.jupiter.api.BeforeEach;
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
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.PlacementRequest.JobSize;
import dev.floe.placement.PlacementRequest.ToolchainNeed;
import dev.floe.placement.ranking.Candidate;
import dev.floe.placement.ranking.ExpectedAnswer;
import dev.floe.placement.ranking.StragglerPolicy;

/** A submitter whose pings take as long as a test says, and who measures when a test lets it. */
final class RoundTripMonitorTest {
    private static final int SLOTS = 8;
    private static final String PEER = new NodeId(0, 1).toString();
    private static final Duration NEAR = Duration.ofMillis(1);
    private static final Duration FAR = Duration.ofMillis(40);

    private final Queue<Runnable> begun = new ArrayDeque<>();
    private final List<InetSocketAddress> asked = new ArrayList<>();
    private Instant now = Instant.ofEpochSecond(1_000_000);
    private Optional<Duration> trip = Optional.of(FAR);
    private final SubmitterScheduler scheduler = new SubmitterScheduler(() -> now, () -> new StateVersion(2, 1),
            () -> 0, new RoundTripMonitor(this::measure, begun::add), StragglerPolicy.NONE);
    private int port = 7080;
    private int jobs;
    private long sequence;

    private Duration measure(InetSocketAddress peer) throws IOException {
        asked.add(peer);
        return trip.orElseThrow(() -> new IOException("no answer"));
    }

    @BeforeEach
    void join() {
        gossip(SLOTS);
    }

    private void gossip(int free) {
        NodeInfo info = new NodeInfo(new StateVersion(1, 1), new NodeId(0, 1), "node1", "127.0.0.1", port,
                new MachineInfo("x86_64", SLOTS, 1, 1L << 34, List.of()),
                new NodeCapabilities(SLOTS, true, "", List.of("gcc"), 1L << 30), "0.1.0", 1, 1_760_000_000_000L);
        NodeState state = new NodeState(new StateVersion(1, ++sequence), free, SLOTS - free, 0, 0, 0, 1L << 33, false);
        scheduler.accept(new Roster(List.of(new Peer(info, state, Duration.ZERO, false))));
    }

    private static PlacementRequest job(int number) {
        return new PlacementRequest("job" + number, "src/" + number + ".c",
                new ToolchainNeed("gcc", 1 << 20, "x86_64", Map.of()),
                new JobSize(Duration.ofSeconds(1), 1 << 10, 1 << 20), Optional.empty());
    }

    /** Offers a job, which the peer refuses, and lets what that began come to its end. */
    private void offer() {
        gossip(SLOTS);
        PlacementRequest job = job(++jobs);
        assertThat(scheduler.reserveBest(job, false, _ -> true).best()).isPresent();
        scheduler.refused(PEER, job, new WireState(1, ++sequence, 0, SLOTS, 0, 0, 1L << 33, false));
        for (Runnable next = begun.poll(); next != null; next = begun.poll()) {
            next.run();
        }
    }

    private Candidate candidate() {
        return scheduler.rank(job(0), false).candidates().getFirst();
    }

    private ExpectedAnswer answerWhenGossipSaysFull() {
        now = now.plusSeconds(10); // the refusal is forgotten
        gossip(0);
        return candidate().prospect();
    }

    @Test
    void anOfferBeginsTheMeasurement() {
        assertThat(begun).isEmpty();
        assertThat(candidate().node().roundTrip()).as("a guess").isEqualTo(NEAR);
        offer();
        assertThat(asked).containsExactly(new InetSocketAddress("127.0.0.1", 7080));
        assertThat(candidate().node().roundTrip()).isEqualTo(FAR);
    }

    @Test
    void aFarNodeIsNotAskedForAPlaceThatGossipPromises() {
        offer();
        assertThat(answerWhenGossipSaysFull()).isEqualTo(ExpectedAnswer.REFUSED);
    }

    @Test
    void aNearNodeIsAskedForSuchAPlace() {
        trip = Optional.of(NEAR);
        offer();
        assertThat(answerWhenGossipSaysFull()).isEqualTo(ExpectedAnswer.QUEUED);
    }

    @Test
    void aNodeThatWasBusyOnceIsNotFar() {
        offer();
        now = now.plus(RoundTripMonitor.FIRST_PAUSE);
        trip = Optional.of(NEAR);
        offer();
        now = now.plus(RoundTripMonitor.FIRST_PAUSE);
        trip = Optional.of(FAR);
        offer();
        assertThat(asked).hasSize(RoundTripMonitor.COUNTED);
        assertThat(candidate().node().roundTrip()).isEqualTo(NEAR);
    }

    @Test
    void aNodeThatHasMovedIsFarInTheEnd() {
        trip = Optional.of(NEAR);
        offer();
        trip = Optional.of(FAR);
        for (int i = 0; i < RoundTripMonitor.COUNTED; i++) {
            now = now.plus(RoundTripMonitor.LATER_PAUSE);
            offer();
        }
        assertThat(candidate().node().roundTrip()).isEqualTo(FAR);
    }

    @Test
    void aTransferTellsTheBandwidth() {
        offer();
        scheduler.transferred(PEER, 1 << 20, FAR.plusMillis(500));
        assertThat(candidate().node().bytesPerSecond()).isEqualTo(2 << 20);
        assertThat(candidate().node().roundTrip()).isEqualTo(FAR);
    }

    @Test
    void manyOffersShareAMeasurement() {
        for (int i = 0; i < 5; i++) {
            now = now.plus(RoundTripMonitor.FIRST_PAUSE);
            offer();
        }
        assertThat(asked).hasSize(RoundTripMonitor.COUNTED);
        now = now.plus(RoundTripMonitor.LATER_PAUSE);
        offer();
        offer();
        assertThat(asked).hasSize(RoundTripMonitor.COUNTED + 1);
    }

    @Test
    void aNodeThatDoesNotAnswerKeepsWhatWasKnown() {
        offer();
        now = now.plus(RoundTripMonitor.FIRST_PAUSE);
        trip = Optional.empty();
        offer();
        assertThat(asked).hasSize(2);
        assertThat(candidate().node().roundTrip()).isEqualTo(FAR);
    }

    @Test
    void aNodeAtAnotherAddressIsMeasuredAnew() {
        trip = Optional.of(NEAR);
        offer();
        port = 7090;
        trip = Optional.of(FAR);
        offer();
        assertThat(asked).last().isEqualTo(new InetSocketAddress("127.0.0.1", 7090));
        assertThat(candidate().node().roundTrip()).isEqualTo(FAR);
    }

    @Test
    void aNodeThatHasLeftAndComesBackIsMeasuredAgain() {
        for (int i = 0; i < RoundTripMonitor.COUNTED; i++) {
            now = now.plus(RoundTripMonitor.FIRST_PAUSE);
            offer();
        }
        scheduler.accept(new Roster(List.of()));
        offer();
        assertThat(asked).hasSize(RoundTripMonitor.COUNTED + 1);
    }
}
