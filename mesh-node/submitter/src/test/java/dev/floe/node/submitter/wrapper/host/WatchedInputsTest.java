package dev.floe.node.submitter.wrapper.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.HashedNameSet;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.inputs.LookupDependencies;
import dev.floe.command.manifest.ManifestCache;
import dev.floe.command.manifest.ManifestCache.ManifestLookup;
import dev.floe.command.manifest.ManifestKey;
import dev.floe.store.Digest;
import dev.floe.store.FileDigestCache;
import dev.floe.store.changes.FileChangeMonitor;

/** Manifests of files whose changes the kernel reports. */
final class WatchedInputsTest {
    private static final ManifestKey KEY = new ManifestKey(Digest.ofBytes(new byte[]{1}));
    private static final HashedNameSet SOUGHT = HashedNameSet.spelled(List.of("opt.h"));

    @TempDir
    private Path temporary;
    private final FileChangeMonitor monitor = new FileChangeMonitor(HashedNameSet::hash, InstantSource.system());
    private final FileDigestCache digests = new FileDigestCache(1000);
    private final DirectoryListingCache directories = new DirectoryListingCache(InstantSource.system());
    private final ManifestCache<String> manifests = new ManifestCache<>(10, directories);
    private Path directory;
    private Path header;
    private int looks; // that the last recall has made

    @BeforeEach
    void write() throws IOException {
        directory = Files.createDirectory(temporary.toRealPath().resolve("project"));
        header = Files.writeString(directory.resolve("a.h"), "int a;\n");
        monitor.start();
        assertThat(monitor.stats().active()).isTrue();
        remember();
    }

    @AfterEach
    void close() {
        monitor.close();
    }

    private CountingHostAccess request() {
        return new CountingHostAccess(digests, monitor);
    }

    private void remember() throws IOException {
        HostAccess machine = request();
        List<Input> inputs = new ArrayList<>(List.of(new Input.Directory(directory,
                machine.lstat(directory).orElseThrow().permissions())));
        FileStat stat = machine.lstat(header).orElseThrow();
        inputs.add(new Input.File(header, stat.permissions(), machine.digest(header, stat), stat.mtimeNanos(), false,
                0));
        LookupDependencies footprint = new LookupDependencies(SOUGHT,
                List.of(new LookupDependencies.DirectoryWatch(directory, SOUGHT.common(HashedNameSet.of(List.of())))),
                List.of(), Map.of());
        manifests.remember(KEY,
                new DiscoveryResult.InputsFound(new InputSet(inputs), false, () -> Optional.of(footprint)), "known");
    }

    /** Whether the manifest holds for a request that begins now. */
    private boolean holds() throws IOException {
        CountingHostAccess machine = request();
        boolean holds = manifests.recall(KEY, machine) instanceof ManifestLookup.Unchanged<String>;
        looks = machine.looks();
        return holds;
    }

    @Test
    void nothingIsLookedAtWhileNothingChanges() throws IOException {
        assertThat(holds()).isTrue();
        assertThat(looks).isPositive();
        assertThat(holds()).isTrue();
        assertThat(looks).isZero();
    }

    @Test
    void anObjectBesideTheSourcesChangesNothing() throws IOException {
        assertThat(holds()).isTrue();
        for (int i = 0; i < 3; i++) {
            Files.move(Files.writeString(directory.resolve("a.o.tmp"), "object" + i), directory.resolve("a.o"),
                    StandardCopyOption.REPLACE_EXISTING);
            assertThat(holds()).isTrue();
            assertThat(looks).isZero();
        }
    }

    @Test
    void anEditThatKeepsSizeAndTimeIsNoticed() throws IOException {
        assertThat(holds()).isTrue();
        FileTime time = Files.getLastModifiedTime(header);
        Files.writeString(header, "int b;\n");
        Files.setLastModifiedTime(header, time);
        assertThat(holds()).isFalse();
        Files.writeString(header, "int a;\n");
        assertThat(holds()).isTrue();
    }

    @Test
    void aNameThatWasSoughtInVainIsNoticedWhenItAppears() throws IOException {
        assertThat(holds()).isTrue();
        Files.writeString(directory.resolve("opt.h"), "");
        assertThat(holds()).isFalse();
        Files.delete(directory.resolve("opt.h"));
        assertThat(holds()).isTrue();
    }

    @Test
    void aChangeOfAnotherFileIsLookedAtOnlyByThoseWhomItConcerns() throws IOException {
        assertThat(holds()).isTrue();
        Path other = Files.writeString(directory.resolve("b.h"), "int b;\n");
        assertThat(monitor.look(other)).isPresent();
        Files.writeString(other, "int c;\n");
        assertThat(holds()).isTrue();
        assertThat(looks).isZero();
    }

    @Test
    void anEditDuringARequestShowsInTheNextOne() throws IOException {
        HostAccess first = request();
        assertThat(manifests.recall(KEY, first)).isInstanceOf(ManifestLookup.Unchanged.class);
        assertThat(first.isUnchanged()).isTrue();
        Files.writeString(header, "int b;\n");
        assertThat(holds()).isFalse();
        assertThat(first.isUnchanged()).isFalse();
    }

    @Test
    void anEditWhileAManifestIsCheckedDoesNotStayUnnoticed() throws IOException {
        HostAccess direct = request();
        assertThat(manifests.recall(KEY, direct)).isInstanceOf(ManifestLookup.Unchanged.class);
        Files.writeString(header, "int x;\n");
        assertThat(holds()).isFalse(); // the snapshot is made anew, and fails
        Files.writeString(header, "int a;\n");
        assertThat(holds()).isTrue();
        assertThat(holds()).isTrue();
        assertThat(looks).isZero();
    }

    @Test
    void withoutNotificationEachRequestLooks() throws IOException {
        monitor.close();
        for (int i = 0; i < 2; i++) {
            assertThat(holds()).isTrue();
            assertThat(looks).isPositive();
        }
        Files.writeString(header, "int b;\n");
        assertThat(holds()).isFalse();
    }
}
