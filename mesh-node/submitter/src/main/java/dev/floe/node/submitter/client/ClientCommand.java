package dev.floe.node.submitter.client;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.floe.node.submitter.wrapper.WrapperFrame;
import dev.floe.node.submitter.wrapper.WrapperProtocolException;

/**
 * A command line and what its output depends on.
 *
 * @param words       what follows the program's name; bytes that are not UTF-8 are replacement characters, as in Java's
 *                    own command lines
 * @param directory   the caller's working directory, for paths that the command passes on; empty if it is gone
 * @param environment the caller's variables of {@code docs/wrapper-protocol.md}, no others
 * @param terminal    whether the caller's standard input and output both are a terminal
 */
public record ClientCommand(List<String> words, String directory, Map<String, String> environment, boolean terminal) {
    /** A client starts Java for longer command lines. */
    static final int MAX_PAYLOAD_BYTES = 256 << 10;
    static final int VERSION = 1;

    private static final int MAGIC = 0x464c4f45;
    private static final int STDOUT_IS_TERMINAL = 1;
    private static final int STDIN_IS_TERMINAL = 4;

    public ClientCommand {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
    }

    /** @return empty for a client of another version of the protocol */
    static Optional<ClientCommand> read(WrapperFrame frame) throws WrapperProtocolException {
        if (frame.payload().remaining() > MAX_PAYLOAD_BYTES) {
            throw new WrapperProtocolException("a command line of " + frame.payload().remaining() + " bytes");
        }
        WrapperFrame.Reader in = new WrapperFrame.Reader(frame);
        if (in.u32() != MAGIC) {
            throw new WrapperProtocolException("this is no floe");
        }
        if (in.u16() != VERSION) {
            return Optional.empty();
        }
        int flags = in.u16();
        in.u16(); // columns and
        in.u16(); // rows of the terminal: help has 80 columns on each
        in.bytes(); // the client's release, for later versions
        String directory = text(in.bytes());
        List<String> words = in.list().stream().map(ClientCommand::text).toList();
        Map<String, String> environment = new HashMap<>();
        for (byte[] entry : in.list()) {
            String variable = text(entry);
            int equals = variable.indexOf('=');
            if (equals > 0) {
                environment.putIfAbsent(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        int terminals = STDOUT_IS_TERMINAL | STDIN_IS_TERMINAL;
        return Optional.of(new ClientCommand(words, directory, environment, (flags & terminals) == terminals));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
