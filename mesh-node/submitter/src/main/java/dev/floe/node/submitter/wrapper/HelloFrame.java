package dev.floe.node.submitter.wrapper;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import dev.floe.command.Invocation;
import dev.floe.command.Invocation.Terminal;
import dev.floe.node.builds.BuildGroups;

/**
 * The first frame of a wrapper.
 *
 * @param session    which session the wrapper belongs to; two of one number differ by the start of their leader; empty
 *                   for a wrapper of the last release, which does not tell it
 * @param invocation the call; empty if its working directory is gone or a word of it is not UTF-8, so that only the
 *                   wrapper can run it
 * @param view       which file system the wrapper sees; see {@link dev.floe.node.submitter.wrapper.host.FileSystemView}
 * @param bounded    whether the user has bounded the memory of the command ({@code ulimit -v}), as no peer does
 * @param wantsJson  whether an explanation is for a program
 * @param program    base name of the compiler, for records
 */
public record HelloFrame(Mode mode, String wantedNode, String session, String view, String directory,
        Optional<Invocation> invocation, boolean bounded, boolean wantsJson, String program, List<String> argv) {
    private static final int MAGIC = 0x464c4f45;
    private static final int VERSION = 4;
    /** That of the wrapper of release 0.1.0, which tells neither its session nor the bound of its memory. */
    private static final int OLDEST_VERSION = 3;
    private static final int STDERR_IS_TERMINAL = 2;
    private static final int STDIN_IS_TERMINAL = 4;
    private static final int MEMORY_IS_BOUNDED = 8;
    private static final byte[] JSON = Utf8Strings.bytes("FLOE_EXPLAIN=json");

    /** What the user asks for with FLOE_MODE. */
    public enum Mode {
        AUTO, LOCAL, REMOTE, EXPLAIN
    }

    public static HelloFrame read(WrapperFrame frame) throws WrapperProtocolException {
        WrapperFrame.Reader in = new WrapperFrame.Reader(frame);
        if (in.u32() != MAGIC) {
            throw new WrapperProtocolException("this is no floe-cc");
        }
        int version = in.u16();
        if (version < OLDEST_VERSION || version > VERSION) {
            throw new WrapperProtocolException("floe-cc speaks version " + version + " of its protocol, this node "
                    + OLDEST_VERSION + " and " + VERSION + "; install both from one release");
        }
        int flags = in.u16();
        Terminal size = new Terminal((flags & STDIN_IS_TERMINAL) != 0, in.u16(), in.u16());
        int umask = in.u32();
        String session = version == OLDEST_VERSION
                ? ""
                : Integer.toUnsignedString(in.u32()) + " " + Long.toUnsignedString(in.u64());
        Mode mode = mode(in.bytes());
        String wanted = Utf8Strings.text(in.bytes()).orElse("");
        byte[] compiler = in.bytes();
        byte[] cwd = in.bytes();
        String view = Utf8Strings.text(in.bytes()).orElse("");
        List<byte[]> argv = in.list();
        List<byte[]> environment = in.list();
        List<String> shown = new ArrayList<>(argv.size());
        argv.forEach(word -> shown.add(new String(word, StandardCharsets.UTF_8)));
        String program = new String(compiler, StandardCharsets.UTF_8);
        return new HelloFrame(mode, wanted, session, view, new String(cwd, StandardCharsets.UTF_8),
                invocation(compiler, cwd, argv, environment, umask,
                        (flags & STDERR_IS_TERMINAL) != 0 ? Optional.of(size) : Optional.empty()),
                (flags & MEMORY_IS_BOUNDED) != 0,
                environment.stream().anyMatch(variable -> Arrays.equals(variable, JSON)),
                program.substring(program.lastIndexOf('/') + 1),
                List.copyOf(shown));
    }

    /** Why there is no {@link #invocation}. */
    public String missingInvocation() {
        return directory.isEmpty() ? "the working directory is gone" : "an argument or path is not UTF-8";
    }

    /** The turn of the local command below which the wrapper was called, if it may be waiting for this one. */
    public Optional<String> parentSlotId() {
        return invocation.map(call -> call.environment().get("FLOE_TURN"));
    }

    /**
     * Where the command comes from, for the build that it belongs to.
     *
     * @param readHere whether the node sees the files that the wrapper sees
     */
    public BuildGroups.Origin origin(String user, boolean readHere) {
        Map<String, String> variables = invocation.map(Invocation::environment).orElse(Map.of());
        return new BuildGroups.Origin(variables.getOrDefault("FLOE_BUILD", ""), user + " " + view + " " + session,
                readHere, absolute(directory).orElse(Path.of("/")),
                absolute(variables.getOrDefault("HOME", "")));
    }

    private static Optional<Path> absolute(String text) {
        try {
            return Optional.of(Path.of(text)).filter(Path::isAbsolute).map(Path::normalize);
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }

    private static Mode mode(byte[] name) throws WrapperProtocolException {
        String text = Utf8Strings.text(name).orElse("");
        try {
            return Mode.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new WrapperProtocolException("no mode: " + text);
        }
    }

    private static Optional<Invocation> invocation(byte[] compiler, byte[] cwd, List<byte[]> argv,
            List<byte[]> environment,
            int umask, Optional<Terminal> terminal) {
        List<String> words = new ArrayList<>(argv.size());
        for (byte[] word : argv) {
            Optional<String> text = Utf8Strings.text(word);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            words.add(text.get());
        }
        Map<String, String> variables = new LinkedHashMap<>();
        for (byte[] variable : environment) {
            Optional<String> text = Utf8Strings.text(variable);
            if (text.isPresent()) {
                int equals = text.get().indexOf('=');
                if (equals > 0) {
                    variables.putIfAbsent(text.get().substring(0, equals), text.get().substring(equals + 1));
                }
            }
        }
        try {
            Path program = Path.of(Utf8Strings.text(compiler).orElse(""));
            Path directory = Path.of(Utf8Strings.text(cwd).orElse(""));
            return words.isEmpty() || !program.isAbsolute() || !directory.isAbsolute()
                    ? Optional.empty()
                    : Optional.of(new Invocation(words, program, directory, variables, umask, terminal));
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }
}
