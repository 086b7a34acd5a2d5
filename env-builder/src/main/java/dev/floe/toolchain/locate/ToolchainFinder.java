package dev.floe.toolchain.locate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.floe.store.FailureText;
import dev.floe.store.FileDigestCache;
import dev.floe.store.files.ExecutablePath;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.driver.CommandRunner;
import dev.floe.toolchain.driver.CompilerDriver;
import dev.floe.toolchain.driver.UnsupportedCompilerException;
import dev.floe.toolchain.elf.DynamicLinkerPath;
import dev.floe.toolchain.elf.ElfFile;
import dev.floe.toolchain.files.FileAccess;

/**
 * Finds the toolchain of a compiler, as its caller sees it: by asking the compiler, and by reading what its programs
 * load.
 */
public final class ToolchainFinder {
    /** Where programs are looked for that a compiler leaves to {@code PATH}. */
    public static final String STANDARD_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final int MAX_REMEMBERED_FILES = 10_000;

    private final CommandRunner runner;
    private final FileAccess files;
    private final FileDigestCache digests = new FileDigestCache(MAX_REMEMBERED_FILES);

    public ToolchainFinder(CommandRunner runner) {
        this(runner, FileAccess.LOCAL);
    }

    /** @param files as they are seen by the process that runs the commands */
    public ToolchainFinder(CommandRunner runner, FileAccess files) {
        this.runner = runner;
        this.files = files;
    }

    /**
     * Finds all that {@code compiler} is made of. Takes some tenths of a second, mostly for hashing.
     *
     * @param compiler a driver or a link to one; the result is the same for all drivers of one compiler
     * @throws UnsupportedCompilerException if it is no gcc or clang, or cannot be carried elsewhere
     * @throws IOException if one of its files cannot be read
     */
    public FoundToolchain find(Path compiler) throws IOException, UnsupportedCompilerException {
        Path real = files.real(compiler);
        ElfFile elf = ElfFile.read(files.contents(real)).orElseThrow(() -> new UnsupportedCompilerException(compiler,
                "is not a program but a script or the like (" + real + "); call the compiler behind it"));
        CompilerDriver called = new CompilerDriver(real, runner);
        CompilerDriver.Identity identity = called.identity();

        ToolchainTreeBuilder tree = new ToolchainTreeBuilder(files, digests);
        ToolchainProgramSearch searchPath = new ToolchainProgramSearch(searchPath(), tree);
        CompilerDrivers drivers = CompilerDrivers.around(called, identity, tree, runner);
        List<Path> programs = new ArrayList<>(drivers.real());
        programs.addAll(switch (identity.family()) {
            case GCC -> new GccFileCollector(drivers.first(), tree, searchPath).add();
            case CLANG -> new ClangFileCollector(drivers.first(), tree, searchPath).add();
        });
        for (Path driver : drivers.real()) {
            tree.add(driver);
        }
        for (Path link : drivers.links()) {
            tree.add(link);
        }
        ProgramDependencies needs = new ProgramDependencies(tree, DynamicLinkerPath.of(files));
        for (Path program : programs) {
            needs.add(program);
        }
        return found(compiler, identity, elf.platform(), tree, drivers, searchPath);
    }

    private static FoundToolchain found(Path compiler, CompilerDriver.Identity identity, Platform host,
            ToolchainTreeBuilder tree, CompilerDrivers drivers,
            ToolchainProgramSearch searchPath) throws UnsupportedCompilerException {
        try {
            Toolchain toolchain = Toolchain.of(identity.family(), identity.version(), host, identity.target(),
                    tree.entries());
            return new FoundToolchain(toolchain, drivers.real(), searchPath.found(), tree.stamps(), tree.absent());
        } catch (IllegalArgumentException e) {
            throw new UnsupportedCompilerException(compiler, "cannot be packed: " + FailureText.of(e), e);
        }
    }

    private static List<Path> searchPath() {
        return ExecutablePath.directories(STANDARD_PATH).stream().map(Path::of).toList();
    }
}
