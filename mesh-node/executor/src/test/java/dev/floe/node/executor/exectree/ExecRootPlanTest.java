package dev.floe.node.executor.exectree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.store.Digest;
import dev.floe.toolchain.ToolchainEntry;

@Tag("attack")
final class ExecRootPlanTest {
    private static final String[] NAMES = {"a", "b", "c", "..", ".", "", "a b", "é"};

    @Test
    void makesTheDirectoriesOnTheWay() throws IOException {
        ExecRootPlan plan = plan(file("/w/src/x.c", "x"));
        assertThat(plan.places().keySet()).containsExactly("/w", "/w/src", "/w/src/x.c");
        assertThat(plan.at("/w")).contains(new ExecRootPlan.PlannedEntry.PlannedDirectory());
        assertThat(plan.at("/w/src/y.c")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x.c", "./x.c", "../x.c", "/../x.c", "/w/../x.c", "/w/..", "/w/.", "/./w", "//w",
            "/w//x", "/w/"})
    void refusesAPathThatIsNotAbsoluteAndPlain(String path) throws IOException {
        for (WireInput input : List.of(file(path, "x"), link(path, "y"), directory(path))) {
            assertThatThrownBy(() -> plan(input)).isInstanceOf(IOException.class).hasMessageContaining("path");
        }
    }

    @Test
    void refusesAPathWithANulInIt() {
        assertThatThrownBy(() -> plan(file("/w/x\0y", "x"))).isInstanceOf(IOException.class);
    }

    @Test
    void refusesAPathOfMoreThan4096Characters() throws IOException {
        assertThat(plan(file("/" + "x".repeat(4095), "x")).places()).hasSize(1);
        assertThatThrownBy(() -> plan(file("/" + "x".repeat(4096), "x"))).isInstanceOf(IOException.class);
    }

    /** Each of them would take a quarter of a megabyte; with longer paths 16 times as much. */
    @Test
    void refusesMoreDirectoriesThatAreNotListedThanAreSensible() throws IOException {
        String deep = "/a".repeat(500);
        assertThat(plan(file(deep + "/x", "x"), directory(deep + "/y")).places()).hasSize(502);
        WireInput[] many = IntStream.range(0, 100).mapToObj(i -> file("/" + i + deep + "/x", "x"))
                .toArray(WireInput[]::new);
        assertThatThrownBy(() -> plan(many)).isInstanceOf(IOException.class).hasMessageContaining("directories");
    }

    @Test
    void takesAsManyDirectoriesAsAreListed() throws IOException {
        WireInput[] listed = IntStream.range(0, 20_000).mapToObj(i -> directory("/w/" + "a".repeat(200) + i))
                .toArray(WireInput[]::new);
        assertThat(plan(listed).places()).hasSize(20_001);
    }

