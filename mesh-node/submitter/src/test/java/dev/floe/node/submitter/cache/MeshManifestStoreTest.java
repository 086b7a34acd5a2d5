package dev.floe.node.submitter.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.github.luben.zstd.Zstd;

import dev.floe.command.CompileCommand;
import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.HashedNameSet;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.inputs.LookupDependencies;
import dev.floe.command.manifest.QueriedVariables;
import dev.floe.node.bounds.MemoryBudget;
import dev.floe.node.cache.claims.InMemoryResultCache;
import dev.floe.node.submitter.UnstartedServices;
import dev.floe.node.submitter.context.CommandCacheKeys;
import dev.floe.node.submitter.context.OfferFactory;
import dev.floe.node.submitter.context.OneCommand;
import dev.floe.node.submitter.context.SubmitterServices;
import dev.floe.node.submitter.wrapper.host.DirectHostAccess;
import dev.floe.store.FileDigestCache;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.content.ContentStore;
import dev.floe.toolchain.ToolchainId;

/** Which of the manifests of other nodes are used, and for which places a node says that its own are good. */
final class MeshManifestStoreTest {
    private static final String TOOLCHAIN = "a".repeat(64);
    private static final long MEMORY_BYTES = 1 << 20;

    @TempDir
    Path directory;
    private final DirectoryListingCache directories = new DirectoryListingCache(InstantSource.system());
    private final HostAccess machine = new DirectHostAccess((_, _, _, _) -> {
        throw new IOException("no program is run");
    }, new FileDigestCache(100));
    private final MemoryBudget memory = new MemoryBudget(MEMORY_BYTES, Duration.ZERO);
    private ContentStore store;
    private InMemoryResultCache cache;

