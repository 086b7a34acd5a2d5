package dev.floe.node.rpc;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A way to a peer that can be frozen, so that neither side hears the other, and cut, so that both do. */
public final class Gateway implements AutoCloseable {
    private final InetSocketAddress behind;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong forwarded = new AtomicLong();
    private final AtomicInteger ended = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock(); // guards frozen
    private final Condition thawed = lock.newCondition();
    private boolean frozen;

    public Gateway(InetSocketAddress behind) throws IOException {
        this.behind = behind;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    public int connections() {
        return sockets.size() / 2;
    }

    /** Directions in which a side has said that it will send no more. */
    int ended() {
        return ended.get();
    }

    public void freeze() {
        lock.lock();
        try {
            frozen = true;
        } finally {
            lock.unlock();
        }
    }

    public void thaw() {
        lock.lock();
        try {
            frozen = false;
            thawed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing has come from either side for a moment. */
    public void awaitQuiet() {
        long[] before = {-1};
        await().pollInterval(Duration.ofMillis(100))
                .until(() -> forwarded.get() == before[0] || (before[0] = forwarded.get()) < 0);
    }

    /** Resets all connections. */
    public void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
        sockets.clear();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = server.accept();
                Socket far = new Socket(behind.getAddress(), behind.getPort());
                sockets.add(near);
                sockets.add(far);
                Thread.ofVirtual().start(() -> forward(near, far));
                Thread.ofVirtual().start(() -> forward(far, near));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void forward(Socket from, Socket to) {
        byte[] bytes = new byte[16 << 10];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                awaitThaw();
                out.write(bytes, 0, count);
                forwarded.addAndGet(count);
            }
            ended.incrementAndGet();
            to.shutdownOutput();
        } catch (IOException _) {
            // cut
        }
    }

    private void awaitThaw() {
        lock.lock();
        try {
            while (frozen) {
                thawed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
        thaw();
    }
}
