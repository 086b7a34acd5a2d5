package dev.floe.node.cacheserver;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.store.FailureText;

/** Serves ccache's storage helper protocol on a Unix socket, which ccache calls {@code crsh:}. */
final class StorageHelperServer implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(StorageHelperServer.class);
    private static final long PAUSE_NANOS = 10_000_000;

    private final OwnerOnlyUnixSocket socket;
    private final Executor threads;
    private final CacheBackend cache;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private final Thread accepting;
    private volatile boolean closed;

    /** @throws IOException if the path cannot be used; the message names it */
    StorageHelperServer(Executor threads, Path path, CacheBackend cache) throws IOException {
        this.threads = threads;
        this.cache = cache;
        socket = new OwnerOnlyUnixSocket(path);
        accepting = Thread.ofPlatform().name("floe-cache-socket").daemon().start(this::accept);
    }

    private void accept() {
        while (!closed) {
            try {
                SocketChannel connection = socket.accept();
                connections.add(connection);
                if (closed) {
                    connection.close();
                }
                threads.execute(() -> serve(connection));
            } catch (ClosedChannelException | RejectedExecutionException _) {
                return; // the node ends
            } catch (IOException e) {
                LOG.warn("cannot take a connection to the cache: {}", FailureText.of(e));
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            new StorageHelperSession(connection, connection, cache).serve();
        } catch (IOException e) {
            LOG.debug("a client of the cache's socket has left: {}", FailureText.of(e));
        } catch (RuntimeException e) {
            LOG.warn("a request on the cache's socket failed", e);
        } finally {
            connections.remove(connection);
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        socket.close();
        for (SocketChannel connection : connections) {
            connection.close();
        }
        try {
            accepting.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
