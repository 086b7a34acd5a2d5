package dev.floe.node.submitter.context;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.floe.command.CompileCommand;
import dev.floe.command.inputs.InputSet;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.WireOutput;
import dev.floe.node.rpc.stream.WireDigests;
import dev.floe.node.submitter.wrapper.LinkResolver;

/**
 * The files that an executor or a cached result may give: those that the command makes. A peer is not trusted to choose
 * names, sizes or modes. A result with one wrong file is refused as a whole, before a byte of it is written.
 */
public final class OutputAllowlist {
    /** What an executor's limits leave to a job (Limits). */
    private static final int MAX_FILES = 10_000;
    private static final long MAX_FILE_BYTES = 2L << 30;
    private static final long MAX_BYTES = 4L << 30;
    private static final int READ_AND_WRITE = 0666;
    private static final int OWNERS = 0600;
    private static final int MAX_SHOWN = 200;
    private static final int MAX_EXIT = 255;

    private final Set<String> directories = new HashSet<>();
    private final InputSet inputs;
    private final Set<String> files = new HashSet<>();
    private final Map<String, List<Pattern>> patterns = new HashMap<>();
    private final Set<String> primary = new HashSet<>();
    private final @Nullable Path certain;
    private final int umask;

    /** A file as a peer announces it. */
    public record Announced(String path, int mode, long size) {}

    public OutputAllowlist(CompileCommand command, InputSet known, LinkResolver real) {
        command.outputDirectories().forEach(directory -> directories.add(real.of(directory).toString()));
        inputs = known;
        command.outputNames().files().forEach(file -> add(file, real, files));
        command.outputNames().patterns()
                .forEach((directory, names) -> patterns.put(real.of(directory).toString(), names));
        certain = command.outputNames().certain() ? command.primaryOutput() : null;
        if (certain != null) {
            add(certain, real, primary);
        }
        umask = command.invocation().umask();
    }

    /**
     * A file stands where its directory really is. One that is a link is replaced or written through; compilers differ.
     */
    private static void add(Path file, LinkResolver real, Set<String> to) {
        Path directory = file.getParent();
        if (directory != null) {
            to.add(real.of(directory).resolve(file.getFileName()).toString());
            to.add(real.of(file).toString());
        }
    }

    /** @throws IOException if an outcome cannot be true; says why */
    public void check(JobResult outcome) throws IOException {
        if (outcome.exit() < 0 || outcome.exit() > MAX_EXIT) {
            throw new IOException("the executor reports exit " + outcome.exit());
        }
        if (outcome.exit() != 0) {
            return;
        }
        Optional<String> flaw = flaw(outcome.files().stream()
                .map(file -> new Announced(file.path(), file.mode(), file.size())).toList());
        if (flaw.isPresent()) {
            throw new IOException("the executor returns " + flaw.get());
        }
        for (WireOutput file : outcome.files()) {
            if (file.hash().length > 0) {
                WireDigests.of(file.hash(), file.size());
            }
        }
    }

    /** Why the command cannot have made these files and ended with 0, with the file at fault; empty if it can. */
    public Optional<String> flaw(List<Announced> announced) {
        if (announced.size() > MAX_FILES) {
            return Optional.of(announced.size() + " files");
        }
        Set<String> seen = new HashSet<>();
        long left = MAX_BYTES;
        for (Announced file : announced) {
            if (!isNamed(file.path())) {
                return Optional.of(shown(file.path()) + ", which this command would not make");
            }
            if (!seen.add(file.path())) {
                return Optional.of(shown(file.path()) + " twice");
            }
            if (file.size() < 0 || file.size() > MAX_FILE_BYTES || file.size() > left) {
                return Optional.of(shown(file.path()) + " of " + file.size() + " bytes");
            }
            left -= file.size();
            if (!isUsual(file.mode())) {
                return Optional.of(shown(file.path()) + " with mode " + Integer.toOctalString(file.mode())
                        + " under umask " + Integer.toOctalString(umask));
            }
        }
        return certain == null || seen.stream().anyMatch(primary::contains)
                ? Optional.empty()
                : Optional.of("no " + certain);
    }

    private boolean isNamed(String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 0 || isInput(path)) {
            return false;
        }
        String directory = slash == 0 ? "/" : path.substring(0, slash);
        return directories.contains(directory) && (files.contains(path) || patterns.getOrDefault(directory, List.of())
                .stream().anyMatch(pattern -> pattern.matcher(path.substring(slash + 1)).matches()));
    }

    private boolean isInput(String path) {
        try {
            return inputs.find(Path.of(path)).isPresent();
        } catch (InvalidPathException _) {
            return true; // nothing here can have this name
        }
    }

    /** Whether a compiler gives a new file this mode: it can be read and written, and nothing else. */
    private boolean isUsual(int mode) {
        int most = READ_AND_WRITE & ~umask;
        return (mode & ~most) == 0 && (mode & OWNERS) == (most & OWNERS);
    }

    /** What a peer sent, for a line of a log. */
    public static String shown(String text) {
        String start = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
        return start.replaceAll("\\p{Cntrl}", "?");
    }
}
