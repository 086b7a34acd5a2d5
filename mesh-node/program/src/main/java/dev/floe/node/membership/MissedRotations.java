package dev.floe.node.membership;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.mesh.membership.DoorClient;
import dev.floe.node.mesh.membership.MeshTrust;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.state.NodeFeature;
import dev.floe.node.mesh.state.Peer;
import dev.floe.store.FailureText;

/** Asks at the door of members for rotations that this node has missed while it was away. Thread-safe. */
final class MissedRotations {
    private static final Logger LOG = LogManager.getLogger(MissedRotations.class);
    private static final Duration PATIENCE = Duration.ofMillis(1500);
    private static final int MAX_ASKED = 8;
    private static final int MAX_ANSWERS = 8;
    private static final int MAX_PORT = 65_535;

    private final MeshTrust trust;
    private final MeshGroup group;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile String refusal = ""; // what the door has said; empty if it has not

    MissedRotations(MeshTrust trust, MeshGroup group) {
        this.trust = trust;
        this.group = group;
    }

    /** Why the last member that was asked refuses this node, and which that was; empty if it does not. */
    Optional<String> refusal() {
        return Optional.of(refusal).filter(reason -> !reason.isEmpty());
    }

    /** Asks in the background. */
    void request() {
        Thread.ofVirtual().name("floe-catch-up").start(this::ask);
    }

    /** Asks several members at once, and waits until all have answered, or a moment. */
    void ask() {
        if (!asking.compareAndSet(false, true)) {
            return;
        }
        try {
            List<HostPort> doors = doors();
            CountDownLatch end = new CountDownLatch(doors.size());
            for (HostPort member : doors) {
                Thread.ofVirtual().name("floe-catch-up-" + member).start(() -> {
                    try {
                        ask(member);
                    } finally {
                        end.countDown();
                    }
                });
            }
            if (!end.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("some members have not answered yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            asking.set(false);
        }
    }

    /**
     * The data ports of some members; each is the one behind the group's. Half of them are of those that are not in the
     * group now: perhaps this side of a partition has missed what the other has.
     */
    private List<HostPort> doors() {
        Set<HostPort> present = new LinkedHashSet<>();
        Set<HostPort> doorless = new LinkedHashSet<>(); // nodes of an older release would warn of a stranger
        group.roster().others().forEach(peer -> (peer.info().has(NodeFeature.MEMBERSHIP) ? present : doorless)
                .add(MembershipService.address(peer.info())));
        Set<HostPort> known = new LinkedHashSet<>();
        group.knownPeers().stream().filter(peer -> peer.port() < MAX_PORT)
                .forEach(peer -> known.add(new HostPort(peer.host(), peer.port() + 1)));
        known.removeAll(present);
        known.removeAll(doorless);
        group.roster().peers().stream().filter(Peer::self)
                .forEach(self -> known.remove(MembershipService.address(self.info())));
        List<HostPort> doors = new ArrayList<>(some(present, MAX_ASKED / 2));
        doors.addAll(some(known, MAX_ASKED - doors.size()));
        return doors;
    }

    private static List<HostPort> some(Set<HostPort> all, int most) {
        List<HostPort> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled);
        return shuffled.subList(0, Math.min(most, shuffled.size()));
    }

    private void ask(HostPort member) {
        try {
            DoorClient client = new DoorClient(trust.nodeKey(), trust.nodeName());
            for (int answers = 0; answers < MAX_ANSWERS; answers++) {
                String before = trust.key().id();
                for (byte[] rotation : client.rotations(member, before)) {
                    trust.applyMissed(rotation);
                }
                refusal = "";
                if (before.equals(trust.key().id())) {
                    return;
                }
            }
        } catch (DoorClient.DoorRefusalException e) {
            if (refusal.isEmpty()) {
                LOG.warn("this node is refused reason=\"{}\": to come back it needs an invitation: floe mesh join",
                        FailureText.of(e));
            }
            refusal = FailureText.of(e);
        } catch (IOException e) {
            LOG.debug("not asked for rotations member={} reason=\"{}\"", member, FailureText.of(e));
        }
    }
}
