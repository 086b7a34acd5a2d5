package dev.floe.node.cacheserver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.cacheserver.http.HttpCacheServer;
import dev.floe.node.cacheserver.storagehelper.StorageHelperServer;
import dev.floe.node.cacheserver.values.CacheBackend;
import dev.floe.node.cacheserver.values.KeyValueStore;
import dev.floe.node.cacheserver.values.UploadDirectory;
import dev.floe.node.rpc.EventLoops;
import dev.floe.store.FailureText;

/** The cache servers of this machine, and their virtual threads, one per connection. */
public final class CacheServers implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(CacheServers.class);
    private static final long FAREWELL_SECONDS = 5;

    private final ExecutorService threads = Executors
            .newThreadPerTaskExecutor(Thread.ofVirtual().name("cache server ", 0).factory());
    private final UploadDirectory incoming;
    private final Optional<HttpCacheServer> http;
    private final Optional<StorageHelperServer> helper;

    /**
     * The servers that the settings name; they serve once they are started.
     *
     * @param incoming directory for values that are on their way in; best on the file system on which {@code values}
     *                 keeps its files
     * @throws IOException if an address is not of the loopback; the message names it
     */
    public CacheServers(CacheServerConfig settings, Path incoming, EventLoops loops, KeyValueStore values)
            throws IOException {
        this.incoming = new UploadDirectory(incoming, settings.maxValueBytes());
        CacheBackend cache = new CacheBackend(values, this.incoming);
        this.http = settings.http().isPresent()
                ? Optional.of(new HttpCacheServer(loops, threads, settings.http().get(), cache))
                : Optional.empty();
        this.helper = settings.socket().map(path -> new StorageHelperServer(threads, path, cache));
    }

    /**
     * Starts the servers that the settings name; none if they name none. The directory is made if it is missing,
     * and emptied.
     *
     * @throws IOException if an address cannot be bound, or a path cannot be used; the message names it
     */
    public void start() throws IOException {
        if (http.isEmpty() && helper.isEmpty()) {
            return;
        }
        try {
            incoming.start();
            if (http.isPresent()) {
                http.get().start();
            }
            if (helper.isPresent()) {
                helper.get().start();
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        LOG.info("cache servers enabled http={} socket={}", httpAddress().map(AddressText::of).orElse("none"),
                helper.map(StorageHelperServer::path).map(Path::toString).orElse("none"));
    }

    /** Where HTTP is served; the port is the true one. */
    Optional<InetSocketAddress> httpAddress() {
        return http.map(HttpCacheServer::address);
    }

    /** Ends all connections; what was on its way in is dropped. */
    @Override
    public void close() {
        helper.ifPresent(server -> {
            try {
                server.close();
            } catch (IOException e) {
                LOG.warn("the cache's socket did not close: {}", FailureText.of(e));
            }
        });
        http.ifPresent(HttpCacheServer::close);
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(FAREWELL_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("requests to the cache servers are still running");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
