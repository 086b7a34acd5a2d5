package dev.floe.node.top.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalProvider;
import org.jline.utils.NonBlockingReader;

/**
 * The terminal of this process, by way of JLine. Its capabilities are not asked: what is written are sequences of
 * ECMA-48 that all terminals know.
 */
public final class JlineTty implements CursorTerminal {
    private static final String PROVIDER = "ffm";
    private static final long LONG_MILLIS = 60_000;

    private final Terminal terminal;
    private final Attributes original;
    // Not JLine's stream: when the process is told to end, JLine closes that while the screen is still given back.
    private final OutputStream output = new FileOutputStream(FileDescriptor.out);

    private JlineTty(Terminal terminal) {
        this.terminal = terminal;
        original = terminal.getAttributes();
    }

    public static CursorTerminal open(SignalHandler signals) throws IOException {
        // The type is fixed, because JLine runs a program of ncurses for those that it does not know.
        Terminal terminal = TerminalBuilder.builder().system(true).dumb(false).provider(PROVIDER).type("xterm")
                .encoding(StandardCharsets.UTF_8).nativeSignals(true).graphemeCluster(false)
                .signalHandler(Terminal.SignalHandler.SIG_IGN).build();
        JlineTty tty = new JlineTty(terminal);
        terminal.handle(Terminal.Signal.WINCH, _ -> signals.accept(Signal.RESIZED));
        terminal.handle(Terminal.Signal.INT, _ -> signals.accept(Signal.INTERRUPTED));
        terminal.handle(Terminal.Signal.TSTP, _ -> signals.accept(Signal.SUSPENDED));
        terminal.handle(Terminal.Signal.CONT, _ -> signals.accept(Signal.CONTINUED));
        return tty;
    }

    /** Loads what {@link #open} needs, which takes a good part of the time to the first frame. */
    public static void load() throws IOException {
        TerminalProvider.load(PROVIDER).isSystemStream(SystemStream.Output);
    }

    @Override
    public Size size() {
        return Size.bounded(terminal.getHeight(), terminal.getWidth());
    }

    @Override
    public void enterRawMode() {
        terminal.enterRawMode();
    }

    @Override
    public void leaveRawMode() {
        terminal.setAttributes(original);
    }

    @Override
    public void write(String text) throws IOException {
        output.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public KeyDecoder.Characters characters() {
        NonBlockingReader reader = terminal.reader();
        return millis -> {
            // Without a time JLine reads under a lock that its close() needs.
            int character = reader.read(millis == 0 ? LONG_MILLIS : millis);
            while (millis == 0 && character == NonBlockingReader.READ_EXPIRED) {
                character = reader.read(LONG_MILLIS);
            }
            return switch (character) {
                case NonBlockingReader.READ_EXPIRED -> KeyDecoder.NOTHING;
                case NonBlockingReader.EOF -> KeyDecoder.CLOSED;
                default -> character;
            };
        };
    }

    @Override
    public void close() {
        try {
            terminal.close();
        } catch (IOException _) {
            // the terminal is gone, and nobody sees how it was left
        }
    }
}
