package dev.floe.toolchain.elf;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.toolchain.Platform;

/**
 * The parts of an ELF file that the dynamic linker reads (ELF, System V ABI chapters 4 and 5).
 *
 * @param target what the file is for
 * @param interpreter the dynamic linker, null for a library or a static program
 * @param needed names of libraries, in order
 * @param rpath directories of {@code DT_RPATH}, tokens such as {@code $ORIGIN} not replaced
 * @param runpath directories of {@code DT_RUNPATH}, likewise
 */
public record ElfFile(ElfMachine target, @Nullable String interpreter, List<String> needed,
        List<String> rpath, List<String> runpath) {

    /**
     * What a file is for.
     *
     * @param bits    32 or 64
     * @param machine {@code e_machine}
     */
    record ElfMachine(int bits, ByteOrder order, int machine) {}

    public int bits() {
        return target.bits();
    }

    public ByteOrder order() {
        return target.order();
    }

    public int machine() {
        return target.machine();
    }

    public ElfFile {
        needed = List.copyOf(needed);
        rpath = List.copyOf(rpath);
        runpath = List.copyOf(runpath);
    }

    /**
     * Reads a file's headers.
     *
     * @return empty if it is not ELF at all
     * @throws MalformedElfException if it begins like ELF, and then refers to what is not there
     */
    public static Optional<ElfFile> read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(file.toString(), channel.size(), (buffer, position) -> {
                while (buffer.hasRemaining()) {
                    int n = channel.read(buffer, position + buffer.position());
                    if (n < 0) {
                        throw new MalformedElfException(file + " shrinks while it is read");
                    }
                }
            });
        }
    }

    /** As {@link #read(Path)}, from memory. */
    static Optional<ElfFile> parse(byte[] bytes) throws MalformedElfException {
        try {
            return read("ELF image", bytes.length,
                    (buffer, position) -> buffer.put(bytes, (int) position, buffer.remaining()));
        } catch (MalformedElfException e) {
            throw e;
        } catch (IOException e) {
            throw new AssertionError("memory does not fail", e);
        }
    }

    /** Whether a program like this one can load {@code other} as a library. */
    boolean loads(ElfFile other) {
        return target.equals(other.target);
    }

    /** What runs it. */
    public Platform platform() {
        return platform(bits(), order(), machine());
    }

    /** What runs a program with such a header. */
    static Platform platform(int bits, ByteOrder order, int machine) {
        String little = order.equals(ByteOrder.LITTLE_ENDIAN) ? "le" : "";
        String processor = switch (machine) {
            case 3 -> "i686";
            case 8 -> "mips" + (bits == 64 ? "64" : "") + (little.isEmpty() ? "" : "el");
            case 20 -> "ppc";
            case 21 -> "ppc64" + little;
            case 22 -> bits == 64 ? "s390x" : "s390";
            case 40 -> "arm" + (little.isEmpty() ? "eb" : "");
            case 62 -> bits == 64 ? "x86_64" : "x32";
            case 183 -> "aarch64" + (little.isEmpty() ? "_be" : "");
            case 243 -> "riscv" + bits;
            case 258 -> "loongarch" + bits;
            default -> "elf" + machine + "_" + bits;
        };
        return new Platform(processor, "linux");
    }

    private static Optional<ElfFile> read(String name, long size, ElfReader.Bytes bytes) throws IOException {
        return ElfReader.isElf(size, bytes) ? Optional.of(new ElfReader(name, size, bytes).file()) : Optional.empty();
    }
}
