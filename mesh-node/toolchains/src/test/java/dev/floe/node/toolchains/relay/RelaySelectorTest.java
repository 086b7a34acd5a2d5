package dev.floe.node.toolchains.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.floe.node.toolchains.relay.RelaySelector.RelayCandidate;
import dev.floe.toolchain.ToolchainId;

/** Nodes at two places, with a holder at one of them, choose who fetches. */
final class RelaySelectorTest {
    private static final ToolchainId TOOLCHAIN = new ToolchainId("ab".repeat(32));
    private static final Duration LAN = Duration.ofNanos(300_000);
    private static final Duration FAR = Duration.ofMillis(40);
    private static final int NODES = 12;

    private final List<Integer> measured = new ArrayList<>();

    private static InetSocketAddress address(int node) {
        return new InetSocketAddress("127.0.0.1", 1000 + node);
    }

    private static int number(InetSocketAddress address) {
        return address.getPort() - 1000;
    }

    /** Even nodes are at one place, odd ones at the other. */
    private Duration trip(int from, InetSocketAddress to) {
        measured.add(number(to));
        return (from - number(to)) % 2 == 0 ? LAN : FAR;
    }

    private RelaySelector node(int self, RoundTrips trips) {
        List<RelayCandidate> others = IntStream.range(0, NODES).filter(node -> node != self)
                .mapToObj(node -> new RelayCandidate("node" + node, address(node))).toList();
        return new RelaySelector("node" + self, () -> others, trips);
    }

    private Optional<InetSocketAddress> choice(int self, Duration distance) {
        return node(self, to -> trip(self, to)).select(TOOLCHAIN, distance, Set.of());
    }

    @Test
    void allOfOnePlaceChooseTheSameNode() {
        for (int place = 0; place < 2; place++) {
            Set<Integer> relays = new HashSet<>();
            for (int node = place; node < NODES; node += 2) {
                int self = node;
                relays.add(choice(self, FAR).map(RelaySelectorTest::number).orElse(self));
            }
            assertThat(relays).hasSize(1);
            assertThat(relays.iterator().next() % 2).isEqualTo(place);
        }
    }

    @Test
    void anotherToolchainHasAnotherRelay() {
        Set<Integer> relays = new HashSet<>();
        for (int toolchain = 10; toolchain < 40; toolchain++) {
            relays.add(node(0, to -> trip(0, to)).select(new ToolchainId(("" + toolchain).repeat(32)), FAR, Set.of())
                    .map(RelaySelectorTest::number).orElse(0));
        }
        assertThat(relays).hasSizeGreaterThan(2);
    }

    @Test
    void nobodyIsAskedIfAHolderIsNear() {
        assertThat(choice(3, LAN)).isEmpty();
        assertThat(measured).isEmpty();
    }

    @Test
    void aRelayThatIsHardlyNearerIsNone() {
        for (int node = 0; node < NODES; node++) {
            assertThat(node(node, _ -> FAR.dividedBy(2)).select(TOOLCHAIN, FAR, Set.of())).isEmpty();
        }
    }

    /** Whatever the nodes measure: following the choices never leads back. */
    @Test
    void noTwoNodesWaitForEachOther() {
        for (int start = 0; start < NODES; start++) {
            Set<Integer> chain = new HashSet<>();
            Optional<InetSocketAddress> next = Optional.of(address(start));
            while (next.isPresent()) {
                assertThat(chain.add(number(next.get()))).isTrue();
                int self = number(next.get());
                next = node(self, to -> number(to) % 3 == self % 3 ? FAR : LAN).select(TOOLCHAIN, FAR, Set.of());
            }
        }
    }

    @Test
    void theNextIsAskedWhenARelayHasFailed() {
        Set<InetSocketAddress> failed = new HashSet<>();
        Optional<InetSocketAddress> relay = Optional.empty();
        int last = IntStream.range(0, NODES).filter(node -> choice(node, FAR).isPresent()).findFirst().orElseThrow();
        do {
            relay = node(last, to -> trip(last, to)).select(TOOLCHAIN, FAR, failed);
            relay.ifPresent(address -> assertThat(failed.add(address)).isTrue());
        } while (relay.isPresent());
        assertThat(failed).isNotEmpty();
    }

    @Test
    void aPeerThatCannotBeReachedIsNoRelay() {
        for (int node = 0; node < NODES; node++) {
            assertThat(node(node, _ -> {
                throw new IOException("no answer");
            }).select(TOOLCHAIN, FAR, Set.of())).isEmpty();
        }
    }
}