    @Test
    void refusesWhatLiesBelowALinkOrAFile() {
        assertThatThrownBy(() -> plan(link("/w/l", "/etc"), file("/w/l/x", "x"))).isInstanceOf(IOException.class)
                .hasMessageContaining("/w/l");
        assertThatThrownBy(() -> plan(file("/w/l/x", "x"), link("/w/l", "/etc"))).isInstanceOf(IOException.class)
                .hasMessageContaining("/w/l");
        assertThatThrownBy(() -> plan(link("/w/l", "/etc"), file("/w/l/a/b/x", "x"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> plan(file("/w/f", "f"), directory("/w/f/d"))).isInstanceOf(IOException.class);
    }

    @Test
    void takesTheSameTwiceButNotTwoThings() throws IOException {
        assertThat(
                plan(file("/w/x", "x"), file("/w/x", "x"), directory("/w"), link("/l", "w"), link("/l", "w")).places())
                .hasSize(3);
        assertThatThrownBy(() -> plan(file("/w/x", "x"), file("/w/x", "y"))).isInstanceOf(IOException.class)
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> plan(link("/l", "w"), link("/l", "v"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> plan(link("/l", "w"), directory("/l"))).isInstanceOf(IOException.class);
    }

    /** Its time, and not its bytes. */
    @Test
    void takesTheTimeOfAnInputThatIsTheToolchainsFile() throws IOException {
        byte[] bytes = {1};
        Digest digest = Digest.ofBytes(bytes);
        ExecRootPlan toolchain = new ExecRootPlan(List.of(new ToolchainEntry.FileEntry("usr/x.h", 0644, digest),
                new ToolchainEntry.FileEntry("usr/x", 0755, digest)));
        for (String path : List.of("/usr/x.h", "/usr/x")) {
            ExecRootPlan plan = new ExecRootPlan(toolchain);
            WireInput dated = new WireInput(InputKind.PRIVATE_FILE, path, 0644, digest.hash(), 1, "", 5, 0);
            plan.add(dated);
            assertThat(plan.at(path).orElseThrow() instanceof ExecRootPlan.PlannedEntry.PlannedInput)
                    .isEqualTo(path.endsWith(".h"));
        }
        ExecRootPlan plan = new ExecRootPlan(toolchain);
        plan.add(new WireInput(InputKind.PRIVATE_FILE, "/usr/x.h", 0644, Digest.ofBytes(new byte[]{2}).hash(), 1, "", 5,
                0));
        assertThat(plan.at("/usr/x.h").orElseThrow()).isInstanceOf(ExecRootPlan.PlannedEntry.ToolchainPart.class);
    }

    @Test
    void leavesTheToolchainsFileWhereAnInputHasItsPath() throws IOException {
        ToolchainEntry.FileEntry part = new ToolchainEntry.FileEntry("usr/include/x.h", 0644,
                Digest.ofBytes(new byte[]{1}));
        ExecRootPlan base = new ExecRootPlan(
                List.of(new ToolchainEntry.DirectoryEntry("usr"), new ToolchainEntry.DirectoryEntry("usr/include"),
                        part));
        ExecRootPlan plan = new ExecRootPlan(base);
        plan.add(file("/usr/include/x.h", "other"));
        plan.add(file("/usr/include/y.h", "y"));
        assertThat(plan.at("/usr/include/x.h")).contains(new ExecRootPlan.PlannedEntry.ToolchainPart(part));
        assertThat(base.at("/usr/include/y.h")).as("the toolchain's own plan").isEmpty();
    }

    @Test
    void refusesOrPlansATreeThatStaysInItsRoot() {
        int planned = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            ExecRootPlan plan;
            try {
                plan = plan(random.ints(1 + random.nextInt(5)).mapToObj(i -> input(random)).toArray(WireInput[]::new));
            } catch (IOException e) {
                continue;
            }
            planned++;
            for (Map.Entry<String, ExecRootPlan.PlannedEntry> entry : plan.places().entrySet()) {
                Path path = Path.of(entry.getKey());
                assertThat(path.normalize().toString()).as("seed %d", seed).isEqualTo(entry.getKey()).startsWith("/")
                        .isNotEqualTo("/");
                for (Path above = path.getParent(); above != null
                        && above.getNameCount() > 0; above = above.getParent()) {
                    assertThat(plan.at(above.toString())).as("seed %d", seed)
                            .contains(new ExecRootPlan.PlannedEntry.PlannedDirectory());
                }
            }
        }
        assertThat(planned).isGreaterThan(1000);
    }

    private static WireInput input(Random random) {
        StringBuilder path = new StringBuilder(random.nextInt(20) == 0 ? "x" : "");
        for (int i = random.nextInt(4); i >= 0; i--) {
            path.append('/').append(NAMES[random.nextInt(random.nextInt(5) == 0 ? NAMES.length : 3)]);
        }
        return switch (random.nextInt(3)) {
            case 0 -> directory(path.toString());
            case 1 -> link(path.toString(), NAMES[random.nextInt(NAMES.length)]);
            default -> file(path.toString(), NAMES[random.nextInt(3)]);
        };
    }

    private static ExecRootPlan plan(WireInput... inputs) throws IOException {
        ExecRootPlan plan = new ExecRootPlan(List.of());
        for (WireInput input : inputs) {
            plan.add(input);
        }
        return plan;
    }

    private static WireInput file(String path, String contents) {
        Digest digest = Digest.ofBytes(contents.getBytes(StandardCharsets.UTF_8));
        return new WireInput(InputKind.FILE, path, 0644, digest.hash(), digest.size(), "", 0, 0);
    }

    private static WireInput link(String path, String target) {
        return new WireInput(InputKind.LINK, path, 0, new byte[0], 0, target, 0, 0);
    }

    private static WireInput directory(String path) {
        return new WireInput(InputKind.DIRECTORY, path, 0755, new byte[0], 0, "", 0, 0);
    }
}
