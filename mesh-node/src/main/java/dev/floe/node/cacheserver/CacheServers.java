package dev.floe.node.cacheserver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.rpc.EventLoops;
import dev.floe.store.FailureText;

/** The cache servers of this machine, and their virtual threads, one per connection. */
public final class CacheServers implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(CacheServers.class);
    private static final long FAREWELL_SECONDS = 5;

    private final Deque<AutoCloseable> open = new ArrayDeque<>(); // closed last in, first out
    private final ExecutorService threads = Executors
            .newThreadPerTaskExecutor(Thread.ofVirtual().name("cache door ", 0).factory());
    private final Optional<InetSocketAddress> httpAddress;

    /**
     * Starts the servers that the settings name; none if they name none.
     *
     * @param incoming directory for values that are on their way in; made if it is missing, and emptied. It is best on
     *                 the file system on which {@code values} keeps its files
     * @throws IOException if an address is not of the loopback or cannot be bound, or a path cannot be used; the
     *                     message names it
     */
    public CacheServers(CacheServerConfig settings, Path incoming, EventLoops loops, KeyValueStore values)
            throws IOException {
        try {
            if (settings.http().isEmpty() && settings.socket().isEmpty()) {
                httpAddress = Optional.empty();
                return;
            }
            CacheBackend cache = new CacheBackend(values, new UploadDirectory(incoming, settings.maxValueBytes()));
            if (settings.http().isPresent()) {
                HttpCacheServer http = new HttpCacheServer(loops, threads, settings.http().get(), cache);
                open.push(http);
                httpAddress = Optional.of(http.address());
            } else {
                httpAddress = Optional.empty();
            }
            if (settings.socket().isPresent()) {
                open.push(new StorageHelperServer(threads, settings.socket().get(), cache));
            }
            LOG.info("cache servers enabled http={} socket={}", httpAddress.map(AddressText::of).orElse("none"),
                    settings.socket().map(Path::toString).orElse("none"));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Where HTTP is served; the port is the true one. */
    public Optional<InetSocketAddress> httpAddress() {
        return httpAddress;
    }

    /** Ends all connections; what was on its way in is dropped. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            AutoCloseable door = open.pop();
            try {
                door.close();
            } catch (Exception e) {
                LOG.warn("{} did not close: {}", door.getClass().getSimpleName(), FailureText.of(e));
            }
        }
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
