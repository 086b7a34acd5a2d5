package dev.floe.command.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.FileStat;
import dev.floe.command.RealMachine;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.HashedNameSet;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.inputs.LookupDependencies;
import dev.floe.command.manifest.ManifestCache.ManifestLookup;
import dev.floe.store.Digest;

/** When the inputs of an earlier compile are still those of the command. */
final class ManifestCacheTest {
    private static final ManifestKey KEY = new ManifestKey(Digest.ofBytes(new byte[]{1}));
    private static final ManifestKey OTHER = new ManifestKey(Digest.ofBytes(new byte[]{2}));

    @TempDir
    Path directory;
    private final RealMachine machine = new RealMachine();
    private final DirectoryListingCache directories = new DirectoryListingCache(InstantSource.system());
    private final ManifestCache<String> manifests = new ManifestCache<>(2, directories);
    private Path source;

    @BeforeEach
    void write() throws IOException {
        directory = directory.toRealPath();
        source = Files.writeString(directory.resolve("a.c"), "int a;\n");
    }

    private FileStat stat(Path path) throws IOException {
        return machine.lstat(path).orElseThrow();
    }

    private Input.File file(Path path, boolean keepTime) throws IOException {
        FileStat stat = stat(path);
        return new Input.File(path, stat.permissions(), machine.digest(path, stat), stat.mtimeNanos(), keepTime, 0);
    }

    private void remember(ManifestKey key, InputSet inputs, List<Input.Link> links,
            List<LookupDependencies.DirectoryWatch> watches, Map<Path, FileStat> twins) {
        LookupDependencies footprint = new LookupDependencies(HashedNameSet.of(List.of("opt.h")), watches, links,
                twins);
        manifests.remember(key, new DiscoveryResult.InputsFound(inputs, false, () -> Optional.of(footprint)), "known");
    }

    private void remember() throws IOException {
        remember(KEY, new InputSet(List.of(file(source, false))), List.of(), List.of(), Map.of());
    }

    private String recalled() throws IOException {
        return switch (manifests.recall(KEY, machine)) {
            case ManifestLookup.Unchanged<String> known -> known.value();
            case ManifestLookup.NotRecorded<String> unknown -> unknown.why();
        };
    }

    @Test
    void anUnchangedInputIsKnown() throws IOException {
        assertThat(recalled()).isEqualTo("not compiled here before");
        remember();
        assertThat(recalled()).isEqualTo("known");
        assertThat(manifests.recall(OTHER, machine)).isInstanceOf(ManifestLookup.NotRecorded.class);
    }

    @Test
    void otherBytesOfTheSameSizeAreNoticed() throws IOException {
        remember();
        Files.writeString(source, "int b;\n");
        assertThat(recalled()).isEqualTo(source + " changed");
    }

    @Test
    void anotherModeIsNoticed() throws IOException {
        remember();
        assertThat(source.toFile().setExecutable(true)).isTrue();
        assertThat(recalled()).isEqualTo(source + " changed");
    }

    @Test
    void aFileThatIsGoneOrADirectoryIsNoticed() throws IOException {
        remember();
        Files.delete(source);
        assertThat(recalled()).isEqualTo(source + " changed");
        Files.createDirectory(source);
        assertThat(recalled()).isEqualTo(source + " changed");
    }

    @Test
    void theTimeOfAFileCountsOnlyWhereACompilerMayCompareIt() throws IOException {
        remember();
        Files.setLastModifiedTime(source, FileTime.from(Instant.ofEpochSecond(1)));
        assertThat(recalled()).isEqualTo("known");
        remember(KEY, new InputSet(List.of(file(source, true))), List.of(), List.of(), Map.of(source, stat(source)));
        assertThat(recalled()).isEqualTo("known");
        Files.setLastModifiedTime(source, FileTime.from(Instant.ofEpochSecond(2)));
        assertThat(((ManifestLookup.NotRecorded<String>) only(file(source, true), stat(source, 1))).why())
                .isEqualTo(source + " changed");
    }

    /** Recalls a command with one input, whose state was this. */
    private ManifestLookup<String> only(Input.File input, FileStat then) throws IOException {
        remember(OTHER, new InputSet(List.of(input)), List.of(), List.of(), Map.of(input.path(), then));
        return manifests.recall(OTHER, machine);
    }

    private FileStat stat(Path path, long mtimeSeconds) throws IOException {
        FileStat stat = stat(path);
        return new FileStat(stat.kind(), stat.mode(), stat.size(), mtimeSeconds * 1_000_000_000L, stat.ctimeNanos(),
                stat.device(), stat.inode(), stat.target());
    }

    @Test
    void aFileThatMayBeTakenForAnotherIsTheSameInode() throws IOException {
        FileStat now = stat(source);
        FileStat elsewhere = new FileStat(now.kind(), now.mode(), now.size(), now.mtimeNanos(), now.ctimeNanos(),
                now.device(), now.inode() + 1, now.target());
        assertThat(only(file(source, true), now)).isInstanceOf(ManifestLookup.Unchanged.class);
        assertThat(only(file(source, true), elsewhere)).isInstanceOf(ManifestLookup.NotRecorded.class);
    }

