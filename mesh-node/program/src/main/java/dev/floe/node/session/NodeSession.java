package dev.floe.node.session;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.Node;
import dev.floe.node.bounds.RateLimitedLogger;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.store.FailureText;

/**
 * The node that this process runs. When the machine has got another address, as a laptop that wakes elsewhere, the node
 * is closed and another one is started at the new address. Meanwhile, for a second or so, compiles are local.
 * Thread-safe.
 */
public final class NodeSession {
    private static final Logger LOG = LogManager.getLogger(NodeSession.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration WARNING_GAP = Duration.ofMinutes(10);

    private final Path wrapper;
    private final boolean fixed;
    private final NodeOpener opener;
    private final RateLimitedLogger warnings = new RateLimitedLogger(LOG, WARNING_GAP, System::nanoTime);
    // All below is guarded by this object.
    private NodeConfig settings;
    private @Nullable Node node; // null before the start, and while no node can be started
    private boolean stopped;

    /** Lets a node that has started serve this machine. */
    @FunctionalInterface
    public interface NodeOpener {
        void open(Node node) throws IOException;
    }

    /**
     * @param wrapper the installed floe-cc
     * @param fixed   whether the user has chosen the address, so that the node must not take another
     */
    public NodeSession(NodeConfig settings, Path wrapper, boolean fixed, NodeOpener opener) {
        this.settings = settings;
        this.wrapper = wrapper;
        this.fixed = fixed;
        this.opener = opener;
    }

    /** Starts the node, which does not serve this machine before {@link #open}. */
    public synchronized void start() throws IOException {
        Node built = Node.build(settings, wrapper);
        built.start();
        node = built;
    }

    /** Lets the node serve this machine, and begins to look at the machine's address. */
    public synchronized void open() throws IOException {
        Node started = node;
        if (started == null || stopped) {
            return;
        }
        opener.open(started);
        if (started.mesh().isPresent()) {
            own(started).ifPresent(address -> Thread.ofPlatform().name("floe-address").daemon()
                    .start(() -> watch(address)));
        }
    }

    private static Optional<InetAddress> own(Node node) {
        try {
            return Optional.of(InetAddress.getByName(node.address()));
        } catch (IOException e) {
            LOG.debug("the address is not watched: {}", FailureText.of(e));
            return Optional.empty();
        }
    }

    private void watch(InetAddress first) {
        AddressMonitor monitor = new AddressMonitor(first, AddressMonitor.THIS_MACHINE);
        boolean warned = false;
        while (!awaitStop()) {
            if (!fixed) {
                Optional<InetAddress> changed = monitor.changed();
                if (changed.isPresent()) {
                    replace(changed.get());
                    monitor = new AddressMonitor(changed.get(), AddressMonitor.THIS_MACHINE);
                } else {
                    startAgain();
                }
            } else if (monitor.isGone() != warned) {
                warned = !warned;
                if (warned) {
                    LOG.warn("address={} is gone from this machine, so that no peer reaches this node: give it another"
                            + " --listen, or none", first.getHostAddress());
                }
            }
        }
    }

    private synchronized boolean awaitStop() {
        long end = System.nanoTime() + INTERVAL.toNanos();
        try {
            for (long left = INTERVAL.toMillis(); left > 0 && !stopped; left = (end - System.nanoTime()) / 1_000_000) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
        return stopped;
    }

    /** No peer reaches the old node, so nothing of others is waited for. */
    private synchronized void replace(InetAddress address) {
        if (stopped) {
            return;
        }
        LOG.warn("this machine has another address: the node leaves {} and joins again at {}", settings.listen().host(),
                address.getHostAddress());
        Node old = node;
        if (old != null) {
            settings = old.settings();
            node = null;
            old.close();
        }
        settings = settings.listeningAt(new HostPort(address.getHostAddress(), settings.listen().port()));
        startAgain();
    }

    /** Starts a node if there is none; if that fails, it is tried again later. */
    private synchronized void startAgain() {
        if (stopped || node != null) {
            return;
        }
        Node next = null;
        try {
            next = Node.build(settings, wrapper);
            next.start();
            opener.open(next);
            node = next;
        } catch (IOException | RuntimeException e) {
            String why = FailureText.of(e);
            warnings.warn(why, "no node runs at the new address yet: {}", why);
            if (next != null) {
                next.close();
            }
        }
    }

    /** Stops the node; no other starts. */
    public synchronized void stop(Duration drain) {
        stopped = true;
        notifyAll();
        Node last = node;
        if (last != null) {
            last.drain(drain);
            last.close();
        }
    }
}
