package dev.floe.node.top.terminal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A terminal in memory that remembers what became of it. */
public final class FakeTty implements CursorTerminal {
    private final BlockingQueue<Integer> typed = new LinkedBlockingQueue<>();
    private final StringBuilder written = new StringBuilder(); // this and the modes are guarded by this
    private final Deque<String> modes = new ArrayDeque<>();
    private volatile Size size = new Size(24, 80);
    private volatile boolean broken;
    private volatile boolean closed;

    public void type(String characters) {
        characters.chars().forEach(typed::add);
    }

    public void resize(int rows, int columns) {
        size = new Size(rows, columns);
    }

    public void breakDown() {
        broken = true;
    }

    public synchronized String written() {
        return written.toString();
    }

    public synchronized String modes() {
        return String.join(" ", modes);
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public Size size() {
        return size;
    }

    @Override
    public synchronized void enterRawMode() {
        modes.add("raw");
    }

    @Override
    public synchronized void leaveRawMode() {
        modes.add("restored");
    }

    @Override
    public synchronized void write(String text) throws IOException {
        if (broken) {
            throw new IOException("the terminal is gone");
        }
        written.append(text);
        notifyAll();
    }

    /** Waits until the text has been written. */
    public synchronized void await(String text) throws InterruptedException {
        while (written.indexOf(text) < 0) {
            wait();
        }
    }

    @Override
    public KeyDecoder.Characters characters() {
        return millis -> {
            try {
                Integer next = millis == 0
                        ? typed.take()
                        : typed.poll(millis, TimeUnit.MILLISECONDS);
                return next == null ? KeyDecoder.NOTHING : next;
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return KeyDecoder.CLOSED;
            }
        };
    }

    @Override
    public void close() {
        closed = true;
    }
}
