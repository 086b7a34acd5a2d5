package dev.floe.node.submit;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import dev.floe.front.Invocation;
import dev.floe.front.Invocation.Terminal;

/**
 * What a wrapper says first.
 *
 * @param invocation the call; empty if its working directory is gone or a word of it is not UTF-8, so that only the wrapper can run it
 * @param view       which file system the wrapper sees; see {@link FileView}
 * @param bounded    whether the user has bounded the memory of the command ({@code ulimit -v}), as no peer does
 * @param program    base name of the compiler, for records
 */
record Hello(Mode mode, String wantedNode, String view, String directory, Optional<Invocation> invocation,
        boolean bounded, String program, List<String> argv) {
    private static final int MAGIC = 0x464c4f45;
    private static final int VERSION = 3;
    private static final int STDERR_IS_TERMINAL = 2;
    private static final int STDIN_IS_TERMINAL = 4;
    private static final int MEMORY_IS_BOUNDED = 8;
    private static final int MAX_BUILD = 100;

    /** What the user asks for with FLOE_MODE. */
    enum Mode {
        AUTO, LOCAL, REMOTE, EXPLAIN
    }

    static Hello read(Frame frame) throws ProtocolException {
        Frame.Reader in = new Frame.Reader(frame);
        if (in.u32() != MAGIC) {
            throw new ProtocolException("this is no floe-cc");
        }
        int version = in.u16();
        if (version != VERSION) {
            throw new ProtocolException(
                    "floe-cc speaks version " + version + ", this node " + VERSION + "; install both from one release");
        }
        int flags = in.u16();
        Terminal size = new Terminal((flags & STDIN_IS_TERMINAL) != 0, in.u16(), in.u16());
        int umask = in.u32();
        Mode mode = mode(in.bytes());
        String wanted = Names.text(in.bytes()).orElse("");
        byte[] compiler = in.bytes();
        byte[] cwd = in.bytes();
        String view = Names.text(in.bytes()).orElse("");
        List<byte[]> argv = in.list();
        List<byte[]> environment = in.list();
        List<String> shown = new ArrayList<>(argv.size());
        argv.forEach(word -> shown.add(new String(word, java.nio.charset.StandardCharsets.UTF_8)));
        String program = new String(compiler, java.nio.charset.StandardCharsets.UTF_8);
        return new Hello(mode, wanted, view, new String(cwd, java.nio.charset.StandardCharsets.UTF_8),
                invocation(compiler, cwd, argv, environment, umask,
                        (flags & STDERR_IS_TERMINAL) != 0 ? Optional.of(size) : Optional.empty()),
                (flags & MEMORY_IS_BOUNDED) != 0, program.substring(program.lastIndexOf('/') + 1),
                List.copyOf(shown));
    }

    /** The turn of the local command below which the wrapper was called, if it may be waiting for this one. */
    Optional<String> turnAbove() {
        return invocation.map(call -> call.environment().get("FLOE_TURN"));
    }

    /** The build that the command belongs to, as FLOE_BUILD says; empty if it does not. */
    String build() {
        String named = invocation.map(call -> call.environment().getOrDefault("FLOE_BUILD", "")).orElse("");
        return named.length() <= MAX_BUILD ? named : named.substring(0, MAX_BUILD);
    }

    private static Mode mode(byte[] name) throws ProtocolException {
        String text = Names.text(name).orElse("");
        try {
            return Mode.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("no mode: " + text);
        }
    }

    private static Optional<Invocation> invocation(byte[] compiler, byte[] cwd, List<byte[]> argv,
            List<byte[]> environment,
            int umask, Optional<Terminal> terminal) {
        List<String> words = new ArrayList<>(argv.size());
        for (byte[] word : argv) {
            Optional<String> text = Names.text(word);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            words.add(text.get());
        }
        Map<String, String> variables = new LinkedHashMap<>();
        for (byte[] variable : environment) {
            Optional<String> text = Names.text(variable);
            if (text.isPresent()) {
                int equals = text.get().indexOf('=');
                if (equals > 0) {
                    variables.putIfAbsent(text.get().substring(0, equals), text.get().substring(equals + 1));
                }
            }
        }
        try {
            Path program = Path.of(Names.text(compiler).orElse(""));
            Path directory = Path.of(Names.text(cwd).orElse(""));
            return words.isEmpty() || !program.isAbsolute() || !directory.isAbsolute()
                    ? Optional.empty()
                    : Optional.of(new Invocation(words, program, directory, variables, umask, terminal));
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }
}
