package dev.floe.command.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.Invocation;
import dev.floe.command.RealMachine;
import dev.floe.command.discovery.CompileInputDiscovery;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.parser.CommandClassifier;
import dev.floe.store.actioncache.ActionKey;

/** What one checkout was found to read, told to another. */
final class PortableManifestTest {
    @TempDir
    private Path directory;

    private final RealMachine machine = new RealMachine();
    private final DirectoryListingCache directories = new DirectoryListingCache(Clock.systemUTC());
    private final CompileInputDiscovery discovery = new CompileInputDiscovery(Clock.systemUTC(), directories);

    /** Below one root, and elsewhere by their own names. */
    private record Below(Path root) implements PortableManifest.PathMapping {
        @Override
        public String toPortable(String path) {
            return path.startsWith(root + "/")
                    ? "@" + path.substring(root.toString().length())
                    : path.equals(root.toString()) ? "@" : path;
        }

        @Override
        public Optional<String> toAbsolute(String name) {
            return name.startsWith("@")
                    ? Optional.of(root + name.substring(1))
                    : name.startsWith("/") ? Optional.of(name) : Optional.empty();
        }

        @Override
        public boolean isAbove(String path) {
            return root.startsWith(path) && !root.toString().equals(path);
        }
    }

    @BeforeEach
    void checkouts() throws IOException {
        for (String name : List.of("one", "two")) {
            Path root = Files.createDirectories(directory.resolve(name));
            Files.createDirectories(root.resolve("inc/first"));
            Files.writeString(root.resolve("inc/h.h"), "int h;\n");
            Files.writeString(root.resolve("inc/twin.h"), "int h;\n");
            Files.writeString(root.resolve("a.c"), "#include \"h.h\"\n#include \"twin.h\"\nint a;\n");
            for (Path path : List.of(root, root.resolve("inc"), root.resolve("inc/first"))) {
                Files.setLastModifiedTime(path, FileTime.fromMillis(1_000_000));
            }
        }
    }

    private CompileCommand command(String checkout) throws IOException {
        Path root = directory.resolve(checkout);
        CommandPlan plan = CommandClassifier.parse(new Invocation(List.of("gcc", "-Iinc/first", "-Iinc", "-c", "a.c"),
                Path.of("/usr/bin/gcc"), root, Map.of("PATH", "/usr/bin:/bin"), 022, Optional.empty()),
                CompilerFamily.GCC,
                machine);
        return ((CommandPlan.Replay) plan).command();
    }

    private byte[] told() throws IOException {
        return told(Optional.empty());
    }

    private byte[] told(Optional<DependencyTrace> trace) throws IOException {
        CompileCommand command = command("one");
        var found = (DiscoveryResult.InputsFound) discovery.discover(command, "", machine, true);
        return PortableManifest.encode(found, command.environment(), trace, new Below(directory.resolve("one")))
                .orElseThrow();
    }

    /** A compile that looked at its files of these names alone. */
    private byte[] traced(String... names) throws IOException {
        var found = (DiscoveryResult.InputsFound) discovery.discover(command("one"), "", machine, true);
        List<Input> files = found.inputs().inputs().stream().filter(Input.File.class::isInstance).toList();
        BitSet used = new BitSet();
        for (String name : names) {
            used.set(
                    files.indexOf(files.stream().filter(file -> file.path().endsWith(name)).findFirst().orElseThrow()));
        }
        QueriedVariables variables = QueriedVariables.of(Map.of("COLUMNS", "80"),
                List.of("COLUMNS", "NO_COLOR", "PATH"),
                false);
        return told(Optional.of(new DependencyTrace(variables, used, ActionKey.of(new byte[ActionKey.BYTES]), "")));
    }

    private Optional<InputSet> heardTrace(byte[] bytes, Map<String, String> environment) throws IOException {
        Path root = directory.resolve("two");
        return SharedManifestMatcher.findTraced(PortableManifest.decode(bytes, new Below(root)), above(root),
                environment,
                machine);
    }

