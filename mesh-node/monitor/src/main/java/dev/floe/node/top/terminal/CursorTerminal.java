package dev.floe.node.top.terminal;

import java.io.IOException;

/** A terminal that can move its cursor. */
public interface CursorTerminal extends AutoCloseable {
    /** What it reports outside of its characters. */
    enum Signal {
        RESIZED, INTERRUPTED, SUSPENDED, CONTINUED
    }

    /** Takes signals, on any thread. */
    interface SignalHandler {
        void accept(Signal signal);
    }

    /** Opens the terminal of this process. */
    interface Opener {
        CursorTerminal open(SignalHandler signals) throws IOException;
    }

    /** Rows and columns. */
    record Size(int rows, int columns) {
        private static final int MAX_ROWS = 500;
        private static final int MAX_COLUMNS = 1000;
        private static final Size DEFAULT = new Size(24, 80);

        /** A size that can be drawn; terminals that do not know theirs report zeros. */
        public static Size bounded(int rows, int columns) {
            return rows <= 0 || columns <= 0
                    ? DEFAULT
                    : new Size(Math.min(rows, MAX_ROWS), Math.min(columns, MAX_COLUMNS));
        }
    }

    Size size();

    /** No echo, no lines: each key at once. */
    void enterRawMode();

    /** The mode that it had before. */
    void leaveRawMode();

    void write(String text) throws IOException;

    KeyDecoder.Characters characters();

    @Override
    void close();
}
