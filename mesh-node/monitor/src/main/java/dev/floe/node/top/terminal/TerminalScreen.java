package dev.floe.node.top.terminal;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * The alternate screen of a terminal. However the program ends, {@link #leave} gives the terminal back as it was.
 * Thread-safe.
 */
public final class TerminalScreen {
    private static final String ENTER = "\033[?1049h\033[?25l\033[?7l";
    private static final String LEAVE = "\033[m\033[?7h\033[?25h\033[?1049l";
    private static final long PATIENCE_MILLIS = 1000;

    private final CursorTerminal tty;
    private final boolean colours;
    private final ReentrantLock lock = new ReentrantLock(); // guards all below, and what is written
    private @Nullable ScreenFrame shown;
    private boolean entered;
    private boolean over;

    public TerminalScreen(CursorTerminal tty, boolean colours) {
        this.tty = tty;
        this.colours = colours;
    }

    /** Does nothing after {@link #end}. */
    public void enter() throws IOException {
        lock.lock();
        try {
            if (!entered && !over) {
                entered = true;
                shown = null;
                tty.enterRawMode();
                tty.write(ENTER);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Shows a frame; nothing if the screen has been left. */
    public void draw(ScreenFrame frame) throws IOException {
        lock.lock();
        try {
            if (entered) {
                String change = FrameDiff.of(shown, frame, colours);
                if (!change.isEmpty()) {
                    tty.write(change);
                }
                shown = frame;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next frame is drawn in full. */
    public void forget() {
        lock.lock();
        try {
            shown = null;
        } finally {
            lock.unlock();
        }
    }

    /** Gives the terminal back; it can be entered again. */
    public void leave() {
        leave(false);
    }

    /**
     * Gives the terminal back for good. Waits only for a while for a terminal that takes no characters, for example
     * because of Ctrl-S.
     */
    public void end() {
        leave(true);
    }

    private void leave(boolean forGood) {
        boolean locked = false;
        try {
            locked = lock.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        try {
            if (locked && entered) {
                entered = false;
                over |= forGood;
                write(LEAVE);
                tty.leaveRawMode();
            } else if (locked) {
                over |= forGood;
            } else {
                tty.leaveRawMode();
            }
        } finally {
            if (locked) {
                lock.unlock();
            }
        }
    }

    private void write(String text) {
        try {
            tty.write(text);
        } catch (IOException _) {
            // the terminal is gone, and nobody sees how it was left
        }
    }
}
