package dev.floe.node.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.node.rpc.stream.InProcessStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.rpc.stream.StreamBrokenException;

/** Both sides of the test of connections. */
class ReachTestTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1000));
    private static final Peer SELF = peer("here", "10.0.0.1", true);
    private static final Peer OTHER = peer("there", "10.0.0.2", false);

    private final List<String> tried = new CopyOnWriteArrayList<>(); // ports are tried at once

    private static Peer peer(String name, String host, boolean self) {
        return peer(name, host, self, 2);
    }

    private static Peer peer(String name, String host, boolean self, int protocol) {
        return new Peer(new NodeInfo(StateVersion.NONE, NodeId.random(), name, host, 7080,
                new MachineInfo("x86_64", 4, 1, 1L << 32, List.of()),
                new NodeCapabilities(4, true, "", List.of(), 0), "0.2.0", protocol, 0), null, Duration.ZERO, self);
    }

    /** A request as the service of {@code there} gets it from a node of this name. */
    private static final class Request implements PeerStream {
        private final String node;
        private final InputStream input;
        private final ByteArrayOutputStream output = new ByteArrayOutputStream();

        Request(String node, NodeId claims, int padding) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            new ReachMessage.ReachRequest(claims.toString(), padding).write(bytes);
            this(node, new ByteArrayInputStream(bytes.toByteArray()));
        }

        Request(String node, InputStream input) {
            this.node = node;
            this.input = input;
        }

        boolean isAnswered() {
            return output.size() > 0;
        }

        ReachMessage.ReachAnswer answer() throws IOException {
            return ReachMessage.ReachAnswer.read(new ByteArrayInputStream(output.toByteArray()));
        }

        @Override
        public String peer() {
            return node + "@10.0.0.1:5000";
        }

        @Override
        public String node() {
            return node;
        }

        @Override
        public String path() {
            return "/reach";
        }

        @Override
        public InputStream input() {
            return input;
        }

        @Override
        public OutputStream output() {
            return output;
        }

        @Override
        public void onClosed(Runnable action) {
            // it is never broken
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    private ReachService service(InstantSource clock) {
        return new ReachService(() -> new Roster(List.of(SELF, OTHER)), clock, (host, port) -> {
            tried.add(host + ":" + port);
            return port == 7080 ? Optional.of("Connection timed out") : Optional.empty();
        });
    }

    @Test
    void triesBothPortsAtThePublishedAddress() throws IOException {
        Request request = new Request("here", SELF.info().id(), 0);
        service(CLOCK).serve(request);
        assertThat(tried).containsExactlyInAnyOrder("10.0.0.1:7079", "10.0.0.1:7080");
        assertThat(request.answer()).isEqualTo(new ReachMessage.ReachAnswer(1_000_000, "", "Connection timed out", 0));
    }

    @Test
    void connectsToNobodyForAnotherNode() throws IOException {
        assertThatThrownBy(() -> service(CLOCK).serve(new Request("there", SELF.info().id(), 0)))
                .hasMessageContaining("that it is not");
        Request unknown = new Request("here", NodeId.random(), 0);
        service(CLOCK).serve(unknown);
        assertThat(unknown.isAnswered()).isFalse();
        assertThat(tried).isEmpty();
    }

    @Test
    void triesTheSamePortsOnlyNowAndThen() throws IOException {
        Instant[] now = {Instant.ofEpochSecond(1000)};
        ReachService service = service(() -> now[0]);
        service.serve(new Request("here", SELF.info().id(), 0));
        now[0] = now[0].plusMillis(ReachService.PAUSE_MILLIS - 1);
        Request soon = new Request("here", SELF.info().id(), 0);
        service.serve(soon);
        assertThat(soon.answer()).as("what came out a moment ago")
                .isEqualTo(new ReachMessage.ReachAnswer(now[0].toEpochMilli(), "", "Connection timed out", 0));
        assertThat(tried).hasSize(2);
        now[0] = now[0].plusMillis(1);
        service.serve(new Request("here", SELF.info().id(), 0));
        assertThat(tried).hasSize(4);
    }

    @Test
    void returnsAsMuchAsWasSentAndNoMore() throws IOException {
        Request request = new Request("here", SELF.info().id(), ReachMessage.LARGE_BYTES);
        service(CLOCK).serve(request);
        assertThat(request.answer().padding()).isEqualTo(ReachMessage.LARGE_BYTES);
        assertThat(tried).isEmpty();
        Request larger = new Request("here", SELF.info().id(), ReachMessage.LARGE_BYTES + 1);
        assertThatThrownBy(() -> service(CLOCK).serve(larger)).hasMessageContaining("padding of 16385 bytes");
    }

    private PeerReach run(PortProbeAnswers ports, ReachTest.ReachOpener opener, InstantSource clock) {
        return new ReachTest(() -> new Roster(List.of(SELF, OTHER)), opener, clock, ports::of).run().getFirst();
    }

    /** It would refuse the request, with a warning in its log. */
    @Test
    void doesNotAskAPeerOfAReleaseThatConnectsToNobody() {
        List<PeerReach> all = new ReachTest(() -> new Roster(List.of(SELF, peer("old", "10.0.0.3", false, 1))),
                peer -> {
                    throw new AssertionError(peer.name() + " was asked");
                }, CLOCK, (host, port) -> Optional.empty()).run();
        assertThat(all).singleElement().satisfies(each -> assertThat(each.answer()).isEmpty());
    }

    /** What this node's own attempts come to. */
    private record PortProbeAnswers(Optional<String> data) {
        Optional<String> of(String host, int port) {
            return port == 7080 ? data : Optional.empty();
        }
    }

    /** A peer that answers each request as given. */
    private static ReachTest.ReachOpener answering(boolean large, long clockMillis) {
        return peer -> InProcessStream.open("/reach", stream -> {
            try {
                ReachMessage.ReachRequest request = ReachMessage.ReachRequest.read(stream.input());
                if (request.padding() > 1 && !large) {
                    throw new IOException("as if it had been lost");
                }
                new ReachMessage.ReachAnswer(clockMillis, "", request.padding() == 0 ? "no route" : "",
                        request.padding())
                        .write(stream.output());
                stream.output().close();
            } catch (IOException _) {
                stream.close();
            }
        });
    }

    @Test
    void collectsBothDirectionsAndTheClock() {
        PeerReach reach = run(new PortProbeAnswers(Optional.empty()), answering(true, 1_060_000), CLOCK);
        assertThat(reach.dataPort()).isEmpty();
        assertThat(reach.answer())
                .hasValue(new PeerReach.ReverseReach("", "no route", Duration.ofSeconds(60), false));
    }

    @Test
    void noticesThatOnlySmallRequestsAreAnswered() {
        PeerReach reach = run(new PortProbeAnswers(Optional.empty()), answering(false, 1_000_000), CLOCK);
        assertThat(reach.answer().orElseThrow().dropsLargePackets()).isTrue();
    }

    @Test
    void noticesThatNotEvenAHandshakeIsAnswered() {
        PeerReach reach = run(new PortProbeAnswers(Optional.empty()), peer -> {
            throw new IOException("no answer within 6000 ms", new TimeoutException());
        }, CLOCK);
        assertThat(reach.answer().orElseThrow().dropsLargePackets()).isTrue();
        assertThat(run(new PortProbeAnswers(Optional.empty()), peer -> {
            throw new IOException("refused");
        }, CLOCK).answer()).isEmpty();
    }

    /** The client's side of a handshake is complete before its certificate has arrived. */
    @Test
    void noticesThatAConnectionIsClosedBecauseNothingComesOverIt() {
        PeerReach reach = run(new PortProbeAnswers(Optional.empty()), failing("no sign of life for 2 s"), CLOCK);
        assertThat(reach.answer().orElseThrow().dropsLargePackets()).isTrue();
        assertThat(run(new PortProbeAnswers(Optional.empty()), failing("cancelled by the peer"), CLOCK).answer())
                .isEmpty();
    }

    private static ReachTest.ReachOpener failing(String reason) {
        return peer -> new Request(peer.name(), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new StreamBrokenException(peer.name() + ": " + reason);
            }
        });
    }

    @Test
    void asksNobodyWhoCannotBeReached() {
        PeerReach reach = run(new PortProbeAnswers(Optional.of("timed out")), peer -> {
            throw new AssertionError("it was asked");
        }, CLOCK);
        assertThat(reach.dataPort()).hasValue("timed out");
        assertThat(reach.answer()).isEmpty();
    }

    @Test
    void aPeerThatDoesNotKnowTheTestHasNotAnswered() {
        PeerReach reach = run(new PortProbeAnswers(Optional.empty()), peer -> InProcessStream.open("/reach",
                PeerStream::close), CLOCK);
        assertThat(reach.answer()).isEmpty();
    }
}