    @Test
    void aLinkThatLeadsElsewhereIsNoticed() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("l"), Path.of("one"));
        remember(KEY, new InputSet(List.of(file(source, false))), List.of(new Input.Link(link, "one")), List.of(),
                Map.of());
        assertThat(recalled()).isEqualTo("known");
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("two"));
        assertThat(recalled()).isEqualTo(link + " changed");
    }

    @Test
    void aNameThatWasLookedForInVainIsNoticedWhenItAppears() throws IOException {
        remember(KEY, new InputSet(List.of(file(source, false))), List.of(),
                List.of(new LookupDependencies.DirectoryWatch(directory, 0)), Map.of());
        assertThat(recalled()).isEqualTo("known");
        Files.writeString(directory.resolve("other.h"), "");
        assertThat(recalled()).isEqualTo("known");
        Files.writeString(directory.resolve("opt.h"), "");
        assertThat(recalled()).isEqualTo("the names in " + directory + " changed");
    }

    @Test
    void aVariableThatWasAskedForCounts() throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of("LANG", "C"));
        QueriedVariables asked = QueriedVariables.of(environment, List.of("LANG", "LC_ALL"), false);
        manifests.remember(KEY, new InputSet(List.of(file(source, false))), Map.of(), asked, "known");
        assertThat(manifests.recall(KEY, environment, machine)).isInstanceOf(ManifestLookup.Unchanged.class);
        environment.put("LC_ALL", "de_DE");
        assertThat(manifests.recall(KEY, environment, machine))
                .isEqualTo(new ManifestLookup.NotRecorded<String>("the variable LC_ALL changed"));
    }

    @Test
    void whoGoesBackToAnEarlierStateFindsIt() throws IOException {
        for (int i = 0; i < 5; i++) {
            Files.writeString(source, "int " + "abcde".charAt(i) + ";\n");
            remember();
        }
        assertThat(recalled()).isEqualTo("known");
        Files.writeString(source, "int b;\n");
        assertThat(recalled()).as("four are kept").isEqualTo("known");
        Files.writeString(source, "int a;\n");
        assertThat(recalled()).isEqualTo(source + " changed");
    }

    @Test
    void theCommandThatWasUsedLongestAgoGoesFirst() throws IOException {
        List<ManifestKey> keys = new ArrayList<>();
        for (byte i = 1; i <= 3; i++) {
            keys.add(new ManifestKey(Digest.ofBytes(new byte[]{i})));
            remember(keys.getLast(), new InputSet(List.of(file(source, false))), List.of(), List.of(), Map.of());
        }
        assertThat(manifests.all()).hasSize(2);
        assertThat(manifests.recall(keys.getFirst(), machine)).isInstanceOf(ManifestLookup.NotRecorded.class);
    }

    /** The cache of a process that starts after one with {@link #manifests} has stopped. */
    private ManifestCache<String> later(String program) throws IOException {
        Path file = directory.resolve("saved");
        manifests.save(file, "this program", 10);
        ManifestCache<String> later = new ManifestCache<>(2, directories);
        later.load(file, program, "saved");
        return later;
    }

    @Test
    void aLaterProcessKnowsUnchangedInputs() throws IOException {
        remember();
        assertThat(later("this program").recall(KEY, machine)).isEqualTo(new ManifestLookup.Unchanged<>(
                new InputSet(List.of(file(source, false))), false, "saved"));
        assertThat(later("this program").recall(OTHER, machine)).isInstanceOf(ManifestLookup.NotRecorded.class);
        assertThat(later("another program").recall(KEY, machine)).isInstanceOf(ManifestLookup.NotRecorded.class);
    }

    @Test
    void aLaterProcessNoticesWhatHasChangedMeanwhile() throws IOException {
        remember(KEY, new InputSet(List.of(file(source, false))), List.of(),
                List.of(new LookupDependencies.DirectoryWatch(directory, 0)), Map.of());
        ManifestCache<String> later = later("this program");
        Files.writeString(directory.resolve("opt.h"), "");
        assertThat(later.recall(KEY, machine))
                .isEqualTo(new ManifestLookup.NotRecorded<>("the names in " + directory + " changed"));
        Files.writeString(source, "int b;\n");
        assertThat(later.recall(KEY, machine)).isEqualTo(new ManifestLookup.NotRecorded<>(source + " changed"));
    }

    @Test
    void inputsThatDependOnVariablesAreNotSaved() throws IOException {
        manifests.remember(KEY, new InputSet(List.of(file(source, false))), Map.of(),
                QueriedVariables.of(Map.of(), List.of("LANG"), false), "known");
        assertThat(later("this program").recall(KEY, machine)).isInstanceOf(ManifestLookup.NotRecorded.class);
    }

    @Test
    void whatNoCommandUsedMeanwhileIsSavedAgain() throws IOException {
        remember();
        ManifestCache<String> second = later("this program");
        second.remember(OTHER, new InputSet(List.of(file(source, false))), Map.of(), QueriedVariables.NONE, "known");
        Path file = directory.resolve("saved again");
        second.save(file, "this program", 10);
        ManifestCache<String> third = new ManifestCache<>(2, directories);
        third.load(file, "this program", "saved");
        assertThat(third.recall(KEY, machine)).isInstanceOf(ManifestLookup.Unchanged.class);
        assertThat(third.recall(OTHER, machine)).isInstanceOf(ManifestLookup.Unchanged.class);
    }
}
