package dev.floe.node.substitute;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

import dev.floe.command.discovery.CompileInputDiscovery;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.node.executor.Workbench;
import dev.floe.node.executor.sandbox.JobLimits;
import dev.floe.node.executor.sandbox.LocalSandbox;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.toolchains.LocalCompilerToolchains;
import dev.floe.node.toolchains.ToolchainSelfTest;
import dev.floe.node.toolchains.store.ToolchainFileSource;
import dev.floe.node.toolchains.store.ToolchainStore;
import dev.floe.node.toolchains.store.UnobservableToolchains;
import dev.floe.store.FileDigestCache;
import dev.floe.store.content.ContentStore;
import dev.floe.toolchain.index.ToolchainIndex;

/**
 * This machine's gcc, packed and tried, with a store and a sandbox. A test that needs it is skipped where there is
 * none.
 */
final class OwnGcc implements AutoCloseable {
    static final JobLimits LIMITS = new JobLimits(4L << 30, 64 << 20, 256 << 20, 64, Duration.ofMinutes(1));
    private static final Path GCC = Path.of("/usr/bin/gcc");

    private final Path directory;
    final ContentStore store;
    final ToolchainStore toolchainStore;
    final LocalCompilerToolchains compilers;
    final Sandbox.Availability sandbox;

    OwnGcc(Path directory) throws IOException {
        this.directory = directory;
        assumeTrue(Files.isExecutable(GCC), "there is no gcc");
        Workbench.copyObservers(directory);
        sandbox = Sandbox.probe(
                Files.copy(Path.of(System.getProperty("floe.cc")), directory.resolve("floe-run"),
                        StandardCopyOption.COPY_ATTRIBUTES));
        assumeTrue(sandbox instanceof Sandbox.Availability.Available, "there is no sandbox");
        store = ContentStore.open(directory.resolve("store"), 1 << 30);
        toolchainStore = new ToolchainStore(directory.resolve("shelf"), 1L << 30, (id, _) -> {
            throw new IOException("nobody holds " + id);
        }, ToolchainFileSource.NONE);
        toolchainStore.start();
        LocalSandbox box = box();
        compilers = new LocalCompilerToolchains(directory.resolve("compilers"), toolchainStore,
                new ToolchainSelfTest(box, store, discovery(), new FileDigestCache(1000), LIMITS,
                        directory.resolve("rehearsals")),
                new UnobservableToolchains(toolchainStore, box), Clock.systemUTC());
        compilers.start();
        compilers.make(GCC);
    }

    LocalSandbox box() {
        return LocalSandbox.of(sandbox);
    }

    static CompileInputDiscovery discovery() {
        return new CompileInputDiscovery(Clock.systemUTC(), new DirectoryListingCache(Clock.systemUTC()));
    }

    ToolchainIndex.Compilers gcc() {
        return compilers.all().getFirst();
    }

    /** Where its toolchain is unpacked. */
    Path tree() {
        return directory.resolve("shelf").resolve(gcc().known().id().hex()).resolve("tree");
    }

    Sandbox usable() {
        return ((Sandbox.Availability.Available) sandbox).sandbox();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
