package dev.floe.node.builds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BuildGroupsTest {
    private static final Instant START = Instant.parse("2026-11-29T16:03:00Z");

    @TempDir
    private Path directory;
    private Instant now = START;
    private final BuildGroups groups = new BuildGroups(() -> now, ZoneOffset.UTC, new SplittableRandom(1));

    @BeforeEach
    void makeTrees() throws IOException {
        for (String tree : new String[]{"lua", "zlib"}) {
            Files.createDirectories(directory.resolve(tree + "/.git"));
            Files.createDirectories(directory.resolve(tree + "/src"));
        }
    }

    private BuildGroups.Origin origin(String session, String name) {
        return new BuildGroups.Origin("", session, true, directory.resolve(name), Optional.of(directory));
    }

    /** A command that ends at once. */
    private String build(String session, String name) {
        try (BuildGroups.Member member = groups.join(origin(session, name))) {
            return member.build();
        }
    }

    @Test
    void namesABuildAfterItsTreeAndStart() {
        assertThat(build("1", "lua/src")).matches("lua-20261129-1603-[0-9a-f]{4}");
    }

    @Test
    void isOneBuildForASessionAndATree() {
        String first = build("1", "lua");
        assertThat(build("1", "lua/src")).isEqualTo(first);
        assertThat(build("1", "zlib")).isNotEqualTo(first);
        assertThat(build("2", "lua")).isNotEqualTo(first);
        assertThat(build("1", "lua")).isEqualTo(first);
    }

    @Test
    void isAnotherBuildAfterAPause() {
        String first = build("1", "lua");
        now = now.plus(BuildGroups.PAUSE);
        assertThat(build("1", "lua")).isEqualTo(first);
        now = now.plus(BuildGroups.PAUSE).plusMillis(1);
        assertThat(build("1", "lua")).isNotEqualTo(first);
    }

    @Test
    void isNoPauseWhileACommandRuns() {
        try (BuildGroups.Member slow = groups.join(origin("1", "lua"))) {
            now = now.plus(Duration.ofHours(2));
            assertThat(build("1", "lua/src")).isEqualTo(slow.build());
            now = now.plus(Duration.ofHours(2));
            assertThat(build("1", "lua/src")).isEqualTo(slow.build());
        }
        now = now.plus(BuildGroups.PAUSE);
        assertThat(groups.isRunning(build("1", "lua"))).isFalse();
    }

    @Test
    void takesInWhatItsSessionConfiguresBelowItsTree() throws IOException {
        String whole = build("1", "lua");
        Files.createDirectories(directory.resolve("lua/dep/build"));
        Files.writeString(directory.resolve("lua/dep/build/CMakeCache.txt"), "");
        assertThat(build("1", "lua/dep/build")).isEqualTo(whole);
        assertThat(build("2", "lua/dep/build")).startsWith("build-");
    }

    @Test
    void obeysTheUserWhoNamesIt() {
        BuildGroups.Origin named = new BuildGroups.Origin(" ci-4711/gcc ", "1", true, directory, Optional.empty());
        try (BuildGroups.Member member = groups.join(named)) {
            assertThat(member.build()).isEqualTo("ci-4711/gcc");
            assertThat(groups.isRunning("ci-4711/gcc")).isTrue();
        }
        assertThat(groups.isRunning("ci-4711/gcc")).isFalse();
    }

    @Test
    void makesAWordOfWhateverTheUserSays() {
        for (String odd : new String[]{"-rf \u001b[2J\nü", "x".repeat(10_000)}) {
            try (BuildGroups.Member member = groups
                    .join(new BuildGroups.Origin(odd, "1", true, directory, Optional.empty()))) {
                assertThat(member.build()).matches("[A-Za-z0-9._+@:/][A-Za-z0-9._+@:/-]{0,99}");
            }
        }
    }

    @Test
    void knowsOnlyTheSessionWhereItCannotSeeTheFiles() {
        BuildGroups.Origin one = new BuildGroups.Origin("", "1", false, Path.of("/in/container"), Optional.empty());
        BuildGroups.Origin other = new BuildGroups.Origin("", "1", false, Path.of("/elsewhere"), Optional.empty());
        try (BuildGroups.Member first = groups.join(one); BuildGroups.Member second = groups.join(other)) {
            assertThat(first.build()).startsWith("container-").isEqualTo(second.build());
        }
    }

    @Test
    void forgetsTheSessionsThatWereSilentLongest() {
        Set<String> builds = new HashSet<>();
        String first = build("s0", "lua");
        for (int i = 1; i <= BuildGroups.MAX_SESSIONS; i++) {
            builds.add(build("s" + i, "lua"));
        }
        assertThat(build("s" + BuildGroups.MAX_SESSIONS, "lua")).isIn(builds);
        assertThat(build("s0", "lua")).isNotEqualTo(first);
    }

    @Test
    void waitsForTheEndOfABuild() {
        BuildGroups.Member member = groups.join(origin("1", "lua"));
        Thread ends = Thread.ofVirtual().start(member::close);
        groups.awaitEnd(member.build(), Duration.ofSeconds(60));
        assertThat(groups.isRunning(member.build())).isFalse();
        assertThat(ends).isNotNull();
    }
}
