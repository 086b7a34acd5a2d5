package dev.floe.node.reach;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.rpc.stream.StreamBrokenException;
import dev.floe.store.FailureText;

/** Tests the connections to all peers: both ports of each, and by asking each, both ports of this node. */
public final class ReachTest {
    private static final Logger LOG = LogManager.getLogger(ReachTest.class);
    private static final int MAX_PEERS = 64;
    /** The protocol of the first release that connects back. */
    private static final int FIRST_PROTOCOL = 2;
    /** A peer's two attempts to connect, and its answer. */
    private static final Duration ANSWER = PortProbe.TIMEOUT.multipliedBy(3);
    private static final Duration LARGE_ANSWER = Duration.ofSeconds(5);

    private final Supplier<Roster> roster;
    private final ReachOpener peers;
    private final InstantSource clock;
    private final PortProbe probe;

    /** Opens an exchange of the test with a peer. */
    @FunctionalInterface
    public interface ReachOpener {
        PeerStream open(NodeInfo peer) throws IOException;
    }

    public ReachTest(Supplier<Roster> roster, ReachOpener peers, InstantSource clock) {
        this(roster, peers, clock, PortProbe::connect);
    }

    ReachTest(Supplier<Roster> roster, ReachOpener peers, InstantSource clock, PortProbe probe) {
        this.roster = roster;
        this.peers = peers;
        this.clock = clock;
        this.probe = probe;
    }

    /** Tests up to 64 peers at once; takes some 20 s at most. */
    public List<PeerReach> run() {
        Roster now = roster.get();
        Optional<Peer> self = now.peers().stream().filter(Peer::self).findFirst();
        List<CompletableFuture<PeerReach>> all = new ArrayList<>();
        for (Peer peer : now.others().stream().limit(MAX_PEERS).toList()) {
            CompletableFuture<PeerReach> result = new CompletableFuture<>();
            Thread.ofVirtual().name("reach " + peer.info().name())
                    .start(() -> result.complete(test(peer.info(), self)));
            all.add(result);
        }
        return all.stream().map(CompletableFuture::join).toList();
    }

    /** Asks a peer to connect to this node; see {@link ReverseReachMonitor}. */
    public Optional<Boolean> reachesThisNode(NodeInfo peer, NodeInfo self) {
        return exchange(peer, new ReachMessage.ReachRequest(self.id().toString(), 0), ANSWER).answer()
                .map(answer -> answer.groupPort().isEmpty() && answer.dataPort().isEmpty());
    }

    private PeerReach test(NodeInfo peer, Optional<Peer> self) {
        Optional<String> data = probe.tryPort(peer.host(), peer.dataPort());
        Optional<String> group = probe.tryPort(peer.host(), peer.dataPort() - 1);
        Optional<PeerReach.ReverseReach> answer = data.isPresent() || self.isEmpty() || peer.protocol() < FIRST_PROTOCOL
                ? Optional.empty()
                : ask(peer, self.get().info().id().toString());
        return new PeerReach(peer.name(), peer.host(), peer.dataPort(), group, data, answer);
    }

    private Optional<PeerReach.ReverseReach> ask(NodeInfo peer, String self) {
        long before = clock.millis();
        // The first two requests differ in their size only; the third is the one for the ports.
        Exchanged small = exchange(peer, new ReachMessage.ReachRequest(self, 1), LARGE_ANSWER);
        long after = clock.millis();
        if (small.answer().isEmpty()) {
            return small.silent()
                    ? Optional.of(new PeerReach.ReverseReach("", "", Duration.ZERO, true))
                    : Optional.empty();
        }
        Exchanged large = exchange(peer, new ReachMessage.ReachRequest(self, ReachMessage.LARGE_BYTES), LARGE_ANSWER);
        Optional<ReachMessage.ReachAnswer> ports = exchange(peer, new ReachMessage.ReachRequest(self, 0), ANSWER)
                .answer();
        Duration ahead = Duration.ofMillis(small.answer().get().clockMillis() - (before + (after - before) / 2));
        return Optional.of(new PeerReach.ReverseReach(ports.map(ReachMessage.ReachAnswer::groupPort).orElse(""),
                ports.map(ReachMessage.ReachAnswer::dataPort).orElse(""), ahead, large.answer().isEmpty()));
    }

    /** @param silent whether nothing at all came in time, not even a refusal */
    private record Exchanged(Optional<ReachMessage.ReachAnswer> answer, boolean silent) {}

    /** A connection over which nothing comes is closed before an answer is given up. */
    private static boolean isSilence(Throwable failure) {
        return failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException
                || failure.getCause() instanceof StreamBrokenException broken && broken.isSilence();
    }

    /** An answer in time; empty if there is none, as from a peer of a release that does not know the request. */
    private Exchanged exchange(NodeInfo peer, ReachMessage.ReachRequest request,
            Duration longest) {
        CompletableFuture<ReachMessage.ReachAnswer> answer = new CompletableFuture<>();
        try (PeerStream stream = peers.open(peer)) {
            Thread.ofVirtual().name("reach answer of " + peer.name()).start(() -> {
                try {
                    request.write(stream.output());
                    stream.output().close();
                    answer.complete(ReachMessage.ReachAnswer.read(stream.input()));
                } catch (IOException | RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
            return new Exchanged(Optional.of(answer.get(longest.toMillis(), TimeUnit.MILLISECONDS)), false);
        } catch (IOException | ExecutionException | TimeoutException e) {
            LOG.debug("peer={} has not answered a test of connections: {}", peer.name(), FailureText.of(e));
            return new Exchanged(Optional.empty(), isSilence(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Exchanged(Optional.empty(), false);
    }
}
