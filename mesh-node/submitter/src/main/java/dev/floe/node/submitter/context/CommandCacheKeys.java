package dev.floe.node.submitter.context;

import java.util.List;
import java.util.Optional;

import dev.floe.node.cache.keys.ActionKeyCalculator;
import dev.floe.node.cache.keys.PathNormalizer;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.store.actioncache.ActionKey;

/**
 * Under which keys a command's result may be found.
 *
 * @param portable where places do not matter; empty if they do
 * @param exact    where all paths are the same
 */
public record CommandCacheKeys(Optional<ActionKey> portable, ActionKey exact) {
    public static CommandCacheKeys of(Offer offer) {
        PathNormalizer anchors = PathNormalizer.of(offer);
        return new CommandCacheKeys(
                anchors.portable() ? Optional.of(ActionKeyCalculator.of(offer, anchors)) : Optional.empty(),
                ActionKeyCalculator.of(offer, anchors.exact()));
    }

    /** The one that is looked up first, and claimed. */
    public ActionKey first() {
        return portable.orElse(exact);
    }

    /** All of them, in the order in which they are looked up. */
    public List<ActionKey> all() {
        return portable.map(key -> List.of(key, exact)).orElse(List.of(exact));
    }

    public boolean has(ActionKey key) {
        return key.equals(exact) || portable.isPresent() && key.equals(portable.get());
    }
}
