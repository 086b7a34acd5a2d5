package dev.floe.node.executor.exectree;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.floe.command.observation.ObserverLibrary;
import dev.floe.toolchain.elf.ElfFile;

/** Decides by a program's ELF header whether it can be observed. */
public final class ObserverFit {
    /** Libraries of sanitizers, which end a program that another library is loaded into before them. */
    private static final List<String> SANITIZERS = List.of("libasan", "libhwasan", "libtsan", "liblsan", "libmsan",
            "libclang_rt.");

    private ObserverFit() {}

    /** The library that fits into a program; empty if none does. */
    static Optional<ObserverLibrary> library(ElfFile program) {
        return program.order().equals(ByteOrder.LITTLE_ENDIAN)
                ? ObserverLibrary.forElf(program.machine(), program.bits() == 64 ? 2 : 1)
                : Optional.empty();
    }

    /**
     * Why a program cannot be observed; empty if it can.
     *
     * @param path      names it in the answer
     * @param available the libraries that there are
     */
    public static Optional<String> obstacle(String path, ElfFile program, Set<ObserverLibrary> available) {
        if (program.interpreter() == null) {
            return Optional.of("no observer for static programs such as " + path);
        }
        if (program.needed().stream().anyMatch(needed -> SANITIZERS.stream().anyMatch(needed::startsWith))) {
            return Optional.of("no observer for programs with a sanitizer such as " + path);
        }
        return library(program).filter(available::contains).isPresent()
                ? Optional.empty()
                : Optional.of("no observer for " + program.platform().processor() + " programs such as " + path);
    }
}
