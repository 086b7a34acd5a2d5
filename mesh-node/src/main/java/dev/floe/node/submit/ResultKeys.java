package dev.floe.node.submit;

import java.util.List;
import java.util.Optional;

import dev.floe.node.cache.ActionKeys;
import dev.floe.node.cache.Anchors;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.store.action.ActionKey;

/**
 * Under which keys a command's result may be found.
 *
 * @param portable where places do not matter; empty if they do
 * @param exact    where all paths are the same
 */
record ResultKeys(Optional<ActionKey> portable, ActionKey exact) {
    static ResultKeys of(Offer offer) {
        Anchors anchors = Anchors.of(offer);
        return new ResultKeys(anchors.portable() ? Optional.of(ActionKeys.of(offer, anchors)) : Optional.empty(),
                ActionKeys.of(offer, anchors.exact()));
    }

    /** The one that is looked up first, and claimed. */
    ActionKey first() {
        return portable.orElse(exact);
    }

    /** All of them, in the order in which they are looked up. */
    List<ActionKey> all() {
        return portable.map(key -> List.of(key, exact)).orElse(List.of(exact));
    }

    boolean has(ActionKey key) {
        return key.equals(exact) || portable.isPresent() && key.equals(portable.get());
    }
}
