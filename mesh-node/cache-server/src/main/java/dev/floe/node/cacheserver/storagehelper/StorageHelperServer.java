package dev.floe.node.cacheserver.storagehelper;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.cacheserver.values.CacheBackend;
import dev.floe.node.rpc.UnixSocketServer;
import dev.floe.store.FailureText;

/** Serves ccache's storage helper protocol on a Unix socket, which ccache calls {@code crsh:}. */
public final class StorageHelperServer implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(StorageHelperServer.class);

    private final Path path;
    private final UnixSocketServer socket;
    private final Executor threads;
    private final CacheBackend cache;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public StorageHelperServer(Executor threads, Path path, CacheBackend cache) {
        this.path = path;
        this.threads = threads;
        this.cache = cache;
        this.socket = new UnixSocketServer(new UnixSocketServer.SocketSettings(path, false, "another process",
                "serve the cache on the socket", "--cache-socket"), this::accept);
    }

    public Path path() {
        return path;
    }

    /** @throws IOException if the path cannot be used; the message names it */
    public void start() throws IOException {
        socket.start();
    }

    private void accept(UnixSocketServer.UnixConnection connection) throws IOException {
        if (closed || !connection.isOwners()) {
            connection.channel().close();
            return;
        }
        connections.add(connection.channel());
        if (closed) {
            connection.channel().close();
        }
        threads.execute(() -> serve(connection.channel()));
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
    }
}
