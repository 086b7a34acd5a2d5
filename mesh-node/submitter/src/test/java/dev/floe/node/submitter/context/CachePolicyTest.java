package dev.floe.node.submitter.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.floe.command.CacheScope;
import dev.floe.node.cache.local.CacheMode;

final class CachePolicyTest {
    private static final Set<CacheMode> BOTH = Set.of(CacheMode.READ, CacheMode.WRITE);

    @Test
    void aBuildMayDoLessThanItsNodeButNotMore() {
        assertThat(CachePolicy.uses(BOTH, null)).isEqualTo(BOTH);
        assertThat(CachePolicy.uses(BOTH, "")).isEqualTo(BOTH);
        assertThat(CachePolicy.uses(BOTH, "read")).containsExactly(CacheMode.READ);
        assertThat(CachePolicy.uses(Set.of(CacheMode.READ), "both")).containsExactly(CacheMode.READ);
        assertThat(CachePolicy.uses(BOTH, "off")).isEmpty();
    }

    @Test
    void aWordThatIsNotKnownTurnsTheCacheOff() {
        assertThat(CachePolicy.uses(BOTH, "perhaps")).isEmpty();
    }

    @Test
    void readsAndWritesAsTheBuildMay() {
        CachePolicy reader = new CachePolicy(Set.of(CacheMode.READ), new CacheScope.Exact());
        assertThat(reader.isOn()).isTrue();
        assertThat(reader.reads()).isTrue();
        assertThat(reader.writes()).isFalse();
        assertThat(reader.whyOff()).isEmpty();
    }

    @Test
    void aResultThatDependsOnTimeIsNeitherServedNorKept() {
        CachePolicy policy = new CachePolicy(BOTH, new CacheScope.Exact()).dependingOnTime();
        assertThat(policy.isOn()).isFalse();
        assertThat(policy.reads()).isFalse();
        assertThat(policy.writes()).isFalse();
        assertThat(policy.whyOff()).hasValueSatisfying(why -> assertThat(why).contains("__DATE__"));
    }

    @Test
    void aBuildWithoutTheCacheHasNoReasonToTell() {
        assertThat(new CachePolicy(Set.of(), new CacheScope.None("it prints to the standard output")).whyOff())
                .isEmpty();
    }
}
