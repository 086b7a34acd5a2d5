package dev.floe.node.rpc.unix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.floe.store.descriptors.OpenDescriptor;
import dev.floe.store.descriptors.SystemCall;

/**
 * A connection of the kernel's, for what the JDK's channels cannot do: to receive and pass descriptors. No system call
 * waits; a thread that has nothing to read, or cannot write, is parked until the server's thread has seen a change
 * (epoll, edge-triggered).
 */
final class DescriptorStream implements UnixStream {
    private static final int MAX_WAITING = 8;

    private final long id;
    private final UnixStreamServer server;
    private final ReentrantLock using = new ReentrantLock(); // guards socket, in each call with it, and received
    private int socket; // -1 once it is closed
    private final Queue<OpenDescriptor> received = new ArrayDeque<>();
    private final Semaphore readable = new Semaphore(0); // a permit: something has changed since the last look
    private final Semaphore writable = new Semaphore(0);
    private final CompletableFuture<Void> hangUp = new CompletableFuture<>(); // completed by the server's thread

    DescriptorStream(long id, int socket, UnixStreamServer server) {
        this.id = id;
        this.socket = socket;
        this.server = server;
    }

    /** Wakes those who wait; called by the server's thread. */
    void changed(boolean canWrite, boolean hasHungUp) {
        wake(readable);
        if (canWrite) {
            wake(writable);
        }
        if (hasHungUp) {
            hangUp.complete(null);
        }
    }

    @Override
    public boolean onHangUp(Runnable action) {
        var unused = hangUp.thenRun(action);
        return true;
    }

    private static void wake(Semaphore waiting) {
        if (waiting.availablePermits() == 0) {
            waiting.release();
        }
    }

    private static void await(Semaphore change) throws IOException {
        try {
            change.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (true) {
            long n = receive(to, offset, length);
            if (n > 0) {
                return (int) n;
            }
            if (n == 0) {
                return -1;
            }
            if (n == -SystemCall.EAGAIN) {
                await(readable);
            } else if (n != -SystemCall.EINTR) {
                throw new IOException("a Unix socket cannot be read: error " + -n);
            }
        }
    }

    private long receive(byte[] to, int offset, int length) throws IOException {
        using.lock();
        SocketMessage message = SocketMessage.borrow();
        try {
            if (socket < 0) {
                throw new AsynchronousCloseException();
            }
            SocketMessage.ReceivedMessage got = message.receive(socket, to, offset, length);
            received.addAll(got.descriptors());
            if (got.tooMany() || received.size() > MAX_WAITING) {
                throw new IOException("a peer at a Unix socket passes too many descriptors");
            }
            return got.result();
        } finally {
            message.giveBack();
            using.unlock();
        }
    }

    @Override
    public Optional<OpenDescriptor> received() {
        using.lock();
        try {
            return Optional.ofNullable(received.poll());
        } finally {
            using.unlock();
        }
    }

    @Override
    public void write(ByteBuffer[] buffers, @Nullable OpenDescriptor passed) throws IOException {
        SocketMessage message = SocketMessage.borrow();
        try {
            OpenDescriptor unsent = passed;
            for (int size = message.fill(buffers); size > 0; size = message.fill(buffers)) {
                int sent = 0;
                while (sent < size) {
                    sent += send(message, sent, size, unsent);
                    unsent = null;
                }
            }
        } finally {
            message.giveBack();
        }
    }

    @Override
    public boolean writeAtOnce(ByteBuffer bytes) throws IOException {
        SocketMessage message = SocketMessage.borrow();
        using.lock();
        try {
            if (socket < 0) {
                throw new ClosedChannelException();
            }
            int size = message.fill(new ByteBuffer[]{bytes});
            long n = message.send(socket, 0, size, null);
            if (n == -SystemCall.EAGAIN || n == -SystemCall.EINTR) {
                return false;
            }
            if (n != size) { // the kernel takes a few bytes whole or not at all
                throw new PeerClosedException();
            }
            return true;
        } finally {
            using.unlock();
            message.giveBack();
        }
    }

    private int send(SocketMessage message, int from, int to, @Nullable OpenDescriptor passed) throws IOException {
        boolean awaited = false;
        while (true) {
            long n = sendNow(message, from, to, passed, awaited);
            if (n > 0) {
                return (int) n;
            }
            if (n == -SystemCall.EAGAIN) {
                if (awaited) {
                    await(writable);
                }
                awaited = true; // what has changed before that was asked for is seen by one more try
            } else if (n == -SystemCall.EPIPE || n == -SystemCall.ECONNRESET) {
                throw new PeerClosedException();
            } else if (n != -SystemCall.EINTR) {
                throw new IOException("a Unix socket cannot be written: error " + -n);
            }
        }
    }

    private long sendNow(SocketMessage message, int from, int to, @Nullable OpenDescriptor passed, boolean awaited)
            throws IOException {
        using.lock();
        try {
            if (socket < 0) {
                throw new ClosedChannelException();
            }
            long n = message.send(socket, from, to, passed);
            if (n == -SystemCall.EAGAIN && !awaited) {
                server.watch(socket, id, true);
            } else if (n > 0 && awaited) {
                server.watch(socket, id, false);
            }
            return n;
        } finally {
            using.unlock();
        }
    }

    @Override
    public void close() {
        using.lock();
        try {
            if (socket < 0) {
                return;
            }
            SystemCall.CLOSE.call(socket);
            socket = -1;
            received.forEach(OpenDescriptor::close);
            received.clear();
        } finally {
            using.unlock();
        }
        server.forget(id);
        changed(true, false);
    }
}
