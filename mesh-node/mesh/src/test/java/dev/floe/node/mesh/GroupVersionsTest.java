package dev.floe.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.infinispan.commons.util.Version;
import org.junit.jupiter.api.Test;

/**
 * The libraries with which nodes form a group talk only to their own major and minor version, so both stay at those of
 * the last release (docs/architecture.md, versions side by side).
 */
final class GroupVersionsTest {
    @Test
    void jgroupsUnderstandsThatOfTheLastRelease() {
        assertThat(org.jgroups.Version.isBinaryCompatible(org.jgroups.Version.encode(5, 5, 7))).isTrue();
        assertThat(org.jgroups.Version.isBinaryCompatible(org.jgroups.Version.encode(5, 4, 0))).isFalse();
    }

    @Test
    void infinispanHasTheMajorAndMinorVersionOfTheLastRelease() {
        assertThat(Version.getVersion()).startsWith("16.1.");
    }
}
