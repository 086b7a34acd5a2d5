package dev.floe.command.parser;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.LocalReason;
import dev.floe.command.OutputNames;

/** Gathers what a command says of the files that it writes: which, in which directories, and what they are called. */
final class OutputPathCollector {
    private static final List<String> SCRATCH_VARIABLES = List.of("TMPDIR", "TMP", "TEMP", "TEMPDIR");
    private static final String SCRATCH = "/tmp";
    /** As an output it is none: what is written there is the same on every machine. */
    private static final String NOWHERE = "/dev/null";

    private final Path cwd;
    private final List<Path> files = new ArrayList<>();
    private final List<Path> appended = new ArrayList<>();
    private final Set<Path> directories = new LinkedHashSet<>();
    private final AuxiliaryNames auxiliary;
    private OutputNames names = new OutputNames(Set.of(), Map.of(), false);
    private @Nullable String main;
    private @Nullable Path primary;

    OutputPathCollector(Path cwd) {
        this.cwd = cwd;
        this.auxiliary = new AuxiliaryNames(cwd);
        directories.add(cwd);
    }

    /** The value of {@code -o}; the last one counts. */
    void main(String value) {
        main = value;
    }

    boolean isStandardOutput() {
        return "-".equals(main);
    }

    void further(String value) {
        if (!value.equals("-") && !value.equals(NOWHERE)) {
            Path file = cwd.resolve(value);
            files.add(file);
            directories.add(parent(file));
        }
    }

    /** The compiler adds to this file if it is there. */
    void appended(String value) {
        appended.add(cwd.resolve(value));
    }

    /** What options make beside the output. */
    AuxiliaryNames auxiliary() {
        return auxiliary;
    }

    /** Names of further outputs begin so. */
    void prefix(String option, String value) {
        directories.add(parent(cwd.resolve(value + "x")));
        if (option.endsWith("dumpdir")) {
            auxiliary.directory(value);
        } else {
            auxiliary.base(value);
        }
    }

    void directory(String value, boolean ofFragments) {
        directories.add(cwd.resolve(value));
        if (ofFragments) {
            auxiliary.fragments(cwd.resolve(value));
        }
    }

    /**
     * Completes all, once the command is known.
     *
     * @param suffix  of the object's name where {@code -o} gives none; empty if the command makes none
     * @param certain whether the object is there whenever the command ends with 0
     */
    void settle(String source, String suffix, boolean certain, Map<String, String> environment) {
        if (!suffix.isEmpty() && !NOWHERE.equals(main)) {
            primary = cwd.resolve(main != null ? main : stem(cwd.resolve(source)) + suffix);
            files.addFirst(primary);
            directories.add(parent(primary));
        } else if (main != null && !main.equals(NOWHERE)) {
            directories.add(parent(cwd.resolve(main)));
        }
        names = auxiliary.names(source, NOWHERE.equals(main) ? null : main, primary, files, certain);
        for (String variable : SCRATCH_VARIABLES) {
            Path directory = cwd.resolve(environment.getOrDefault(variable, SCRATCH)).normalize();
            if (!directory.equals(Path.of(SCRATCH))) {
                directories.add(directory);
            }
        }
    }

    /**
     * Why the outputs cannot be a peer's: one is where a peer's sandbox cannot write, or is there and no regular file,
     * or is added to.
     */
    Optional<LocalReason> unfit(HostAccess machine) throws IOException {
        for (Path path : files) {
            Optional<FileStat> there = machine.lstat(path);
            if (there.isPresent() && there.get().kind() != FileStat.FileKind.REGULAR) {
                return Optional.of(new LocalReason(LocalReason.ReasonCode.OUTPUT_KIND, path.toString()));
            }
            if (!SandboxPaths.canHave(path) || !SandboxPaths.canWrite(parent(path))) {
                return Optional.of(new LocalReason(LocalReason.ReasonCode.SANDBOX_PATH, path.toString()));
            }
        }
        if (primary != null && name(primary).endsWith(".d")) {
            return Optional.of(new LocalReason(LocalReason.ReasonCode.OUTPUT_KIND,
                    primary + " may be the list of dependencies too"));
        }
        for (Path path : appended) {
            if (machine.lstat(path).isPresent()) {
                return Optional.of(new LocalReason(LocalReason.ReasonCode.OUTPUT_APPENDED, path.toString()));
            }
        }
        return Optional.empty();
    }

    /** The object or assembly; null if the command makes none. */
    @Nullable
    Path primary() {
        return primary;
    }

    Set<Path> directories() {
        return directories;
    }

    OutputNames names() {
        return names;
    }

    private static String stem(Path file) {
        String name = name(file);
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }
}
