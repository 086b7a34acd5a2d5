package dev.floe.command.observation;

import java.util.Optional;

/** Observer library for the programs of one processor architecture; the loader of another one complains about it. */
public enum ObserverLibrary {
    X86_64("x86_64", 62, 2), I386("i386", 3, 1), AARCH64("aarch64", 183, 2), ARM("arm", 40, 1);

    private final String fileName;
    private final int machine;
    private final int elfClass;

    ObserverLibrary(String architecture, int machine, int elfClass) {
        this.fileName = "libfloe-observer-" + architecture + ".so";
        this.machine = machine;
        this.elfClass = elfClass;
    }

    /** The name in the directory of the libraries, where it may be missing. */
    public String fileName() {
        return fileName;
    }

    /**
     * The library that fits into a program.
     *
     * @param machine  {@code e_machine} of its ELF header
     * @param elfClass 1 for 32 bits, 2 for 64 bits: {@code e_ident[EI_CLASS]}
     */
    public static Optional<ObserverLibrary> forElf(int machine, int elfClass) {
        for (ObserverLibrary library : values()) {
            if (library.machine == machine && library.elfClass == elfClass) {
                return Optional.of(library);
            }
        }
        return Optional.empty();
    }
}
