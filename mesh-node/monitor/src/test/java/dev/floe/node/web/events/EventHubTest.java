package dev.floe.node.web.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.floe.node.watch.SimulatedMesh;
import dev.floe.node.web.events.ServerSentEvent.Kind;

/** One subscription for all clients, and none without a client. */
final class EventHubTest {
    private final SimulatedMesh mesh = new SimulatedMesh(3, Instant.parse("2026-11-29T10:00:00Z"));
    private final EventHub hub = new EventHub(mesh);

    @Test
    void subscribesOnlyWhileThereIsAClient() {
        assertThat(mesh.subscriptions()).isZero();
        EventQueue first = hub.open().orElseThrow();
        EventQueue second = hub.open().orElseThrow();
        assertThat(mesh.subscriptions()).isEqualTo(1);
        hub.close(first);
        assertThat(mesh.subscriptions()).isEqualTo(1);
        hub.close(second);
        assertThat(mesh.subscriptions()).isZero();
    }

    @Test
    void givesEachClientASnapshotFirst() throws Exception {
        for (EventQueue client : List.of(hub.open().orElseThrow(), hub.open().orElseThrow())) {
            assertThat(client.take(Duration.ZERO).orElseThrow().kind()).isEqualTo(Kind.SNAPSHOT);
        }
    }

    @Test
    void encodesAnEventOnceForAll() throws Exception {
        EventQueue first = hub.open().orElseThrow();
        EventQueue second = hub.open().orElseThrow();
        first.take(Duration.ZERO);
        second.take(Duration.ZERO);
        mesh.end("[{}]");
        assertThat(first.take(Duration.ZERO)).containsSame(second.take(Duration.ZERO).orElseThrow());
    }

    @Test
    void refusesMoreClientsThanItsBound() {
        List<EventQueue> all = new ArrayList<>();
        for (int i = 0; i < EventHub.MAX_CLIENTS; i++) {
            all.add(hub.open().orElseThrow());
        }
        assertThat(hub.open()).isEqualTo(Optional.empty());
        hub.close(all.getFirst());
        assertThat(hub.open()).isPresent();
    }

    @Test
    void endsAllClientsWhenItCloses() {
        EventQueue client = hub.open().orElseThrow();
        hub.close();
        assertThat(client.isClosed()).isTrue();
        assertThat(mesh.subscriptions()).isZero();
    }
}
