package dev.floe.node.web;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.http.HttpListener;
import dev.floe.node.rpc.EventLoops;
import dev.floe.node.web.access.SocketOwners;
import dev.floe.node.web.access.WebConfig;
import dev.floe.node.web.access.WebRequestFilter;
import dev.floe.node.web.events.EventHub;
import dev.floe.store.FailureText;

/** Serves a node's page, with a virtual thread for each connection. */
public final class WebServer implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(WebServer.class);
    private static final int MAX_CONNECTIONS = 128;
    private static final long FAREWELL_SECONDS = 5;

    private final ExecutorService threads = Executors
            .newThreadPerTaskExecutor(Thread.ofVirtual().name("web page ", 0).factory());
    private final WebConfig settings;
    private final InetSocketAddress address;
    private final boolean everyoneLooks;
    private final WebSources sources;
    private final long ownUser;
    private final EventHub events;
    private final HttpListener listener;
    private final CompletableFuture<WebContent> content = new CompletableFuture<>(); // needs the true port

    /**
     * A server that serves once it is started.
     *
     * @param settings      with an address
     * @param everyoneLooks whether users of this machine other than the node's may see what the node does
     * @throws IOException if the address is not of the loopback and there is no token; the message names it
     */
    public WebServer(WebConfig settings, EventLoops loops, boolean everyoneLooks, WebSources sources)
            throws IOException {
        this(settings, loops, everyoneLooks, sources, userOfThisProcess());
    }

    WebServer(WebConfig settings, EventLoops loops, boolean everyoneLooks, WebSources sources, long ownUser)
            throws IOException {
        this.settings = settings;
        this.everyoneLooks = everyoneLooks;
        this.sources = sources;
        this.ownUser = ownUser;
        address = settings.address().orElseThrow();
        if (address.isUnresolved()) {
            throw new IOException("--web: the host " + address.getHostString() + " has no address");
        }
        if (settings.isOpenToTheNetwork() && settings.token().isEmpty()) {
            throw new IOException("the page is not served at " + AddressText.of(address)
                    + ": everybody who can connect could look, so it takes an address of the loopback, as in --web "
                    + "127.0.0.1:"
                    + address.getPort() + ", or a token (--web-token FILE)");
        }
        events = new EventHub(sources.feed());
        listener = new HttpListener(loops, threads, address, MAX_CONNECTIONS,
                connection -> () -> new WebSession(connection, content.join()).run());
    }

    /** @throws IOException if the address cannot be bound; the message names it */
    public void start() throws IOException {
        StaticFiles files = new StaticFiles();
        try {
            listener.start();
        } catch (IOException e) {
            threads.shutdownNow();
            throw new IOException("cannot serve the page at " + AddressText.of(address) + ": " + FailureText.of(e)
                    + "; choose another address with --web", e);
        }
        content.complete(
                new WebContent(new WebRequestFilter(settings, everyoneLooks),
                        new WebContent.NodeOwner(new SocketOwners(), ownUser), files, events, sources,
                        listener.address().getPort()));
        LOG.info("page is served at http://{}/ token={}", AddressText.of(listener.address()),
                settings.token().isPresent() ? "needed" : "none");
    }

    private static long userOfThisProcess() throws IOException {
        return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
    }

    /** Where the page is served; the port is the true one once it has started. */
    public InetSocketAddress address() {
        return listener.address();
    }

    /** Ends all connections. */
    @Override
    public void close() {
        events.close();
        listener.close();
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(FAREWELL_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("requests to the page are still running");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
