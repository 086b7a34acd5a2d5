package dev.floe.node.rpc.unix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.RateLimitedLogger;
import dev.floe.node.rpc.UnixSocketPath;
import dev.floe.node.rpc.UnixSocketServer.SocketSettings;
import dev.floe.store.FailureText;
import dev.floe.store.descriptors.SystemCall;

/**
 * Listens at a Unix socket for connections over which descriptors can be passed. One thread accepts them, hands each to
 * the handler, which serves it on a thread of its own, and wakes the threads that wait for a connection.
 */
public final class UnixStreamServer implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(UnixStreamServer.class);
    private static final int BACKLOG = 1024;
    /** After a connection that could not be accepted, mostly because this process has too many files open. */
    private static final long ACCEPT_PAUSE_NANOS = 10_000_000;
    private static final Duration WARNING_GAP = Duration.ofSeconds(10);

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_NONBLOCK = 04000;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int PATH_BYTES = 108;
    private static final int CREDENTIAL_BYTES = 12; // struct ucred

    private static final long LISTENING = 0;
    private static final long WAKE = 1;
    private static final long FIRST = 2;
    private static final int ENDED = EpollSet.ERROR | EpollSet.HANG_UP;
    private static final int READING = EpollSet.IN | EpollSet.PEER_HANG_UP | EpollSet.EDGES;

    private final RateLimitedLogger warnings = new RateLimitedLogger(LOG, WARNING_GAP, System::nanoTime);
    private final SocketSettings settings;
    private final PeerHandler handler;
    private final ConcurrentMap<Long, DescriptorStream> streams = new ConcurrentHashMap<>();
    private final AtomicLong nextId = new AtomicLong(FIRST);
    private volatile @Nullable ServedSocket listening; // null before the start
    private volatile boolean closed;
    private int owner; // the user's number; written before the thread starts
    private final CountDownLatch refusing = new CountDownLatch(1); // down once no connection is accepted any more
    private final ReentrantLock waking = new ReentrantLock(); // guards ended, for each use of the event's number
    private boolean ended;

    private record ServedSocket(EpollSet epoll, int socket, int wake, Thread thread) {
        void end() {
            epoll.close();
            SystemCall.CLOSE.call(wake);
        }
    }

    /**
     * One connection, and the process at its other end.
     *
     * @param process as this process sees its number when it connected; 0 if it has none here
     * @param user    its user's number
     * @param owned   whether it is the user who made the socket
     */
    public record PeerConnection(UnixStream stream, int process, int user, boolean owned) {
        private static final int ROOT = 0;

        /** Whether it may manage the node: the user who made the socket, or root, who can become that user. */
        public boolean mayManage() {
            return owned || user == ROOT;
        }
    }

    /** Takes a connection, which it closes in the end. Must not block, since it runs on the accepting thread. */
    @FunctionalInterface
    public interface PeerHandler {
        void accept(PeerConnection connection);
    }

    /** A server that listens once it is started. */
    public UnixStreamServer(SocketSettings settings, PeerHandler handler) {
        this.settings = settings;
        this.handler = handler;
    }

    /**
     * Makes the socket, and its directory if that is missing, and begins to accept connections.
     *
     * @throws IOException if another process listens there, or the path cannot be used; the message says which
     */
    public void start() throws IOException {
        UnixSocketPath path = new UnixSocketPath(settings);
        path.prepare();
        try {
            EpollSet epoll = new EpollSet();
            int wake = (int) checked("make an event", SystemCall.EVENTFD2.call(0, SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
            int socket = (int) checked("make a socket",
                    SystemCall.SOCKET.call(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
            Thread thread = Thread.ofPlatform().name(path.threadName()).daemon().unstarted(this::serve);
            ServedSocket open = new ServedSocket(epoll, socket, wake, thread);
            try {
                bind(socket, settings.path());
                path.setPermissions();
                checked("listen", SystemCall.LISTEN.call(socket, BACKLOG, 0));
                owner = (int) Files.getAttribute(settings.path(), "unix:uid");
                epoll.add(wake, WAKE, EpollSet.IN | EpollSet.EDGES);
                epoll.add(socket, LISTENING, EpollSet.IN);
            } catch (IOException e) {
                SystemCall.CLOSE.call(socket);
                open.end();
                throw e;
            }
            listening = open;
            thread.start();
        } catch (IOException e) {
            throw path.unusable(e);
        }
    }

    private static void bind(int socket, Path path) throws IOException {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        if (name.length >= PATH_BYTES) {
            throw new IOException("the path is longer than " + (PATH_BYTES - 1) + " bytes");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(Short.BYTES + name.length + 1, Short.BYTES); // struct sockaddr_un
            address.set(JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, JAVA_BYTE, Short.BYTES, name.length);
            checked("bind", SystemCall.BIND.call(socket, address.address(), address.byteSize()));
        }
    }

    private static long checked(String what, long result) throws IOException {
        if (result < 0) {
            throw new IOException("cannot " + what + ": error " + -result);
        }
        return result;
    }

    private ServedSocket listening() {
        ServedSocket open = listening;
        if (open == null) {
            throw new IllegalStateException("not started");
        }
        return open;
    }

    private void serve() {
        ServedSocket open = listening();
        try {
            while (!closed) {
                open.epoll().await(this::handle);
            }
            SystemCall.CLOSE.call(open.socket());
            refusing.countDown();
            while (!streams.isEmpty()) {
                open.epoll().await(this::handle);
            }
        } catch (IOException e) {
            LOG.error("the socket {} is served no more: {}", settings.path(), FailureText.of(e));
        } finally {
            refusing.countDown();
            waking.lock();
            ended = true;
            open.end();
            waking.unlock();
        }
    }

    private void handle(long key, int events) {
        if (key == LISTENING) {
            accept();
        } else if (key != WAKE) {
            DescriptorStream stream = streams.get(key);
            if (stream != null) {
                stream.changed((events & (EpollSet.OUT | ENDED)) != 0, (events & (EpollSet.PEER_HANG_UP | ENDED)) != 0);
            }
        }
    }

    private void accept() {
        int socket = (int) SystemCall.ACCEPT4.call(listening().socket(), 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket < 0) {
            if (!closed && socket != -SystemCall.EAGAIN && socket != -SystemCall.EINTR) {
                warnings.warn("accept " + socket, "cannot take connections on {}: error {}", settings.path(), -socket);
                LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
            }
            return;
        }
        long id = nextId.getAndIncrement();
        DescriptorStream stream = new DescriptorStream(id, socket, this);
        streams.put(id, stream);
        try {
            listening().epoll().add(socket, id, READING);
            handler.accept(connection(stream, socket));
        } catch (IOException e) {
            stream.close();
            LOG.debug("dropped a connection on {}: {}", settings.path(), FailureText.of(e));
        } catch (RejectedExecutionException _) {
            stream.close(); // the node ends
        } catch (RuntimeException e) { // a fault in the program must not end the only thread that accepts
            stream.close();
            LOG.error("a connection on {} is not served", settings.path(), e);
        }
    }

    private PeerConnection connection(UnixStream stream, int socket) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment credentials = arena.allocate(CREDENTIAL_BYTES, Integer.BYTES);
            MemorySegment size = arena.allocate(JAVA_LONG);
            size.set(JAVA_INT, 0, CREDENTIAL_BYTES);
            checked("tell whose connection it is", SystemCall.GETSOCKOPT.call(socket, SOL_SOCKET, SO_PEERCRED,
                    credentials.address(), size.address()));
            int user = credentials.get(JAVA_INT, 4);
            return new PeerConnection(stream, credentials.get(JAVA_INT, 0), user, user == owner);
        }
    }

    /** Lets the thread see, or no longer see, when a connection can be written. */
    void watch(int socket, long id, boolean writing) throws IOException {
        listening().epoll().modify(socket, id, writing ? READING | EpollSet.OUT : READING);
    }

    void forget(long id) {
        streams.remove(id);
        if (closed) {
            wake();
        }
    }

    private void wake() {
        waking.lock();
        try (Arena arena = Arena.ofConfined()) {
            if (!ended) {
                MemorySegment one = arena.allocate(JAVA_LONG);
                one.set(JAVA_LONG, 0, 1);
                SystemCall.WRITE.call(listening().wake(), one.address(), Long.BYTES);
            }
        } finally {
            waking.unlock();
        }
    }

    /** Accepts no more, and removes the socket. Connections stay open. */
    @Override
    public void close() throws IOException {
        if (listening == null || closed) {
            return;
        }
        closed = true;
        wake();
        Files.deleteIfExists(settings.path());
        try {
            refusing.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
