package dev.floe.node.submitter.context;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.floe.command.CacheScope;
import dev.floe.node.cache.local.CacheMode;

/**
 * The policy for what one command may do with the cache.
 *
 * @param sharing where its result may serve
 */
public record CachePolicy(Set<CacheMode> uses, CacheScope sharing) {
    private static final String DEPENDS_ON_TIME = "__DATE__, __TIME__, __TIMESTAMP__, #pragma GCC dependency or a "
            + "precompiled header of clang";

    public CachePolicy {
        uses = Set.copyOf(uses);
    }

    /** What a build may do with the cache: what the node may, unless {@code FLOE_CACHE} says less. */
    public static Set<CacheMode> uses(Set<CacheMode> node, @Nullable String wish) {
        Set<CacheMode> uses = EnumSet.noneOf(CacheMode.class);
        uses.addAll(node);
        if (wish != null && !wish.isEmpty()) {
            uses.retainAll(CacheMode.named(wish).orElse(Set.of()));
        }
        return uses;
    }

    /** The same for a command whose result depends on the time of day or on times of files. */
    public CachePolicy dependingOnTime() {
        return new CachePolicy(uses, new CacheScope.None(DEPENDS_ON_TIME));
    }

    /** Why the result is not cached although the build may use the cache. */
    public Optional<String> whyOff() {
        return sharing instanceof CacheScope.None(String reason) && !uses.isEmpty()
                ? Optional.of(reason)
                : Optional.empty();
    }

    public boolean isOn() {
        return !uses.isEmpty() && !(sharing instanceof CacheScope.None);
    }

    public boolean reads() {
        return isOn() && uses.contains(CacheMode.READ);
    }

    /** Whether the result is kept. */
    public boolean writes() {
        return isOn() && uses.contains(CacheMode.WRITE);
    }
}
