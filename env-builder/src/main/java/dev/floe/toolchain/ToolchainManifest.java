package dev.floe.toolchain;

import java.util.ArrayList;
import java.util.List;

import dev.floe.store.Digest;

/** A toolchain as canonical text: a line a fact, words of a line separated by tabs. */
final class ToolchainManifest {
    private static final String FIRST_LINE = "floe-toolchain\t1";
    private static final int HEAD_LINES = 5;

    private ToolchainManifest() {}

    static String write(ToolchainFamily family, String version, Platform host, String target,
            List<ToolchainEntry> entries) {
        StringBuilder text = new StringBuilder(entries.size() * 150);
        text.append(FIRST_LINE).append('\n');
        text.append("family\t").append(family.text()).append('\n');
        text.append("version\t").append(version).append('\n');
        text.append("host\t").append(host).append('\n');
        text.append("target\t").append(target).append('\n');
        for (ToolchainEntry entry : entries) {
            switch (entry) {
                case ToolchainEntry.DirectoryEntry dir -> text.append("dir\t").append(dir.path());
                case ToolchainEntry.LinkEntry link ->
                    text.append("link\t").append(link.path()).append('\t').append(link.target());
                case ToolchainEntry.FileEntry file -> text.append("file\t").append(file.path()).append('\t')
                        .append(Integer.toOctalString(file.mode())).append('\t').append(file.digest());
            }
            text.append('\n');
        }
        return text.toString();
    }

    static Toolchain read(String text) {
        List<String> lines = List.of(text.split("\n", -1));
        if (lines.size() <= HEAD_LINES || !lines.getFirst().equals(FIRST_LINE) || !lines.getLast().isEmpty()) {
            throw new IllegalArgumentException("not a toolchain manifest of a version that this node knows");
        }
        List<ToolchainEntry> entries = new ArrayList<>();
        for (String line : lines.subList(HEAD_LINES, lines.size() - 1)) {
            entries.add(entry(line));
        }
        Toolchain read = Toolchain.of(ToolchainFamily.parse(head(lines.get(1), "family")),
                head(lines.get(2), "version"),
                Platform.parse(head(lines.get(3), "host")), head(lines.get(4), "target"), entries);
        if (!read.manifest().equals(text)) {
            throw new IllegalArgumentException("the toolchain manifest is not in canonical form");
        }
        return read;
    }

    private static String head(String line, String key) {
        if (!line.startsWith(key + "\t")) {
            throw new IllegalArgumentException("the toolchain manifest lacks its " + key);
        }
        return line.substring(key.length() + 1);
    }

    private static ToolchainEntry entry(String line) {
        String[] words = line.split("\t", -1);
        if (words[0].equals("dir") && words.length == 2) {
            return new ToolchainEntry.DirectoryEntry(words[1]);
        }
        if (words[0].equals("link") && words.length == 3) {
            return new ToolchainEntry.LinkEntry(words[1], words[2]);
        }
        if (words[0].equals("file") && words.length == 4) {
            return new ToolchainEntry.FileEntry(words[1], Integer.parseInt(words[2], 8), Digest.parse(words[3]));
        }
        throw new IllegalArgumentException("bad line in the toolchain manifest: " + line);
    }
}
