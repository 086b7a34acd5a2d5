package dev.floe.node.cacheserver.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.cacheserver.values.CacheBackend;
import dev.floe.node.http.HttpListener;
import dev.floe.node.rpc.EventLoops;
import dev.floe.store.FailureText;

/** Serves the cache by HTTP/1.1 at an address of the loopback. */
public final class HttpCacheServer implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 1024;

    private final InetSocketAddress address;
    private final HttpListener listener;

    /** @throws IOException if the address is not of the loopback; the message names it */
    public HttpCacheServer(EventLoops loops, Executor threads, InetSocketAddress address, CacheBackend cache)
            throws IOException {
        this(loops, threads, address, cache, MAX_CONNECTIONS);
    }

    HttpCacheServer(EventLoops loops, Executor threads, InetSocketAddress address, CacheBackend cache,
            int maxConnections)
            throws IOException {
        if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
            throw new IOException("the cache is not served at " + AddressText.of(address)
                    + ": whoever can connect may read and write it, so it takes an address of the loopback, as in "
                    + "--cache-http 127.0.0.1:"
                    + address.getPort());
        }
        this.address = address;
        listener = new HttpListener(loops, threads, address, maxConnections,
                connection -> new HttpSession(connection, cache));
    }

    /** @throws IOException if the address cannot be bound; the message names it */
    public void start() throws IOException {
        try {
            listener.start();
        } catch (IOException e) {
            throw new IOException("cannot serve the cache at " + AddressText.of(address) + ": " + FailureText.of(e)
                    + "; choose another address with --cache-http", e);
        }
    }

    public InetSocketAddress address() {
        return listener.address();
    }

    @Override
    public void close() {
        listener.close();
    }
}
