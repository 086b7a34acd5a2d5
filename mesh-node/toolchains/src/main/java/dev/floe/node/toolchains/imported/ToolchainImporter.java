package dev.floe.node.toolchains.imported;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.toolchains.store.ToolchainStore;
import dev.floe.store.FailureText;
import dev.floe.store.files.TreeDeleter;
import dev.floe.store.sync.FileGroupSync;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.archive.ArchiveLimits;
import dev.floe.toolchain.archive.IceccEnvironmentReader;
import dev.floe.toolchain.archive.InvalidArchiveException;
import dev.floe.toolchain.archive.UnpackedToolchain;
import dev.floe.toolchain.driver.CommandOutput;
import dev.floe.toolchain.driver.CommandRunner;
import dev.floe.toolchain.driver.UnsupportedCompilerException;
import dev.floe.toolchain.elf.ElfFile;
import dev.floe.toolchain.icecc.IceccEnvironment;
import dev.floe.toolchain.icecc.IceccEnvironment.Arranged;
import dev.floe.toolchain.icecc.IceccEnvironment.ResidentPrograms;
import dev.floe.toolchain.index.ToolchainIndex;

/** Makes toolchains of an environment, each tried out before it is kept. */
public final class ToolchainImporter {
    private static final Logger LOG = LogManager.getLogger(ToolchainImporter.class);
    private static final String MAKE_IT = "; make the archive with icecc-create-env";

    private final SandboxedCommandRunner box;
    private final ToolchainStore toolchainStore;
    private final ImportedToolchains imports;
    private final Path directory;
    private final Set<String> processors;

    /**
     * @param directory  for archives while they are imported, in the file system of the toolchain store
     * @param processors whose programs run here, by themselves or through an emulator
     */
    public ToolchainImporter(SandboxedCommandRunner box, ToolchainStore toolchainStore, ImportedToolchains imports,
            Path directory, Set<String> processors) {
        this.processors = Set.copyOf(processors);
        this.box = box;
        this.toolchainStore = toolchainStore;
        this.imports = imports;
        this.directory = directory;
    }

    /** Makes the directory, and removes what an earlier process has left there. */
    public void start() throws IOException {
        TreeDeleter.delete(directory);
        Files.createDirectories(directory);
    }

