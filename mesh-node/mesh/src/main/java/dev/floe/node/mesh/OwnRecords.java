package dev.floe.node.mesh;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.NodeStateSource;
import dev.floe.node.mesh.state.StateVersion;

/** What this node publishes of itself, and when. Guarded by the lock of {@link StateSynchronizer}. */
final class OwnRecords {
    /** What a node is changes rarely, so it is repeated only once in this number of heartbeats. */
    private static final int INFO_HEARTBEATS = 4;

    private final PublishTimer infoDue;
    private final PublishTimer stateDue;
    private @Nullable NodeInfo info;
    private @Nullable NodeState state;
    private @Nullable NodeState publishedState;
    private @Nullable NodeStateSource stateSource;

    OwnRecords(PublishIntervals pace) {
        infoDue = new PublishTimer(pace, INFO_HEARTBEATS);
        stateDue = new PublishTimer(pace, 1);
    }

    /** What the node is has changed. */
    void set(NodeInfo changed) {
        info = changed;
        infoDue.markDirty();
    }

    /**
     * What the node does has changed; whether that matters to the others.
     *
     * @param source asked again when the others are told
     */
    boolean set(NodeState changed, NodeStateSource source) {
        stateSource = source;
        boolean isNews = !stateDue.isDirty() && (publishedState == null || changed.mattersAfter(publishedState));
        if (isNews) {
            stateDue.markDirty();
        }
        state = changed;
        return isNews;
    }

    /** How long until one of them is to be published in a mesh of so many members; 0 or less if now. */
    long delayNanos(long now, int members) {
        return Math.min(infoDue.delayNanos(now, members), stateDue.delayNanos(now, members));
    }

    /** What was published may be lost. */
    void scheduleRepeat(long at) {
        infoDue.scheduleRepeat(at);
        stateDue.scheduleRepeat(at);
    }

    /** What the node is, if that is to be published now; counts as published from now on. */
    @Nullable
    NodeInfo takeInfo(long now, int members, Supplier<StateVersion> version) {
        if (infoDue.delayNanos(now, members) > 0) {
            return null;
        }
        infoDue.markPublished(now);
        return info == null ? null : info.at(version.get());
    }

    /** Where to ask for what the node does, if that is to be published now; {@link #published} must follow. */
    @Nullable
    NodeStateSource takeState(long now, int members) {
        if (stateDue.delayNanos(now, members) > 0) {
            return null;
        }
        stateDue.markPublished(now);
        publishedState = null; // whatever is said before the others are told is news
        return stateSource;
    }

    /** This is published. */
    void published(NodeState published) {
        publishedState = published;
    }

    @Nullable
    NodeInfo info() {
        return info;
    }

    @Nullable
    NodeState state() {
        return state;
    }
}
