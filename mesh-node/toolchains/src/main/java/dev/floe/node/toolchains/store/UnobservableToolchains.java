package dev.floe.node.toolchains.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.command.observation.ObserverLibrary;
import dev.floe.node.executor.exectree.ObserverFit;
import dev.floe.node.executor.sandbox.LocalSandbox;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.store.FailureText;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.archive.UnpackedToolchain;
import dev.floe.toolchain.elf.ElfFile;

/**
 * The toolchains that cannot be observed, because one of their programs is static or of a processor that has no
 * observer library. Their inputs are what the compiler itself lists.
 */
public final class UnobservableToolchains {
    private static final Logger LOG = LogManager.getLogger(UnobservableToolchains.class);
    /** What runs in a compile. Other programs of a toolchain link, or do not run at all. */
    private static final Pattern COMPILING = Pattern.compile(
            "(?:.*-)?(?:gcc|g\\+\\+|cc|c\\+\\+|clang|clang\\+\\+)(?:-[0-9.]+)?(?:-(?:posix|win32))?|"
                    + "cc1(?:plus|obj|objplus)?|(?:.*-)?as");

    private final ToolchainStore toolchainStore;
    private final LocalSandbox sandbox;
    private final Map<ToolchainId, Optional<String>> known = new ConcurrentHashMap<>();

    /** @param sandbox of this node; its peers are taken to have the same observer libraries */
    public UnobservableToolchains(ToolchainStore toolchainStore, LocalSandbox sandbox) {
        this.toolchainStore = toolchainStore;
        this.sandbox = sandbox;
    }

    /** Why compiles of a held toolchain are not observed; empty if they are. */
    public Optional<String> of(ToolchainId id) {
        Optional<String> gap = known.get(id);
        if (gap == null) {
            try {
                gap = gap(toolchainStore.unpacked(id));
            } catch (IOException e) {
                LOG.warn("toolchain={} cannot be read: {}", id.brief(), FailureText.of(e));
                return Optional.of("its programs cannot be read");
            }
            known.put(id, gap);
        }
        return gap;
    }

    /** A node without a sandbox only submits; its peers are taken to have all. */
    private Set<ObserverLibrary> libraries() {
        return sandbox.availability() instanceof Sandbox.Availability.Available(Sandbox usable)
                ? usable.observers().keySet()
                : Set.of(ObserverLibrary.values());
    }

    private Optional<String> gap(UnpackedToolchain unpacked) throws IOException {
        for (ToolchainEntry entry : unpacked.toolchain().entries()) {
            Path path = Path.of("/" + entry.path());
            if (entry instanceof ToolchainEntry.FileEntry
                    && COMPILING.matcher(path.getFileName().toString()).matches()) {
                Optional<ElfFile> program = ElfFile.read(unpacked.directory().resolve(entry.path()));
                Optional<String> gap = program.flatMap(elf -> ObserverFit.obstacle(path.toString(), elf, libraries()));
                if (gap.isPresent()) {
                    return gap;
                }
            }
        }
        return Optional.empty();
    }
}
