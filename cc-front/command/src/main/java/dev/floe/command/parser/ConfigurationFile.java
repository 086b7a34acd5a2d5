package dev.floe.command.parser;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.options.ResponseFileExpander;

/**
 * The words of a configuration file of clang. A line that begins with {@code #} is a comment, a backslash continues a
 * line, {@code <CFGDIR>} is the file's directory, and {@code @file} names another one, from that directory.
 */
final class ConfigurationFile {
    private static final int MAX_FILES = 20;
    private static final long MAX_BYTES = 1 << 20;
    private static final String OWN_DIRECTORY = "<CFGDIR>";

    private final HostAccess machine;
    private final List<Path> files = new ArrayList<>();
    private final List<String> words = new ArrayList<>();

    private ConfigurationFile(HostAccess machine) {
        this.machine = machine;
    }

    /** Reads a file and those that it names; empty if one cannot be read, or there are too many. */
    static Optional<ConfigurationFile> read(Path file, HostAccess machine) throws IOException {
        ConfigurationFile all = new ConfigurationFile(machine);
        return all.add(file) ? Optional.of(all) : Optional.empty();
    }

    /** The files, the outermost first. */
    List<Path> files() {
        return files;
    }

    List<String> words() {
        return words;
    }

    private boolean add(Path file) throws IOException {
        Optional<FileStat> stat = machine.lstat(file);
        if (files.size() >= MAX_FILES || stat.isEmpty() || stat.get().kind() != FileStat.FileKind.REGULAR
                || stat.get().size() > MAX_BYTES) {
            return false;
        }
        files.add(file);
        Path directory = file.getParent();
        for (String word : split(new String(machine.read(file, MAX_BYTES), UTF_8))) {
            String whole = word.replace(OWN_DIRECTORY, String.valueOf(directory));
            if (!whole.startsWith("@") || whole.length() == 1) {
                words.add(whole);
            } else if (directory == null || !add(directory.resolve(whole.substring(1)))) {
                return false;
            }
        }
        return true;
    }

    private static List<String> split(String text) {
        StringBuilder lines = new StringBuilder();
        text.replaceAll("\\\\\r?\n", " ").lines().filter(line -> !line.stripLeading().startsWith("#"))
                .forEach(line -> lines.append(line).append('\n'));
        return ResponseFileExpander.split(lines.toString());
    }
}
