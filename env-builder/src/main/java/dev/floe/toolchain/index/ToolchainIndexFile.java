package dev.floe.toolchain.index;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.floe.store.FileStamp;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.ToolchainId;

/** The file of a {@link ToolchainIndex}: a line a fact, words separated by tabs, paths last on their line. */
final class ToolchainIndexFile {
    private static final String NAME = "floe-toolchain-index\t";
    private static final String FIRST_LINE = NAME + "1";
    private static final String LAST_LINE = "end";

    private ToolchainIndexFile() {}

    static String write(List<ToolchainIndex.RememberedToolchain> all) {
        StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
        for (ToolchainIndex.RememberedToolchain one : all) {
            ToolchainIndex.KnownToolchain known = one.known();
            line(text, "toolchain", known.id(), known.family().text(), known.version(), known.host(), known.target());
            one.drivers().forEach(driver -> line(text, "driver", driver));
            known.programs().forEach((name, path) -> line(text, "program", name, path));
            one.stamps().forEach((path, s) -> line(text, "stamp", s.dev(), s.ino(), s.size(), s.mtimeNanos(),
                    s.ctimeNanos(), s.mode(), path));
            one.absent().forEach(path -> line(text, "absent", path));
        }
        return text.append(LAST_LINE).append('\n').toString();
    }

    /** Whether this is an index in a version of another release, which {@link #read} refuses. */
    static boolean isOfOtherVersion(String text) {
        return text.startsWith(NAME) && !text.startsWith(FIRST_LINE + "\n");
    }

    /** @throws IllegalArgumentException if the text is not one that {@link #write} gives */
    static List<ToolchainIndex.RememberedToolchain> read(String text) {
        List<String> lines = text.lines().toList();
        if (lines.size() < 2 || !lines.getFirst().equals(FIRST_LINE) || !lines.getLast().equals(LAST_LINE)) {
            throw new IllegalArgumentException("not an index of toolchains");
        }
        List<ToolchainIndex.RememberedToolchain> all = new ArrayList<>();
        List<String[]> block = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            if ((line.startsWith("toolchain\t") || line.equals(LAST_LINE)) && !block.isEmpty()) {
                all.add(remembered(block));
                block.clear();
            }
            block.add(line.split("\t", -1));
        }
        return all;
    }

    private static ToolchainIndex.RememberedToolchain remembered(List<String[]> block) {
        List<Path> drivers = new ArrayList<>();
        Map<String, Path> programs = new HashMap<>();
        Map<Path, FileStamp> stamps = new HashMap<>();
        Set<Path> absent = new HashSet<>();
        String[] head = words(block.getFirst(), "toolchain", 6);
        for (String[] words : block.subList(1, block.size())) {
            switch (words[0]) {
                case "driver" -> drivers.add(Path.of(words(words, "driver", 2)[1]));
                case "program" -> programs.put(words(words, "program", 3)[1], Path.of(words[2]));
                case "stamp" -> stamps.put(Path.of(words(words, "stamp", 8)[7]), stamp(words));
                case "absent" -> absent.add(Path.of(words(words, "absent", 2)[1]));
                default -> throw new IllegalArgumentException("unknown line: " + words[0]);
            }
        }
        ToolchainIndex.KnownToolchain known = new ToolchainIndex.KnownToolchain(new ToolchainId(head[1]),
                ToolchainFamily.parse(head[2]), head[3],
                Platform.parse(head[4]), head[5], programs);
        return new ToolchainIndex.RememberedToolchain(known, drivers, stamps, absent);
    }

    private static FileStamp stamp(String[] words) {
        return new FileStamp(Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]),
                Long.parseLong(words[4]), Long.parseLong(words[5]), Integer.parseInt(words[6]));
    }

    private static String[] words(String[] words, String first, int count) {
        if (words.length != count || !words[0].equals(first)) {
            throw new IllegalArgumentException("expected " + first + " and " + (count - 1) + " words");
        }
        return words;
    }

    private static void line(StringBuilder text, Object... words) {
        for (int i = 0; i < words.length; i++) {
            text.append(i == 0 ? "" : "\t").append(words[i]);
        }
        text.append('\n');
    }
}
