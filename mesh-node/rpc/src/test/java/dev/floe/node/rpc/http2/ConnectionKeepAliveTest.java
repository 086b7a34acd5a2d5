package dev.floe.node.rpc.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.floe.node.rpc.Gateway;
import dev.floe.node.rpc.TwoPeers;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.rpc.stream.StreamBrokenException;

@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ConnectionKeepAliveTest {
    @Test
    void aFrozenPeerBreaksItsExchangesWhileAnIdleConnectionStays() throws Exception {
        List<CompletableFuture<Void>> seenThere = new ArrayList<>();
        try (TwoPeers peers = new TwoPeers(exchange -> {
            if (exchange.path().equals("/quick")) {
                exchange.output().close();
                return;
            }
            CompletableFuture<Void> broken = new CompletableFuture<>();
            seenThere.add(broken);
            exchange.onClosed(() -> broken.complete(null));
            exchange.output().write(1);
            exchange.output().flush();
            broken.join();
        });
                Gateway busy = new Gateway(peers.server().address());
                Gateway idle = new Gateway(peers.server().address());
                PeerStream working = peers.open(busy.address(), "/work")) {
            quick(peers, idle);
            assertThat(working.input().read()).isEqualTo(1);
            CompletableFuture<Void> seenHere = new CompletableFuture<>();
            working.onClosed(() -> seenHere.complete(null));
            idle.freeze();
            busy.freeze();
            seenHere.get();
            seenThere.getFirst().get();
            assertThatThrownBy(() -> working.input().read()).isInstanceOf(StreamBrokenException.class);
            idle.thaw();
            quick(peers, idle);
            assertThat(idle.connections()).as("still the same connection").isEqualTo(1);
        }
    }

    private static void quick(TwoPeers peers, Gateway way) throws IOException {
        try (PeerStream exchange = peers.open(way.address(), "/quick")) {
            assertThat(exchange.input().read()).isEqualTo(-1);
        }
    }
}
