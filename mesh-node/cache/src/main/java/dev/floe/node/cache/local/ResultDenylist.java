package dev.floe.node.cache.local;

import java.util.Optional;

import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;

/** The results that this node must not use, as it has found out. Quick and thread-safe. */
public interface ResultDenylist {
    /** There are none. */
    ResultDenylist NONE = new ResultDenylist() {
        @Override
        public Optional<String> about(ActionKey key) {
            return Optional.empty();
        }

        @Override
        public Optional<String> about(ActionResult result) {
            return Optional.empty();
        }
    };

    /** Why no result is used under a key, whoever made it; empty if one may be. */
    Optional<String> about(ActionKey key);

    /** Why a result is not used; empty if it may be. */
    Optional<String> about(ActionResult result);
}
