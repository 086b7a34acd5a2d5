package dev.floe.placement.view;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.floe.placement.DurationSeconds;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.view.NodeView.ExpectedLoad;
import dev.floe.placement.view.NodeView.NetworkPath;
import dev.floe.placement.view.NodeView.NodeReliability;

/** The knowledge of a {@link LocalView} about one node. */
final class TrackedNode {
    /** A guess for a path that nobody has measured: a LAN. */
    private static final Duration UNMEASURED_ROUND_TRIP = Duration.ofMillis(1);
    private static final double UNMEASURED_BYTES_PER_SECOND = 50e6;
    /** Over so long a way a refusal costs more than a slot that waits for the next state. */
    private static final Duration DEAR_ROUND_TRIP = Duration.ofMillis(10);
    /** How often a fading view is computed again. */
    private static final Duration STEP = Duration.ofMillis(50);

    private final StalenessPolicy freshness;
    private final FailureBackoff reputation;
    private final EmulationSpeedEstimate slowdown = new EmulationSpeedEstimate();
    /** Offers without an answer; few. */
    private final List<PendingOffer> offered = new ArrayList<>();
    private NodeProfile profile;
    private Duration roundTrip = UNMEASURED_ROUND_TRIP;
    private double bytesPerSecond = UNMEASURED_BYTES_PER_SECOND;
    private @Nullable NodeLoad state;
    private Instant heard = Instant.EPOCH;
    /** Whether the state came by gossip, not in an answer to this submitter. */
    private boolean hearsay;
    /** Jobs of this submitter that the node has taken and not ended. */
    private int leases;
    /** The state in which it last refused an offer. */
    private @Nullable NodeLoad refusal;
    private Instant refusedAt = Instant.EPOCH;
    /** The last view handed out, while it holds; most of a thousand nodes do not change between two decisions. */
    private @Nullable NodeView view;
    private Instant viewUntil = Instant.EPOCH;

    private record PendingOffer(PlacementRequest job, Instant at) {}

    TrackedNode(NodeProfile profile, StalenessPolicy freshness) {
        this.profile = profile;
        this.freshness = freshness;
        this.reputation = new FailureBackoff(freshness);
    }

    void describe(NodeProfile changed) {
        profile = changed;
        view = null;
    }

    void measure(Duration trip, double bandwidth) {
        bytesPerSecond = bandwidth;
        measure(trip);
    }

    void measure(Duration trip) {
        roundTrip = trip;
        view = null;
    }

    void measureBandwidth(double measured) {
        bytesPerSecond = measured;
        view = null;
    }

    /** A state as new as the known one is the same state said again: still true. */
    void hear(NodeLoad said, Instant now) {
        NodeLoad before = state;
        if (before == null || !before.newerThan(said)) {
            if (before != null && said.epoch() != before.epoch()) {
                reputation.forget();
                refusal = null;
            }
            state = said;
            heard = now;
            hearsay = false;
            view = null;
        }
    }

    void overhear(NodeLoad said, Instant now) {
        boolean news = state == null || said.newerThan(state);
        hear(said, now);
        hearsay |= news;
    }

    void offer(PlacementRequest job, Instant now) {
        offered.add(new PendingOffer(job, now));
        view = null;
    }

    /** False if no such offer is unanswered. */
    boolean withdraw(String jobKey) {
        for (int i = 0; i < offered.size(); i++) {
            if (offered.get(i).job().key().equals(jobKey)) {
                offered.remove(i);
                view = null;
                return true;
            }
        }
        return false;
    }

    void refuse(NodeLoad said, Instant now) {
        refusal = said;
        refusedAt = now;
        view = null;
    }

    void hold() {
        leases++;
        view = null;
    }

    void release() {
        leases = Math.max(0, leases - 1);
        view = null;
    }

    /** A job, offered or taken, is at its end. */
    void end(String jobKey) {
        if (!withdraw(jobKey)) {
            release();
        }
    }

    void succeeded(Instant now) {
        reputation.succeeded(now);
        view = null;
    }

    /** An emulated job took {@code ran}, which is {@code predicted} on the reference core. */
    void emulated(Duration predicted, Duration ran) {
        slowdown.observed(DurationSeconds.duration(DurationSeconds.of(predicted) / profile.speed()), ran);
        view = null;
    }

    void failed(Instant now) {
        reputation.failed(now);
        view = null;
    }

    NodeView view(Instant now) {
        NodeView last = view;
        if (last != null && now.isBefore(viewUntil)) {
            return last;
        }
        NodeView fresh = build(now);
        view = fresh;
        boolean steady = state != null && reputation.isSpotless() && refusal == null
                && fresh.openness() != OfferGate.AWAITED;
        Instant fades = heard.plus(freshness.grace());
        viewUntil = steady && now.isBefore(fades) ? fades : now.plus(STEP);
        return fresh;
    }

    /** Slots that jobs of this submitter hold or would get: all that no one else occupies, as the node said last. */
    int reachableSlots(Instant now) {
        if (profile.draining() || reputation.pause(now).isPositive() || reputation.isSuspected(now)) {
            return 0;
        }
        NodeLoad said = state;
        double others = said == null ? 0 : profile.slots() - said.freeSlots() - leases;
        double reachable = Math.max(leases, profile.slots() - Math.max(0, others));
        return (int) Math.min(profile.slots(), reachable);
    }

    private NodeView build(Instant now) {
        double half = Math.min(profile.slots() / 2.0, profile.slots() - leases);
        double free = half;
        double queued = 0;
        long memory = Long.MAX_VALUE;
        NodeLoad said = state;
        if (said != null) {
            double weight = freshness.weight(Duration.between(heard, now));
            free = half + weight * (said.freeSlots() - half);
            queued = weight * DurationSeconds.of(said.queued());
            memory = said.freeMemoryBytes();
        }
        for (PendingOffer each : offered) {
            free -= 1;
            memory -= each.job().memoryBytes();
            if (free < 0) {
                queued += DurationSeconds.of(each.job().predicted());
            }
        }
        ExpectedLoad load = new ExpectedLoad(Math.min(free, profile.slots()), DurationSeconds.duration(queued), memory);
        return new NodeView(profile, load, new NetworkPath(roundTrip, bytesPerSecond),
                new NodeReliability(reputation.successRate(now), openness(free, now), reputation.pause(now)),
                emulation());
    }

    private EmulationCapability emulation() {
        return profile.emulated().isEmpty()
                ? EmulationCapability.NONE
                : new EmulationCapability(profile.emulated(), slowdown.share());
    }

    private OfferGate openness(double free, Instant now) {
        if (reputation.isDoubtful() && leases + offered.size() > 0) {
            return OfferGate.CLOSED;
        }
        NodeLoad refused = refusal;
        if (refused != null && free < refused.freeSlots() + 0.5
                && Duration.between(refusedAt, now).compareTo(freshness.refusal()) < 0) {
            return OfferGate.CLOSED;
        }
        boolean dear = !profile.self() && roundTrip.compareTo(DEAR_ROUND_TRIP) >= 0;
        if (hearsay && free < 0.5 && (leases > 0 || dear)) {
            return OfferGate.CLOSED;
        }
        if (profile.self() || offered.size() < Math.max(1, Math.ceilDiv(profile.slots(), 4))) {
            return OfferGate.OPEN;
        }
        boolean silent = Duration.between(offered.getFirst().at(), now).compareTo(freshness.silence()) >= 0;
        return silent ? OfferGate.CLOSED : OfferGate.AWAITED;
    }
}
