package dev.floe.command.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.CompileCommand;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.LookupDependencies;
import dev.floe.command.manifest.ManifestKey;

final class ExtraInputsCacheTest {
    private static final String TOOLCHAIN = "a".repeat(64);

    @TempDir
    Path directory;
    private Project project;
    private Instant now = Instant.EPOCH;

    @BeforeEach
    void make() throws IOException {
        project = new Project(Files.createDirectory(directory.resolve("project")), Map.of("WITH_STATS", "1"));
    }

    private static MissingInputs shortfall(Path... paths) {
        return new MissingInputs(new TreeSet<>(List.of(paths)), new TreeSet<>(), false, Optional.empty());
    }

    private DiscoveryResult.InputsFound learned(ExtraInputs lesson) throws IOException {
        return LearnedInputDiscovery.add(project.found(), lesson, project.machine);
    }

    @Test
    void remembersForTheSameCommandWhatIsTheProjects() {
        ExtraInputsCache lessons = new ExtraInputsCache(() -> now);
        ManifestKey key = ManifestKey.of(project.command, TOOLCHAIN);
        lessons.add(project.command, key, TOOLCHAIN, shortfall(project.root.resolve("opt.h")));
        assertThat(lessons.of(key, TOOLCHAIN).paths()).containsExactly(project.root.resolve("opt.h"));
        ManifestKey other = ManifestKey.of(project.command, "b".repeat(64));
        assertThat(lessons.of(other, TOOLCHAIN)).isEqualTo(ExtraInputs.NONE);
    }

    @Test
    void remembersForTheToolchainWhatIsNot() {
        ExtraInputsCache lessons = new ExtraInputsCache(() -> now);
        ManifestKey key = ManifestKey.of(project.command, TOOLCHAIN);
        lessons.add(project.command, key, TOOLCHAIN, shortfall(Path.of("/usr/bin/clang.cfg")));
        ManifestKey other = ManifestKey.of(project.command, "b".repeat(64));
        assertThat(lessons.of(other, TOOLCHAIN).paths()).containsExactly(Path.of("/usr/bin/clang.cfg"));
        assertThat(lessons.of(other, "b".repeat(64))).isEqualTo(ExtraInputs.NONE);
    }

    @Test
    void addsNoMorePathsThanAreBounded() {
        ExtraInputsCache lessons = new ExtraInputsCache(() -> now);
        ManifestKey key = ManifestKey.of(project.command, TOOLCHAIN);
        for (int i = 0; i < 3 * ExtraInputsCache.MAX_PATHS; i++) {
            lessons.add(project.command, key, TOOLCHAIN, shortfall(project.root.resolve("h" + i)));
        }
        assertThat(lessons.of(key, TOOLCHAIN).paths()).hasSizeLessThanOrEqualTo(ExtraInputsCache.MAX_PATHS);
    }

    @Test
    void forgetsAnObstacleAfterSomeTime() {
        ExtraInputsCache lessons = new ExtraInputsCache(() -> now);
        ManifestKey key = ManifestKey.of(project.command, TOOLCHAIN);
        lessons.addObstacle(key, MissingInputs.NONE, "x is a program");
        assertThat(lessons.obstacle(key, Set.of())).contains("x is a program");
        now = now.plus(Duration.ofHours(1));
        assertThat(lessons.obstacle(key, Set.of())).isEmpty();
    }

    @Test
    void takesAVariableForAnObstacleAsLongAsItIsSet() {
        ExtraInputsCache lessons = new ExtraInputsCache(() -> now);
        ManifestKey key = ManifestKey.of(project.command, TOOLCHAIN);
        MissingInputs shortfall = new MissingInputs(new TreeSet<>(), new TreeSet<>(Set.of("LOG_FILE")), false,
                Optional.of("no"));
        lessons.addObstacle(key, shortfall, "LOG_FILE was not set on the peer");
        assertThat(lessons.obstacle(key, Set.of("LOG_FILE", "PATH"))).contains("LOG_FILE was not set on the peer");
        assertThat(lessons.obstacle(key, Set.of("PATH"))).isEmpty();
    }

    @Test
    void setsVariablesAsTheUserHasThem() {
        CompileCommand extended = new ExtraInputs(Set.of(), Set.of("WITH_STATS", "NOT_SET"), false)
                .extend(project.command);
        assertThat(extended.environment()).containsEntry("WITH_STATS", "1").doesNotContainKey("NOT_SET");
        assertThat(ManifestKey.of(extended, TOOLCHAIN)).isNotEqualTo(ManifestKey.of(project.command, TOOLCHAIN));
    }

    @Test
    void leavesInputsAloneIfThereIsNothingNew() throws IOException {
        DiscoveryResult.InputsFound found = project.found();
        ExtraInputs lesson = new ExtraInputs(Set.of(project.root.resolve("no.h"), project.root.resolve("a.c")),
                Set.of(), false);
        assertThat(LearnedInputDiscovery.add(found, lesson, project.machine)).isSameAs(found);
    }

    @Test
    void addsFilesWithTheLinksAndDirectoriesOnTheWay() throws IOException {
        project.write("real/opt.h", "x");
        Files.createSymbolicLink(project.root.resolve("inc"), Path.of("real"));
        DiscoveryResult.InputsFound more = learned(
                new ExtraInputs(Set.of(project.root.resolve("inc/opt.h")), Set.of(), false));
        assertThat(more.inputs().inputs()).extracting(Input::path).contains(project.root.resolve("inc"),
                project.root.resolve("real"), project.root.resolve("real/opt.h"), project.root.resolve("a.c"));
    }

    @Test
    void keepsTimesOfFilesWithEqualBytes() throws IOException {
        Path twin = project.write("b.h", "int a;\n");
        DiscoveryResult.InputsFound more = learned(new ExtraInputs(Set.of(twin), Set.of(), false));
        assertThat(more.inputs().inputs()).filteredOn(input -> input instanceof Input.File)
                .allMatch(input -> ((Input.File) input).keepTime());
        LookupDependencies footprint = more.footprint().get().orElseThrow();
        assertThat(footprint.twins()).containsOnlyKeys(twin, project.root.resolve("a.c"));
    }

    @Test
    void keepsAllTimesIfTheyCountAndCachesNothing() throws IOException {
        DiscoveryResult.InputsFound more = learned(new ExtraInputs(Set.of(), Set.of(), true));
        assertThat(more.readsClock()).isTrue();
        assertThat(more.inputs().inputs()).filteredOn(input -> input instanceof Input.File)
                .allMatch(input -> ((Input.File) input).keepTime());
    }
}
