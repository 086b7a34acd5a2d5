package dev.floe.command.discovery.includes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.Invocation;
import dev.floe.command.RealMachine;
import dev.floe.command.discovery.CompileInputDiscovery;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.LookupDependencies;
import dev.floe.command.manifest.ManifestCache;
import dev.floe.command.manifest.ManifestCache.ManifestLookup;
import dev.floe.command.manifest.ManifestKey;
import dev.floe.command.parser.CommandClassifier;

/** Which commands have lookup dependencies: what has the name of a header and is no file. */
final class LookupDependencyRecorderTest {
    private static final InstantSource LATER = InstantSource.offset(InstantSource.system(), Duration.ofHours(1));

    @TempDir
    Path directory = Path.of("/");
    private final RealMachine machine = new RealMachine();
    private final DirectoryListingCache directories = new DirectoryListingCache(LATER);
    private Path passedOver = Path.of("/");

    @BeforeEach
    void write() throws IOException {
        directory = directory.toRealPath();
        passedOver = directory.resolve("first/debug");
        Files.createDirectories(passedOver.getParent());
        Files.createDirectories(directory.resolve("second"));
        Files.writeString(directory.resolve("second/debug"), "int found;\n");
        Files.writeString(directory.resolve("a.c"), "#define NAME \"debug\"\n#include NAME\n");
    }

    private CompileCommand command() throws IOException {
        Invocation invocation = new Invocation(List.of("gcc", "-Ifirst", "-Isecond", "-c", "a.c"),
                Path.of("/usr/bin/gcc"), directory, Map.of("PATH", "/usr/bin:/bin"), 022, Optional.empty());
        return ((CommandPlan.Replay) CommandClassifier.parse(invocation, CompilerFamily.GCC, machine)).command();
    }

    private DiscoveryResult.InputsFound found() throws IOException {
        return (DiscoveryResult.InputsFound) new CompileInputDiscovery(LATER, directories).discover(command(), "",
                machine, true);
    }

    private boolean isKnown(ManifestCache<String> manifests, ManifestKey key) throws IOException {
        return manifests.recall(key, machine) instanceof ManifestLookup.Unchanged;
    }

    @Test
    void watchesADirectoryThatHasTheNameOfAHeader() throws IOException {
        Files.createDirectory(passedOver);
        assertThat(found().footprint().get().orElseThrow().watches())
                .extracting(LookupDependencies.DirectoryWatch::directory).containsOnlyOnce(passedOver);
    }

    @Test
    void noticesThatSuchADirectoryBecomesAHeader() throws IOException {
        Files.createDirectory(passedOver);
        ManifestCache<String> manifests = new ManifestCache<>(1, directories);
        ManifestKey key = ManifestKey.of(command(), "");
        manifests.remember(key, found(), "known");
        assertThat(isKnown(manifests, key)).isTrue();
        Files.delete(passedOver);
        Files.writeString(passedOver, "int other;\n");
        assertThat(isKnown(manifests, key)).isFalse();
    }

    @Test
    void refusesALinkToADirectoryWithTheNameOfAHeader() throws IOException {
        Files.createSymbolicLink(passedOver, Path.of("../second"));
        assertThat(found().footprint().get()).isEmpty();
    }

    @Test
    void refusesALinkToNothingWithTheNameOfAHeader() throws IOException {
        Files.createSymbolicLink(passedOver, Path.of("nothing"));
        assertThat(found().footprint().get()).isEmpty();
    }
}
