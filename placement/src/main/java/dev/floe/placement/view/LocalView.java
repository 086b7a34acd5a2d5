package dev.floe.placement.view;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.floe.placement.PlacementRequest;

/**
 * One submitter's own view of the mesh: what the nodes said of themselves, corrected at once by what this submitter
 * offered them since (a local shortest queue: Vargaftik et al., ToN 2020).
 *
 * <p>An offer counts against its node from {@link #dispatched} until its answer comes; the answer's state covers it. Of
 * two states the newer by (epoch, sequence) wins, however late the other arrives. Old information fades, see {@link
 * StalenessPolicy}.
 *
 * <p>A node, unless it is the submitter itself, gets no further offer while too many are unanswered. It is closed when
 * one would probably be refused: it leaves an offer without an answer for long; it is as full as when it refused
 * lately; or only hearsay promises a place in its queue although this submitter has jobs there, whose ends will tell it
 * first hand, or although it is far away. Without this, submitters of a full mesh would ask all the time for each place
 * that becomes free.
 *
 * <p>A node that fails a job gets none for a while, see {@link FailureBackoff}; a node that has restarted is as good
 * as any.
 *
 * <p>Has one owner; not safe for use by several threads at once. Never reads a clock: each event brings its time.
 */
public final class LocalView {
    private final StalenessPolicy freshness;
    private final Map<String, TrackedNode> nodes = new HashMap<>();

    public LocalView(StalenessPolicy freshness) {
        this.freshness = freshness;
    }

    /**
     * A node joined, or something about it changed. What it is doing is unknown until its first state: taken for half
     * full.
     */
    public void described(NodeProfile profile) {
        TrackedNode known = nodes.get(profile.node());
        if (known == null) {
            nodes.put(profile.node(), new TrackedNode(profile, freshness));
        } else {
            known.describe(profile);
        }
    }

    /** A node left; all that was known of it is forgotten. */
    public void left(String node) {
        nodes.remove(node);
    }

    /**
     * The way to a node was measured.
     *
     * @param bytesPerSecond greater than 0
     */
    public void measured(String node, Duration roundTrip, double bytesPerSecond) {
        TrackedNode known = nodes.get(node);
        if (known != null) {
            known.measure(roundTrip, bytesPerSecond);
        }
    }

    /** The round trip to a node was measured; what is known of the bandwidth stays. */
    public void measured(String node, Duration roundTrip) {
        TrackedNode known = nodes.get(node);
        if (known != null) {
            known.measure(roundTrip);
        }
    }

    /**
     * The bandwidth to a node was measured; what is known of the round trip stays.
     *
     * @param bytesPerSecond greater than 0
     */
    public void measuredBandwidth(String node, double bytesPerSecond) {
        TrackedNode known = nodes.get(node);
        if (known != null) {
            known.measureBandwidth(bytesPerSecond);
        }
    }

    /** A node said what it is doing; ignored if the node is unknown or a newer state of it has come before. */
    public void gossip(NodeLoad state, Instant now) {
        TrackedNode known = nodes.get(state.node());
        if (known != null) {
            known.overhear(state, now);
        }
    }

    /** The job is being offered to the node: the view counts it from now on. */
    public void dispatched(String node, PlacementRequest job, Instant now) {
        TrackedNode known = nodes.get(node);
        if (known != null) {
            known.offer(job, now);
        }
    }

    /** The node took the job, into a slot or ahead; its state covers the job. */
    public void answered(String node, String jobKey, NodeLoad state, Instant now) {
        TrackedNode known = nodes.get(node);
        if (known != null) {
            known.withdraw(jobKey);
            known.hold();
            known.hear(state, now);
        }
    }

    /** The node refused the offer; its state says how full it was when it did. */
    public void refused(String node, String jobKey, NodeLoad state, Instant now) {
        TrackedNode known = nodes.get(node);
        if (known != null) {
            known.withdraw(jobKey);
            known.hear(state, now);
            known.refuse(state, now);
        }
    }

    /** The node brought a job to its end, whatever the compiler said. */
    public void finished(String node, NodeLoad state, Instant now) {
        TrackedNode known = nodes.get(node);
        if (known != null) {
            known.release();
            known.hear(state, now);
            known.succeeded(now);
        }
    }

    /**
     * The node ran a job through an emulator in {@code ran}, which was known to take {@code predicted} on the reference
     * core.
     */
    public void emulated(String node, Duration predicted, Duration ran) {
        TrackedNode known = nodes.get(node);
        if (known != null) {
            known.emulated(predicted, ran);
        }
    }

    /** The node gave no answer, or lost the job that it had accepted. */
    public void failed(String node, String jobKey, Instant now) {
        TrackedNode known = nodes.get(node);
        if (known != null) {
            known.end(jobKey);
            known.failed(now);
        }
    }

    /** The submitter no longer wants the job, offered or taken, and holds nothing against the node. */
    public void abandoned(String node, String jobKey) {
        TrackedNode known = nodes.get(node);
        if (known != null) {
            known.end(jobKey);
        }
    }

    /**
     * Slots of a node that jobs of this submitter hold or would get now. What others occupy does not count, nor does a
     * node that drains or has failed the last jobs. Unlike a {@link #view}, it does not fade: an idle node is as good
     * as when it last said so.
     */
    public int reachableSlots(String node, Instant now) {
        TrackedNode known = nodes.get(node);
        return known == null ? 0 : known.reachableSlots(now);
    }

    /** The mesh as it is believed to be at {@code now}, which must not go back by more than clocks do. */
    public ClusterView view(Instant now) {
        List<NodeView> views = new ArrayList<>(nodes.size());
        for (TrackedNode node : nodes.values()) {
            views.add(node.view(now));
        }
        return new ClusterView(views);
    }
}
