package dev.floe.toolchain.locate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.driver.CommandRunner;
import dev.floe.toolchain.driver.CompilerDriver;
import dev.floe.toolchain.driver.UnsupportedCompilerException;
import dev.floe.toolchain.elf.ElfFile;
import dev.floe.toolchain.files.FileAccess;

/**
 * The programs by which one compiler is called: gcc, g++, cpp, with its version before or its target behind. Which of
 * them was asked for must not matter, so all are found from any.
 *
 * @param first the one that is asked about all the rest
 * @param real real paths of all, in a fixed order
 * @param links links beside them that lead straight to one of them, as versioned names do; what leads to those in turn,
 *        as the system's default names do, is not the compiler's own and comes with each job
 */
record CompilerDrivers(CompilerDriver first, List<Path> real, List<Path> links) {
    private static final List<String> GCC = List.of("gcc", "g++", "c++", "cpp", "cc");
    private static final List<String> CLANG = List.of("clang", "clang++", "clang-cpp", "clang-cl");

    /** @param driver a real path */
    static CompilerDrivers around(CompilerDriver driver, CompilerDriver.Identity identity, ToolchainTreeBuilder tree,
            CommandRunner runner)
            throws IOException {
        Set<Path> real = new LinkedHashSet<>();
        List<Path> links = new ArrayList<>();
        FileAccess files = tree.files();
        for (Path candidate : candidates(driver.driver(), identity)) {
            if (files.isLink(candidate)) {
                links.add(candidate);
            } else if (tree.isFile(candidate) && isSame(candidate, driver, identity, runner, files)) {
                real.add(candidate);
            }
        }
        if (!real.contains(driver.driver())) {
            real.add(driver.driver()); // under a name that no compiler comes with
        }
        links.removeIf(link -> !leadsTo(link, real, files));
        List<Path> all = List.copyOf(real);
        return new CompilerDrivers(new CompilerDriver(all.getFirst(), runner), all, List.copyOf(links));
    }

    private static List<Path> candidates(Path driver, CompilerDriver.Identity identity) {
        String version = identity.version();
        List<String> suffixes = new ArrayList<>(List.of("", "-" + version));
        for (int dot = version.lastIndexOf('.'); dot > 0; dot = version.lastIndexOf('.', dot - 1)) {
            suffixes.add("-" + version.substring(0, dot));
        }
        List<Path> candidates = new ArrayList<>();
        for (String name : identity.family() == ToolchainFamily.GCC ? GCC : CLANG) {
            for (String prefix : List.of("", identity.target() + "-")) {
                for (String suffix : suffixes) {
                    candidates.add(driver.resolveSibling(prefix + name + suffix));
                }
            }
        }
        return candidates;
    }

    private static boolean isSame(Path candidate, CompilerDriver driver, CompilerDriver.Identity identity,
            CommandRunner runner,
            FileAccess files) throws IOException {
        if (ElfFile.read(files.contents(candidate)).isEmpty()) {
            return false;
        }
        if (files.isSameFile(candidate, driver.driver())) {
            return true;
        }
        try {
            CompilerDriver other = new CompilerDriver(candidate, runner);
            return other.identity().equals(identity)
                    && other.ask("-print-search-dirs").equals(driver.ask("-print-search-dirs"));
        } catch (UnsupportedCompilerException _) {
            return false;
        }
    }

    private static boolean leadsTo(Path link, Set<Path> real, FileAccess files) {
        try {
            return real.contains(link.resolveSibling(files.readLink(link)));
        } catch (IOException _) {
            return false;
        }
    }
}