    @BeforeEach
    void find() throws IOException {
        directory = directory.toRealPath();
        store = ContentStore.open(directory.resolve("store"), 1 << 20);
        cache = new InMemoryResultCache(store);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    /** A project with M.c, which is the same wherever it lies. */
    private final class OneProject {
        final Path root;
        final CompileCommand command;

        OneProject(String name) throws IOException {
            root = Files.createDirectories(directory.resolve(name));
            Files.writeString(root.resolve("M.c"), "int m;\n");
            command = OneCommand.parse(root, List.of("gcc", "-c", "M.c"));
        }

        MeshManifestStore manifests() {
            return new MeshManifestStore(
                    new SubmitterServices.CacheAccess(cache, store, Set.of(), new UnstartedServices.NoAudits(), memory),
                    directories, command, TOOLCHAIN);
        }

        /** The source, and other files. */
        DiscoveryResult.InputsFound found(Path... others) throws IOException {
            TreeMap<Path, Input> inputs = new TreeMap<>();
            List<Path> files = new ArrayList<>(List.of(others));
            files.add(root.resolve("M.c"));
            for (Path file : files) {
                FileStat stat = stat(file);
                inputs.put(file, new Input.File(file, stat.permissions(), machine.digest(file, stat),
                        stat.mtimeNanos(), false, 0));
                Path at = file;
                while (at.getParent() != null && at.getNameCount() > 1) {
                    at = at.getParent();
                    inputs.put(at, new Input.Directory(at, stat(at).permissions()));
                }
            }
            LookupDependencies footprint = new LookupDependencies(HashedNameSet.of(List.of()), List.of(), List.of(),
                    Map.of());
            return new DiscoveryResult.InputsFound(new InputSet(List.copyOf(inputs.values())), false,
                    () -> Optional.of(footprint));
        }

        CommandCacheKeys keys(InputSet inputs) {
            return CommandCacheKeys.of(OfferFactory.make("", "", command, new ToolchainId(TOOLCHAIN), inputs,
                    Duration.ZERO, 0, command.sharing(), true));
        }

        /** Tells the mesh of an observed compile that looked at all its files. */
        CommandCacheKeys tell(Path... others) throws IOException {
            DiscoveryResult.InputsFound found = found(others);
            CommandCacheKeys keys = keys(found.inputs());
            BitSet used = new BitSet();
            used.set(0, others.length + 1);
            manifests().tell(found, Optional.of(
                    new CommandTraces.ObservedResult(QueriedVariables.NONE, used, keys.portable().orElseThrow())),
                    keys);
            return keys;
        }
    }

    private FileStat stat(Path path) throws IOException {
        return machine.lstat(path).orElseThrow();
    }

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    @Test
    void anotherPlaceFindsWhatACompileLookedAt() throws IOException {
        CommandCacheKeys keys = new OneProject("one").tell();
        OneProject two = new OneProject("two");
        assertThat(two.manifests().findTraced(machine)).hasValueSatisfying(traced -> {
            assertThat(traced.key()).isEqualTo(keys.portable().orElseThrow());
            assertThat(traced.inputs().inputs()).extracting(Input::path).contains(two.root.resolve("M.c"))
                    .noneMatch(path -> path.startsWith(directory.resolve("one")));
        });
        assertThat(two.manifests().find(machine)).isPresent();
    }

    @Test
    void aManifestThatDoesNotHoldHereIsOfNoUse() throws IOException {
        new OneProject("one").tell();
        OneProject two = new OneProject("two");
        Files.writeString(two.root.resolve("M.c"), "int n;\n");
        assertThat(two.manifests().findTraced(machine)).isEmpty();
        assertThat(two.manifests().find(machine)).isEmpty();
    }

    @Test
    void theInputsOfAnotherProjectAreNotTakenForTheOnesBesideTheRoot() throws IOException {
        Path header = write("proj-common/a.h", "int a;\n");
        new OneProject("one").tell(header);
        assertThat(new OneProject("other").manifests().findTraced(machine)).isPresent();
        assertThat(new OneProject("proj").manifests().findTraced(machine))
                .as("a compiler that maps the root away maps a part of %s", header).isEmpty();
    }

    @Test
    void aCompileThatReadsWhatLiesBesideItsRootServesInItsOwnPlaceOnly() throws IOException {
        Path header = write("proj-common/a.h", "int a;\n");
        OneProject project = new OneProject("proj");
        project.tell(header);
        assertThat(project.manifests().findTraced(machine)).isPresent();
        assertThat(new OneProject("other").manifests().findTraced(machine)).isEmpty();
    }

    @Test
    void takesMemoryForTheManifestThatItHasReadUntilItIsClosed() throws IOException {
        OneProject project = new OneProject("one");
        project.tell();
        try (MeshManifestStore first = project.manifests()) {
            assertThat(first.find(machine)).isPresent();
            assertThat(memory.usedBytes()).isPositive();
        }
        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void aManifestForWhichThereIsNoMemoryIsOfNoUse() throws IOException {
        OneProject project = new OneProject("one");
        project.tell();
        try (MemoryBudget.Share _ = memory.acquire("others", MEMORY_BYTES);
                MeshManifestStore late = project.manifests()) {
            assertThat(late.find(machine)).isEmpty();
        }
        try (MeshManifestStore manifests = project.manifests()) {
            assertThat(manifests.find(machine)).isPresent();
        }
    }

    /** It says that it is short, and is not; or it says that it is longer than any. */
    @Test
    void aManifestThatUnpacksToOtherThanItSaysIsOfNoUse() throws IOException {
        OneProject project = new OneProject("one");
        project.tell();
        for (byte[] bytes : List.of(Zstd.compress(new byte[17 << 20]), twoFrames(), new byte[0], new byte[18])) {
            cache.advisories().replaceAll((_, _) -> bytes);
            try (MeshManifestStore manifests = project.manifests()) {
                assertThat(manifests.find(machine)).isEmpty();
                assertThat(manifests.findTraced(machine)).isEmpty();
            }
            assertThat(memory.usedBytes()).isZero();
        }
    }

    private static byte[] twoFrames() {
        byte[] frame = Zstd.compress(new byte[1000]);
        byte[] twice = Arrays.copyOf(frame, 2 * frame.length);
        System.arraycopy(frame, 0, twice, frame.length, frame.length);
        return twice;
    }

    @Test
    void aManifestThatIsDamagedIsOfNoUse() throws IOException {
        OneProject project = new OneProject("one");
        project.tell();
        cache.advisories().replaceAll((_, bytes) -> Arrays.copyOf(bytes, bytes.length / 2));
        assertThat(project.manifests().find(machine)).isEmpty();
        assertThat(project.manifests().findTraced(machine)).isEmpty();
    }
}