    /** What became of an archive that is not taken in, and what to do. */
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(Path archive, String why) {
            super(archive + " is not imported: " + why);
        }
    }

    /**
     * Takes in the compilers of {@code archive}; one at a time, some seconds each.
     *
     * @param at where a clang lies on the machines that it compiles for; empty if nothing is known of that
     */
    public synchronized List<ImportedToolchain> take(Path archive, Optional<Path> at) throws RefusedException {
        Path work = directory.resolve("work");
        try {
            TreeDeleter.delete(work);
            Path contents = Files.createDirectories(work.resolve("contents"));
            IceccEnvironment environment = new IceccEnvironment(
                    IceccEnvironmentReader.read(archive, contents, ArchiveLimits.USUAL));
            List<ImportedToolchain> taken = new ArrayList<>();
            for (ResidentPrograms resident : environment.compilers()) {
                taken.add(take(archive, environment, resident, at, work));
            }
            if (taken.isEmpty()) {
                throw new RefusedException(archive,
                        "there is no compiler in it, neither usr/bin/gcc nor usr/bin/clang" + MAKE_IT);
            }
            return taken;
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw new RefusedException(archive, "the node cannot read " + FailureText.of(e));
        } catch (InvalidArchiveException e) {
            throw new RefusedException(archive, FailureText.of(e) + MAKE_IT);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(archive, FailureText.of(e));
        } catch (UnsupportedCompilerException e) {
            throw new RefusedException(archive, "its " + FailureText.of(e));
        } catch (IOException e) {
            throw new RefusedException(archive, trouble(e));
        } finally {
            sweep(work);
        }
    }

    private String trouble(IOException e) {
        return FailureText.of(e).contains("No space left")
                ? "the disk of " + directory + " is full; make room for some times the size of the archive, or give the"
                        + " node another --data-dir"
                : FailureText.of(e);
    }

    private ImportedToolchain take(Path archive, IceccEnvironment environment, ResidentPrograms resident,
            Optional<Path> at, Path work)
            throws IOException, RefusedException, UnsupportedCompilerException {
        Path contents = work.resolve("contents");
        Platform host = host(archive, resident, in(contents, environment.file(resident)));
        Path tree = work.resolve("tree");
        TreeDeleter.delete(tree);
        Arranged arranged = environment.arrange(resident, host,
                box.with(held(environment.unnamed(host), work.resolve("unnamed"), contents)), at);
        Toolchain toolchain = arranged.toolchain();
        checkDrivers(box.withoutPath(held(toolchain, work.resolve("arranged"), contents)), arranged.drivers());
        ImportedToolchain taken = new ImportedToolchain(
                new ToolchainIndex.Compilers(new ToolchainIndex.KnownToolchain(toolchain.id(),
                        toolchain.family(), toolchain.version(), host, toolchain.target(), Map.of()),
                        arranged.drivers()),
                String.valueOf(archive.getFileName()));
        keep(taken, toolchain, contents);
        LOG.info("toolchain={} imported from {} family={} version={} host={} target={}", toolchain.id().brief(),
                archive,
                toolchain.family(), toolchain.version(), host, toolchain.target());
        return taken;
    }

    /** Where the compiler can run. */
    private Platform host(Path archive, ResidentPrograms resident, Path driver) throws IOException, RefusedException {
        Platform host = ElfFile.read(driver).orElseThrow(() -> new RefusedException(archive, "its " + resident.c()
                + " is no program but a script or the like; make the archive of the compiler that it calls"))
                .platform();
        if (!processors.contains(host.processor())) {
            throw new RefusedException(archive,
                    "its " + resident.c() + " runs on " + host.processor() + ", and this machine is "
                            + Platform.current().processor()
                            + "; import it on a node of that architecture, from which others get it");
        }
        return host;
    }

    private static LocalToolchain held(Toolchain toolchain, Path tree, Path contents) throws IOException {
        TreeDeleter.delete(tree);
        return new LocalToolchain(UnpackedToolchain.make(toolchain, file -> in(contents, file), tree));
    }

    private static Path in(Path contents, ToolchainEntry.FileEntry file) {
        return contents.resolve(file.digest().hex());
    }

    private void keep(ImportedToolchain taken, Toolchain toolchain, Path contents) throws IOException {
        boolean isNew = imports.find(toolchain.id()).isEmpty();
        imports.add(taken); // first, because peers ask as soon as it is in the store
        try {
            toolchainStore.add(toolchain, file -> in(contents, file));
        } catch (IOException e) {
            if (isNew) {
                imports.remove(toolchain.id());
            }
            throw e;
        }
        FileGroupSync.writeFileSystemOf(directory); // nothing else has these files
    }

    /** Whether it finds all its parts by itself. */
    private static void checkDrivers(CommandRunner runner, List<Path> drivers) throws IOException {
        for (Path driver : drivers) {
            String language = driver.toString().contains("++") ? "c++" : "c";
            List<String> argv = List.of(driver.toString(), "-c", "-x", language, "/dev/null", "-o", "/tmp/sample.o");
            CommandOutput said = runner.run(argv);
            if (said.exitCode() != 0) {
                throw new IOException("its compiler does not compile an empty file: " + String.join(" ", argv)
                        + " ends with " + said.exitCode() + ": " + said.errors().strip());
            }
        }
    }

    private static void sweep(Path work) {
        try {
            TreeDeleter.delete(work);
        } catch (IOException e) {
            LOG.warn("cannot remove the unpacked files; the next start removes them: {}", FailureText.of(e));
        }
    }
}
