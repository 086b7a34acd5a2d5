package dev.floe.toolchain.icecc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.floe.toolchain.Platform;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.driver.CommandRunner;
import dev.floe.toolchain.driver.CompilerDriver;
import dev.floe.toolchain.driver.UnsupportedCompilerException;

/**
 * A root directory in which compilers run, as {@code icecc-create-env} makes them: under the names {@code gcc}, {@code
 * g++} and {@code clang} in {@code usr/bin}, with cc1 and the assembler beside them, which are then found through
 * {@code PATH} alone. A compiler for boards must leave those names to the board, whose own links come with each job,
 * and depend on no job's {@code PATH}. So they are arranged as a cross compiler of that version would be.
 */
public final class IceccEnvironment {
    private static final String PROGRAMS = "usr/bin/";
    /** Programs of gcc's own. */
    private static final List<String> PARTS = List.of("cc1", "cc1plus", "cc1obj", "cc1objplus", "collect2", "as",
            "objcopy");

    private final RelocatableTree layout;

    /** @param entries as an archive has them */
    public IceccEnvironment(List<ToolchainEntry> entries) {
        layout = new RelocatableTree(entries);
        layout.normalize();
    }

    /**
     * One of the compilers in it.
     *
     * @param c   path of the driver for C
     * @param cxx that for C++; empty if there is none
     */
    public record ResidentPrograms(String c, Optional<String> cxx) {
        Path driver() {
            return Path.of("/" + c);
        }
    }

    /** A toolchain and the real paths of its drivers. */
    public record Arranged(Toolchain toolchain, List<Path> drivers) {
        public Arranged {
            drivers = List.copyOf(drivers);
        }
    }

    /**
     * The compilers in it: {@code gcc.bin} is gcc where the name {@code gcc} is that of a program which calls clang.
     */
    public List<ResidentPrograms> compilers() {
        List<ResidentPrograms> all = new ArrayList<>();
        Optional<String> clang = layout.file(PROGRAMS + "clang");
        Optional<String> hidden = layout.file(PROGRAMS + "gcc.bin");
        if (hidden.isPresent()) {
            all.add(new ResidentPrograms(hidden.get(), layout.file(PROGRAMS + "g++.bin")));
        } else if (clang.isEmpty()) {
            layout.file(PROGRAMS + "gcc")
                    .ifPresent(gcc -> all.add(new ResidentPrograms(gcc, layout.file(PROGRAMS + "g++"))));
        }
        clang.ifPresent(driver -> all.add(new ResidentPrograms(driver, Optional.of(driver))));
        return all;
    }

    /** The file of a driver. */
    public ToolchainEntry.FileEntry file(ResidentPrograms resident) {
        return layout.entries().stream().filter(entry -> entry.path().equals(resident.c()))
                .map(ToolchainEntry.FileEntry.class::cast).findFirst().orElseThrow();
    }

    /**
     * The tree as it came, under a family, a version and a target that are only names, so that it can be asked for the
     * right ones.
     *
     * @throws IllegalArgumentException if it is not allowed in a toolchain
     */
    public Toolchain unnamed(Platform host) {
        return Toolchain.of(ToolchainFamily.GCC, "0", host, "unknown", layout.entries());
    }

    /**
     * Makes one of the compilers a toolchain.
     *
     * @param runner runs programs of {@link #unnamed}
     * @param at     where a clang is to lie, which names headers by its place; empty if where it lies
     * @throws UnsupportedCompilerException if it is no compiler, or gives no sensible answers
     */
    public Arranged arrange(ResidentPrograms resident, Platform host, CommandRunner runner, Optional<Path> at)
            throws IOException, UnsupportedCompilerException {
        CompilerDriver compiler = new CompilerDriver(resident.driver(), runner);
        CompilerDriver.Identity identity = compiler.identity();
        RelocatableTree arranged = layout.copy();
        arranged.remove(PROGRAMS + "true");
        List<Path> drivers = switch (identity.family()) {
            case GCC -> arrangeGcc(resident, compiler, identity, arranged);
            case CLANG -> arrangeClang(resident, at.orElse(resident.driver()), arranged);
        };
        return new Arranged(Toolchain.of(identity.family(), identity.version(), host, identity.target(),
                arranged.entries()), drivers);
    }

    private static List<Path> arrangeGcc(ResidentPrograms resident, CompilerDriver gcc,
            CompilerDriver.Identity identity, RelocatableTree layout)
            throws IOException, UnsupportedCompilerException {
        Path own = ownPrograms(gcc);
        for (String part : PARTS) {
            Optional<String> file = layout.file(PROGRAMS + part);
            if (file.isPresent() && gcc.program(part).isEmpty()) {
                move(file.get(), own.resolve(part), layout);
            }
        }
        List<Path> drivers = new ArrayList<>();
        drivers.add(driver(resident.c(), "gcc", identity, layout));
        if (resident.cxx().isPresent()) {
            drivers.add(driver(resident.cxx().get(), "g++", identity, layout));
        }
        removeWrappers(layout);
        return drivers;
    }

    /** The directory in which gcc looks first. */
    private static Path ownPrograms(CompilerDriver gcc) throws IOException, UnsupportedCompilerException {
        return gcc.ask("-print-search-dirs").lines().filter(line -> line.startsWith("programs: =/")).findFirst()
                .map(line -> Path.of(line.substring("programs: =".length()).split(":", 2)[0]).normalize())
                .orElseThrow(() -> new IOException("gcc names no directory in which it looks for cc1"));
    }

    private static Path driver(String file, String name, CompilerDriver.Identity identity, RelocatableTree layout) {
        Path place = Path.of("/" + PROGRAMS, identity.target() + "-" + name + "-" + identity.version());
        move(file, place, layout);
        return place;
    }

    private static List<Path> arrangeClang(ResidentPrograms resident, Path place, RelocatableTree layout) {
        removeWrappers(layout);
        move(resident.c(), place, layout);
        String cxx = place.getFileName().toString().replace("clang", "clang++");
        layout.link(place.resolveSibling(cxx).toString().substring(1), place.getFileName().toString());
        return List.of(place, place.resolveSibling(cxx));
    }

    private static void removeWrappers(RelocatableTree layout) {
        for (String wrapper : List.of("gcc", "g++")) {
            layout.remove(PROGRAMS + wrapper);
        }
    }

    private static void move(String file, Path place, RelocatableTree layout) {
        String to = place.toString().substring(1);
        if (!file.equals(to)) {
            layout.move(file, to);
        }
    }
}
