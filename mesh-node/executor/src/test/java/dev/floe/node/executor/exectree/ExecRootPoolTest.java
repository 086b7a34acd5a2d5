package dev.floe.node.executor.exectree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.executor.exectree.ExecRootPlan.PlannedEntry;
import dev.floe.node.executor.exectree.ExecRootPool.ExecRootLease;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.archive.UnpackedToolchain;

/** Which tree a job gets. */
final class ExecRootPoolTest {
    @TempDir
    Path directory;
    private ExecRootPool pool;
    private LocalToolchain gcc;
    private LocalToolchain clang;

    @BeforeEach
    void open() throws IOException {
        pool = new ExecRootPool(directory.resolve("trees"));
        pool.start();
        gcc = toolchain(ToolchainFamily.GCC);
        clang = toolchain(ToolchainFamily.CLANG);
    }

    private LocalToolchain toolchain(ToolchainFamily family) throws IOException {
        return new LocalToolchain(new UnpackedToolchain(
                Toolchain.of(family, "1", Platform.current(), "none", List.of()), directory));
    }

    @Test
    void aTreeOfAJobThatWasLikeThisOneIsTakenBeforeOthers() throws IOException {
        ExecRootLease one = pool.take(gcc, "a");
        ExecRootLease other = pool.take(gcc, "b");
        pool.give(one, _ -> true);
        pool.give(other, _ -> true);
        assertThat(pool.take(gcc, "a").tree()).isSameAs(one.tree());
        assertThat(pool.take(gcc, "c").tree()).as("any of the toolchain").isSameAs(other.tree());
        assertThat(pool.take(gcc, "c").tree()).isNotIn(one.tree(), other.tree());
    }

    @Test
    void aTreeOfAnotherToolchainIsNotTaken() throws IOException {
        ExecRootLease one = pool.take(gcc, "a");
        pool.give(one, _ -> true);
        assertThat(pool.take(clang, "a").tree()).isNotSameAs(one.tree());
    }

    @Test
    void treesOfAToolchainThatIsNotUsedAnyMoreAreRemoved() throws IOException {
        ExecRootLease one = pool.take(gcc, "a");
        ExecRootLease other = pool.take(clang, "a");
        pool.give(one, _ -> true);
        pool.give(other, held -> held == clang);
        assertThat(one.tree().root()).doesNotExist();
        assertThat(other.tree().root()).exists();
    }

    @Test
    void atMostThirtyTwoAreKept() throws IOException {
        List<ExecRootLease> all = new ArrayList<>();
        for (int i = 0; i < 33; i++) {
            all.add(pool.take(gcc, "a"));
        }
        all.forEach(lease -> pool.give(lease, _ -> true));
        assertThat(all.getFirst().tree().root()).doesNotExist();
        try (var trees = Files.list(directory.resolve("trees"))) {
            assertThat(trees).hasSize(32);
        }
    }

    @Test
    void treesOfWhichTooMuchIsKnownAreRemoved() throws IOException {
        List<ExecRootLease> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ExecRootLease lease = pool.take(gcc, "a");
            for (int input = 0; input < ExecRootPool.MAX_IDLE_BYTES / 3 / 4096; input++) {
                lease.tree().contains("/" + "a".repeat(4000) + input, new PlannedEntry.PlannedDirectory());
            }
            all.add(lease);
        }
        all.forEach(lease -> pool.give(lease, _ -> true));
        assertThat(all.get(0).tree().root()).doesNotExist();
        assertThat(all.get(1).tree().root()).doesNotExist();
        assertThat(all.get(3).tree().root()).exists();
    }
}
