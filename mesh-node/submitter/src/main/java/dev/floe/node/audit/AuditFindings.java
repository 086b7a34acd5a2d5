package dev.floe.node.audit;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

import dev.floe.node.cache.local.ResultDenylist;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;

/**
 * The findings of audits on this node: producers in quarantine, and commands that are not deterministic. Thread-safe.
 */
public final class AuditFindings implements ResultDenylist {
    private static final int MAX_UNSTEADY = 10_000;

    private final Quarantine quarantine;
    private final Set<ActionKey> unsteady = new LinkedHashSet<>(); // guarded by itself

    public AuditFindings(Quarantine quarantine) {
        this.quarantine = quarantine;
    }

    /** The makers in quarantine. */
    public Quarantine quarantine() {
        return quarantine;
    }

    /** No result is used under this key any more, for as long as it is among the last that were found so. */
    void markNonDeterministic(ActionKey key) {
        synchronized (unsteady) {
            unsteady.remove(key);
            unsteady.add(key);
            if (unsteady.size() > MAX_UNSTEADY) {
                unsteady.remove(unsteady.iterator().next());
            }
        }
    }

    /** How many keys are not used. */
    public int nonDeterministic() {
        synchronized (unsteady) {
            return unsteady.size();
        }
    }

    @Override
    public Optional<String> about(ActionKey key) {
        synchronized (unsteady) {
            return unsteady.contains(key)
                    ? Optional.of("the compile does not repeat itself, as an audit has found")
                    : Optional.empty();
        }
    }

    @Override
    public Optional<String> about(ActionResult result) {
        return quarantine.of(result.maker()).map(entry -> "its maker " + entry.name() + " is in quarantine");
    }
}