    @Test
    void tellsWhatACompileLookedAt() throws IOException {
        byte[] told = traced("a.c", "h.h");
        Files.writeString(directory.resolve("two/inc/twin.h"), "int unread;\n");
        Optional<InputSet> inputs = heardTrace(told, Map.of("COLUMNS", "80", "PATH", "/elsewhere"));
        assertThat(inputs.orElseThrow().inputs()).filteredOn(Input.File.class::isInstance).extracting(Input::path)
                .containsExactly(directory.resolve("two/a.c"), directory.resolve("two/inc/h.h"));
    }

    @Test
    void aTraceHoldsNoLongerWhenAFileThatWasLookedAtHasOtherBytes() throws IOException {
        byte[] told = traced("a.c", "h.h");
        Files.writeString(directory.resolve("two/inc/h.h"), "int H;\n");
        assertThat(heardTrace(told, Map.of("COLUMNS", "80"))).isEmpty();
    }

    @Test
    void aTraceHoldsNoLongerWhenAVariableHasAnotherAnswer() throws IOException {
        byte[] told = traced("a.c", "h.h");
        assertThat(heardTrace(told, Map.of("COLUMNS", "81"))).isEmpty();
        assertThat(heardTrace(told, Map.of("COLUMNS", "80", "NO_COLOR", ""))).isEmpty();
        assertThat(heardTrace(told, Map.of("COLUMNS", "80", "TERM", "xterm"))).isPresent();
    }

    /** Which of them is the same file as another is told by times, and those are not told. */
    @Test
    void aTraceOfFilesWithEqualBytesIsOfNoUse() throws IOException {
        assertThat(heardTrace(traced("a.c", "h.h", "twin.h"), Map.of("COLUMNS", "80"))).isEmpty();
    }

    private Optional<DiscoveryResult.InputsFound> heard(byte[] bytes) throws IOException {
        Path root = directory.resolve("two");
        return SharedManifestMatcher.find(PortableManifest.decode(bytes, new Below(root)), above(root), machine,
                directories);
    }

    private static List<Path> above(Path root) {
        List<Path> above = new ArrayList<>();
        for (Path path = root.getParent(); path != null && path.getNameCount() > 0; path = path.getParent()) {
            above.addFirst(path);
        }
        return above;
    }

    @Test
    void givesWhatTheCompilerWouldHaveSaid() throws IOException {
        var asked = (DiscoveryResult.InputsFound) discovery.discover(command("two"), "", machine, true);
        assertThat(heard(told()).orElseThrow().inputs()).isEqualTo(asked.inputs());
        assertThat(asked.inputs().inputs()).anyMatch(input -> input instanceof Input.File file && file.keepTime());
    }

    @Test
    void holdsNoLongerWhenAnInputHasOtherBytes() throws IOException {
        byte[] told = told();
        Files.writeString(directory.resolve("two/inc/h.h"), "int H;\n");
        assertThat(heard(told)).isEmpty();
    }

    @Test
    void holdsNoLongerWhenAHeaderCouldBeFoundEarlier() throws IOException {
        byte[] told = told();
        Files.writeString(directory.resolve("two/inc/first/h.h"), "int other;\n");
        assertThat(heard(told)).isEmpty();
    }

    @Test
    void holdsThoughAFileAppearsThatNobodyLooksFor() throws IOException {
        byte[] told = told();
        Files.writeString(directory.resolve("two/inc/first/nobody.h"), "int other;\n");
        assertThat(heard(told)).isPresent();
    }

    @Test
    void refusesAnyOtherBytes() throws IOException {
        byte[] told = told();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Below places = new Below(directory.resolve("two"));
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = told.clone();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            try {
                PortableManifest.decode(bytes, places);
            } catch (IOException _) {
                // refused, which is right
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThatThrownBy(() -> PortableManifest.decode(new byte[0], places)).isInstanceOf(IOException.class);
    }
}
