package dev.floe.node.standin;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

import dev.floe.front.discovery.CompilerDiscovery;
import dev.floe.front.discovery.Directories;
import dev.floe.node.execute.Limits;
import dev.floe.node.execute.Sandbox;
import dev.floe.node.execute.Workbench;
import dev.floe.node.toolchains.ObservationGaps;
import dev.floe.node.toolchains.OwnToolchains;
import dev.floe.node.toolchains.Rehearsal;
import dev.floe.node.toolchains.Shelf;
import dev.floe.store.ContentStore;
import dev.floe.store.FileDigests;
import dev.floe.toolchain.find.ToolchainIndex;

/** This machine's gcc, packed and tried, with a store and a sandbox. A test that needs it is skipped where there is none. */
final class OwnGcc implements AutoCloseable {
    static final Limits LIMITS = new Limits(4L << 30, 64 << 20, 256 << 20, 64, Duration.ofMinutes(1));
    private static final Path GCC = Path.of("/usr/bin/gcc");

    final ContentStore store;
    final Shelf shelf;
    final OwnToolchains compilers;
    final Sandbox.Availability sandbox;

    OwnGcc(Path directory) throws IOException {
        assumeTrue(Files.isExecutable(GCC), "there is no gcc");
        Workbench.copyObservers(directory);
        sandbox = Sandbox.probe(System.getenv("PATH"),
                Files.copy(Path.of(System.getProperty("floe.cc")), directory.resolve("floe-run"),
                        StandardCopyOption.COPY_ATTRIBUTES));
        assumeTrue(sandbox instanceof Sandbox.Availability.Available, "there is no sandbox");
        store = ContentStore.open(directory.resolve("store"), 1 << 30);
        shelf = new Shelf(directory.resolve("shelf"), 1L << 30, (id, _) -> {
            throw new IOException("nobody holds " + id);
        }, () -> {});
        compilers = new OwnToolchains(directory.resolve("compilers"), shelf,
                new Rehearsal(sandbox, store, discovery(), new FileDigests(1000), LIMITS,
                        directory.resolve("rehearsals")),
                new ObservationGaps(shelf, Set.of()), Clock.systemUTC());
        compilers.make(GCC);
    }

    static CompilerDiscovery discovery() {
        return new CompilerDiscovery(Clock.systemUTC(), new Directories(Clock.systemUTC()));
    }

    ToolchainIndex.Compilers gcc() {
        return compilers.all().getFirst();
    }

    Sandbox usable() {
        return ((Sandbox.Availability.Available) sandbox).sandbox();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
