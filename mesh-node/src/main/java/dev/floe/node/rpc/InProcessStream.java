package dev.floe.node.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/** An exchange of a node with itself, without a network: two ends; each reads what the other writes. */
public final class InProcessStream implements PeerStream {
    private final String path;
    private final Pipe in;
    private final Pipe out;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile @Nullable Runnable onBroken;
    private volatile @Nullable InProcessStream other; // set once, before the exchange is used

    private InProcessStream(String path, Pipe in, Pipe out) {
        this.path = path;
        this.in = in;
        this.out = out;
    }

    /** Gives one end to {@code server} on a thread of its own, and returns the other. */
    public static PeerStream open(String path, Consumer<PeerStream> server) {
        Pipe there = new Pipe();
        Pipe back = new Pipe();
        InProcessStream client = new InProcessStream(path, back, there);
        InProcessStream serving = new InProcessStream(path, there, back);
        client.other = serving;
        serving.other = client;
        Thread.ofVirtual().name("here " + path).start(() -> {
            try (serving) {
                server.accept(serving);
            }
        });
        return client;
    }

    @Override
    public String peer() {
        return "this node";
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public InputStream input() {
        return in.reader;
    }

    @Override
    public OutputStream output() {
        return out.writer;
    }

    @Override
    public void onClosed(Runnable action) {
        onBroken = action;
        if (in.isBroken()) {
            tell();
        }
    }

    private void tell() {
        Runnable action = onBroken;
        if (action != null && told.compareAndSet(false, true)) {
            action.run();
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        boolean done = out.isEnded() && in.isEnded();
        in.breakOff();
        out.leave();
        InProcessStream end = other;
        if (!done && end != null) {
            end.in.breakOff();
            end.tell();
        }
    }

    /** Bytes one way, with a bound on how many may wait. */
    private static final class Pipe {
        private static final int ROOM_BYTES = 1 << 18;

        private final ReentrantLock lock = new ReentrantLock(); // guards all below; changed is signalled at each change
        private final Condition changed = lock.newCondition();
        private byte[] bytes = new byte[1 << 13];
        private int from;
        private int count;
        private boolean ended;
        private boolean broken;

        private final InputStream reader = new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return length == 0 ? 0 : take(target, offset, length);
            }
        };

        private final OutputStream writer = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[]{(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] source, int offset, int length) throws IOException {
                for (int done = 0; done < length;) {
                    done += put(source, offset + done, length - done);
                }
            }

            @Override
            public void close() {
                end();
            }
        };

        private int take(byte[] target, int offset, int length) throws IOException {
            lock.lock();
            try {
                while (count == 0 && !ended && !broken) {
                    await();
                }
                if (count == 0) {
                    if (ended) {
                        return -1;
                    }
                    throw new StreamBrokenException("this node: given up");
                }
                int n = Math.min(Math.min(length, count), bytes.length - from);
                System.arraycopy(bytes, from, target, offset, n);
                from = (from + n) % bytes.length;
                count -= n;
                changed.signalAll();
                return n;
            } finally {
                lock.unlock();
            }
        }

        private int put(byte[] source, int offset, int length) throws IOException {
            lock.lock();
            try {
                while (count == ROOM_BYTES && !broken) {
                    await();
                }
                if (broken || ended) {
                    throw new StreamBrokenException("this node: given up");
                }
                int n = Math.min(length, ROOM_BYTES - count);
                grow(count + n);
                int at = (from + count) % bytes.length;
                int first = Math.min(n, bytes.length - at);
                System.arraycopy(source, offset, bytes, at, first);
                System.arraycopy(source, offset + first, bytes, 0, n - first);
                count += n;
                changed.signalAll();
                return n;
            } finally {
                lock.unlock();
            }
        }

        private void grow(int needed) {
            if (needed > bytes.length) {
                byte[] larger = new byte[Math.min(ROOM_BYTES, Math.max(needed, 2 * bytes.length))];
                int first = Math.min(count, bytes.length - from);
                System.arraycopy(bytes, from, larger, 0, first);
                System.arraycopy(bytes, 0, larger, first, count - first);
                bytes = larger;
                from = 0;
            }
        }

        private void await() throws IOException {
            try {
                changed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        private void end() {
            lock.lock();
            try {
                ended = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /** The writer goes: what it has written can still be read. */
        private void leave() {
            lock.lock();
            try {
                broken |= !ended;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private void breakOff() {
            lock.lock();
            try {
                broken = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private boolean isEnded() {
            lock.lock();
            try {
                return ended;
            } finally {
                lock.unlock();
            }
        }

        private boolean isBroken() {
            lock.lock();
            try {
                return broken && !ended;
            } finally {
                lock.unlock();
            }
        }
    }
}
