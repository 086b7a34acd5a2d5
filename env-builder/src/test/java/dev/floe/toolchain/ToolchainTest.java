package dev.floe.toolchain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.store.Digest;

final class ToolchainTest {
    private static final Digest BYTES = Digest.ofBytes("gcc".getBytes(UTF_8));

    @Test
    void comesBackFromItsManifest() {
        Toolchain toolchain = with();
        assertThat(Toolchain.parse(toolchain.manifest())).isEqualTo(toolchain);
        assertThat(toolchain.id().hex()).isEqualTo(Digest.ofBytes(toolchain.manifest().getBytes(UTF_8)).hex());
        assertThat(toolchain.bytes()).isEqualTo(3);
    }

    @Test
    void hasOneIdWhateverTheOrderInWhichItsFilesWereFound() {
        List<ToolchainEntry> entries = new ArrayList<>(with().entries());
        long seed = ThreadLocalRandom.current().nextLong();
        Collections.shuffle(entries, new Random(seed));
        assertThat(toolchain(entries)).as("seed %d", seed).isEqualTo(with());
    }

    @Test
    void hasAnotherIdWhenAnythingIsDifferent() {
        assertThat(with(new ToolchainEntry.DirectoryEntry("usr/lib")).id()).isNotEqualTo(with().id());
        assertThat(with(new ToolchainEntry.FileEntry("usr/x", 0644, BYTES)).id())
                .isNotEqualTo(with(new ToolchainEntry.FileEntry("usr/x", 0755, BYTES)).id());
        assertThat(with(new ToolchainEntry.LinkEntry("usr/x", "bin")).id())
                .isNotEqualTo(with(new ToolchainEntry.LinkEntry("usr/x", "bin/gcc")).id());
    }

    @Test
    void refusesAnIdThatIsNotItsOwn() {
        Toolchain right = with();
        assertThatThrownBy(
                () -> new Toolchain(with(new ToolchainEntry.DirectoryEntry("x")).id(), right.family(), right.version(),
                        right.host(), right.target(), right.entries()))
                .hasMessageContaining("should be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../etc/passwd", "/etc/passwd", "usr/../etc", "usr//x", "usr/./x", "", "usr/x/", "usr/a\nb",
            "usr/a\\b", "usr/a\tb", "missing/x", "bin/x", "usr/bin/gcc/x", "usr/bin/gcc", "usr/BIN"})
    void refusesAFileThatCouldDoHarm(String path) {
        assertThatThrownBy(() -> with(new ToolchainEntry.FileEntry(path, 0644, BYTES)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {04755, 02755, 01755, 0777, 0, 0600})
    void refusesAModeThatAToolchainHasNoUseFor(int mode) {
        assertThatThrownBy(() -> with(new ToolchainEntry.FileEntry("usr/x", mode, BYTES))).hasMessageContaining("mode");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../..", "../../etc/passwd", "/etc/passwd", "nothing", "x", "bin/gcc/x", "/..", "../usr/x"})
    void refusesALinkThatLeadsOutOrNowhere(String target) {
        assertThatThrownBy(() -> with(new ToolchainEntry.LinkEntry("usr/x", target))).hasMessageContaining("usr/x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bin", "bin/gcc", "../usr/bin/gcc", "/usr/bin", "/bin/gcc", "./bin/../bin/gcc", "..", "/",
            "/bin/../../usr"})
    void allowsALinkThatStaysInside(String target) {
        assertThat(with(new ToolchainEntry.LinkEntry("usr/x", target)).entries())
                .contains(new ToolchainEntry.LinkEntry("usr/x", target));
    }

    @Test
    void refusesAPathThatIsTooLongOrTooDeep() {
        assertThatThrownBy(() -> with(new ToolchainEntry.DirectoryEntry("x".repeat(1025))))
                .hasMessageContaining("longer");
        List<ToolchainEntry> deep = new ArrayList<>();
        for (String path = "d"; path.length() < 100; path += "/d") {
            deep.add(new ToolchainEntry.DirectoryEntry(path));
        }
        assertThatThrownBy(() -> toolchain(deep)).hasMessageContaining("deeper");
    }

    @Test
    void refusesManifestsThatAreNotCanonical() {
        String manifest = with().manifest();
        for (String bad : List.of("", manifest + "dir\tzzz", manifest.replace("\t1\n", "\t2\n"),
                manifest.replace("dir\tusr\n", "dir\tusr\ndir\tusr\n"), manifest.replace("755", "0755"),
                manifest.replace("family\tgcc", "family\ttcc"), manifest.replace("file\t", "fifo\t"))) {
            assertThatThrownBy(() -> Toolchain.parse(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void meetsAnyDamageToAManifestWithAToolchainOfAnotherIdOrARefusal() {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        String manifest = with().manifest();
        String alphabet = manifest + "\t\n/.-9";
        for (int i = 0; i < 5000; i++) {
            StringBuilder text = new StringBuilder(manifest);
            for (int change = random.nextInt(3); change >= 0; change--) {
                text.setCharAt(random.nextInt(text.length()), alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(Toolchain.parse(text.toString()).manifest()).as("seed %d", seed).isEqualTo(text.toString());
            } catch (IllegalArgumentException _) {
                // refused
            }
        }
    }

    private static Toolchain with(ToolchainEntry... more) {
        List<ToolchainEntry> entries = new ArrayList<>(List.of(new ToolchainEntry.LinkEntry("bin", "usr/bin"),
                new ToolchainEntry.DirectoryEntry("usr"), new ToolchainEntry.DirectoryEntry("usr/bin"),
                new ToolchainEntry.FileEntry("usr/bin/gcc", 0755, BYTES)));
        entries.addAll(List.of(more));
        return toolchain(entries);
    }

    private static Toolchain toolchain(List<ToolchainEntry> entries) {
        return Toolchain.of(ToolchainFamily.GCC, "12.2.0", new Platform("x86_64", "linux"), "x86_64-linux-gnu",
                entries);
    }
}
