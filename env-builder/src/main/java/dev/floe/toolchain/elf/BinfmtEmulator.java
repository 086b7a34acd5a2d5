package dev.floe.toolchain.elf;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program to which the kernel hands those of another processor, as registered with it (Linux, {@code
 * admin-guide/binfmt-misc}).
 *
 * @param processor   whose programs it runs, named as in {@link dev.floe.toolchain.Platform}
 * @param interpreter its path where it was registered
 * @param enabled     whether the kernel makes use of it
 * @param fixed       whether the kernel holds it open (flag F), so that it need not be in the root of the program that
 *                    it runs
 */
public record BinfmtEmulator(String processor, Path interpreter, boolean enabled, boolean fixed) {
    /** Where the kernel lists what is registered. */
    public static final Path REGISTRY = Path.of("/proc/sys/fs/binfmt_misc");

    private static final String ELF = "7f454c46";
    private static final int MACHINE = 18;
    /** An ELF header up to the end of {@code e_machine}. */
    private static final int HEADER = 20;

    /** All that are registered, by processor; those for which we have no name are left out. */
    public static List<BinfmtEmulator> registered(Path registry) {
        List<BinfmtEmulator> all = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(registry)) {
            for (Path entry : entries) {
                if (!entry.endsWith("register") && !entry.endsWith("status")) {
                    parse(Files.readString(entry)).ifPresent(all::add);
                }
            }
        } catch (IOException e) {
            return List.of(); // not a Linux that has it, or a container that does not show it
        }
        all.sort(Comparator.comparing(BinfmtEmulator::processor)
                .thenComparing(emulator -> emulator.obstacle().isPresent())
                .thenComparing(BinfmtEmulator::interpreter));
        return all;
    }

    /** One entry of the registry; empty if it is for something else than another processor's programs. */
    static Optional<BinfmtEmulator> parse(String entry) {
        Map<String, String> values = new HashMap<>();
        entry.lines().forEach(line -> {
            int space = line.indexOf(' ');
            values.put(space < 0 ? line : line.substring(0, space), space < 0 ? "" : line.substring(space + 1).strip());
        });
        String magic = values.getOrDefault("magic", "");
        String mask = values.getOrDefault("mask", "ff".repeat(HEADER));
        String interpreter = values.getOrDefault("interpreter", "");
        if (!magic.startsWith(ELF) || magic.length() < 2 * HEADER || mask.length() < 2 * HEADER
                || !isCompared(MACHINE, magic, mask) || !isCompared(MACHINE + 1, magic, mask)
                || !values.getOrDefault("offset", "").equals("0") || interpreter.isEmpty()) {
            return Optional.empty();
        }
        byte[] header;
        try {
            header = HexFormat.of().parseHex(magic, 0, 2 * HEADER);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        boolean big = header[5] == 2;
        int machine = Byte.toUnsignedInt(header[big ? MACHINE : MACHINE + 1]) << 8
                | Byte.toUnsignedInt(header[big ? MACHINE + 1 : MACHINE]);
        String processor = ElfFile.platform(header[4] == 1 ? 32 : 64,
                big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, machine).processor();
        return processor.startsWith("elf")
                ? Optional.empty()
                : Optional.of(new BinfmtEmulator(processor, Path.of(interpreter), values.containsKey("enabled"),
                        values.getOrDefault("flags:", "").contains("F")));
    }

    /** One that is zero, as the upper half of all that we have names for, need not be: ppc64le's is registered so. */
    private static boolean isCompared(int at, String magic, String mask) {
        return mask.startsWith("ff", 2 * at) || magic.startsWith("00", 2 * at);
    }

    /** Why it cannot run what is in a sandbox; empty if it can. */
    public Optional<String> obstacle() {
        if (!enabled) {
            return Optional.of(interpreter + " is registered and disabled");
        }
        if (!fixed) {
            return Optional.of(interpreter + " is registered without the flag F, so a sandbox does not contain it");
        }
        try {
            return ElfFile.read(interpreter).map(ElfFile::interpreter).isPresent()
                    ? Optional.of(interpreter + " is linked dynamically, and a sandbox has not its libraries")
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty(); // a container sees what its host has registered, and not the file
        }
    }
}
