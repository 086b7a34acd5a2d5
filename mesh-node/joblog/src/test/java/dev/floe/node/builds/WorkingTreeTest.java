package dev.floe.node.builds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkingTreeTest {
    @TempDir
    private Path root;
    private Path home;

    @BeforeEach
    void makeHome() throws IOException {
        home = Files.createDirectories(root.resolve("home"));
    }

    private Path directory(String name) throws IOException {
        return Files.createDirectories(home.resolve(name));
    }

    private Path file(String name) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "");
    }

    private WorkingTree of(String directory) throws IOException {
        return WorkingTree.of(directory(directory), Optional.of(home));
    }

    private void expectTop(String directory, String top) throws IOException {
        assertThat(of(directory)).as(directory).isEqualTo(new WorkingTree(home.resolve(top), true));
    }

    @Test
    void isTheCheckoutForABuildInItsSources() throws IOException {
        directory("p/.git");
        file("p/src/Makefile");
        expectTop("p", "p");
        expectTop("p/src/deep", "p");
    }

    @Test
    void isTheCheckoutAroundASubmoduleButNotAroundAFurtherWorkingTree() throws IOException {
        directory("p/.git");
        Files.writeString(file("p/sub/.git"), "gitdir: ../.git/modules/sub\n");
        Files.writeString(file("p/more/.git"), "gitdir: " + home + "/p/.git/worktrees/more\n");
        expectTop("p/sub/src", "p");
        expectTop("p/more/src", "p/more");
    }

    @Test
    void isTheBuildDirectoryForABuildBesideTheSources() throws IOException {
        directory("p/.git");
        file("p/build/CMakeCache.txt");
        file("p/build/lib/Makefile");
        file("other/build.ninja");
        expectTop("p/build/lib", "p/build");
        expectTop("other/sub", "other");
    }

    @Test
    void isTheOutermostBuildDirectoryForProjectsWithinABuild() throws IOException {
        file("build/CMakeCache.txt");
        file("build/dep-prefix/src/dep-build/CMakeCache.txt");
        file("build/other/config.status");
        expectTop("build/dep-prefix/src/dep-build/lib", "build");
        expectTop("build/other", "build");
    }

    @Test
    void isTheSameBeforeAndAfterCmakeHasConfigured() throws IOException {
        directory("p/.git");
        file("p/build/CMakeFiles/CMakeScratch/TryCompile-a1/CMakeCache.txt");
        expectTop("p/build/CMakeFiles/CMakeScratch/TryCompile-a1", "p/build");
        file("p/build/CMakeCache.txt");
        expectTop("p/build/CMakeFiles/CMakeScratch/TryCompile-b2", "p/build");
        expectTop("p/build", "p/build");
    }

    @Test
    void isTheSameBeforeAndAfterConfigureRan() throws IOException {
        file("p/configure");
        expectTop("p", "p");
        file("p/config.status");
        file("p/src/Makefile");
        expectTop("p/src", "p");
        WorkingTree fresh = of("empty");
        file("empty/config.status");
        assertThat(of("empty").top()).isEqualTo(fresh.top());
    }

    @Test
    void isTheOutermostMakefileInARow() throws IOException {
        file("Makefile");
        file("lua-5.4/Makefile");
        file("lua-5.4/src/Makefile");
        file("far/Makefile");
        file("far/a/b/Makefile");
        expectTop("lua-5.4/src", "lua-5.4");
        expectTop("far/a/b", "far/a/b");
    }

    @Test
    void isNeverTheHome() throws IOException {
        directory(".git");
        file("CMakeCache.txt");
        assertThat(WorkingTree.of(home, Optional.of(home))).isEqualTo(new WorkingTree(home, false));
        assertThat(of("plain")).isEqualTo(new WorkingTree(home.resolve("plain"), false));
    }

    @Test
    void takesInWhatIsBelowOnlyIfItIsMarked() throws IOException {
        directory("p/.git");
        assertThat(of("p").contains(home.resolve("p/a/b"))).isTrue();
        assertThat(of("p").contains(home.resolve("pp"))).isFalse();
        assertThat(of("plain").contains(home.resolve("plain/a"))).isFalse();
        assertThat(of("plain").contains(home.resolve("plain"))).isTrue();
    }
}
