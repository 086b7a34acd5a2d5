package dev.floe.node.session;

import java.net.InetAddress;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.GroupConfig;

/**
 * Notices that this machine has no longer the address at which peers reach its node, and has another one. An address
 * counts when it was seen twice, because a machine that wakes has several within seconds. Used by one thread.
 */
final class AddressMonitor {
    /** The addresses of a machine. */
    interface HostAddresses {
        /** That of the default route; the loopback's if there is none. */
        InetAddress routable();

        boolean isPresent(InetAddress address);
    }

    /** Those of this machine. */
    static final HostAddresses THIS_MACHINE = new HostAddresses() {
        @Override
        public InetAddress routable() {
            return GroupConfig.routableAddress();
        }

        @Override
        public boolean isPresent(InetAddress address) {
            return GroupConfig.isPresent(address.getHostAddress());
        }
    };

    private final InetAddress own;
    private final HostAddresses host;
    private @Nullable InetAddress seen;

    /** @param own at which peers reach the node; the loopback's if the machine had no other when the node started */
    AddressMonitor(InetAddress own, HostAddresses host) {
        this.own = own;
        this.host = host;
    }

    /** Whether peers cannot reach the node any more. */
    boolean isGone() {
        return !own.isLoopbackAddress() && !host.isPresent(own);
    }

    /** The address to which the node must change. */
    Optional<InetAddress> changed() {
        InetAddress routable = host.routable();
        boolean differs = !routable.equals(own) && !routable.isLoopbackAddress()
                && (own.isLoopbackAddress() || isGone());
        boolean settled = differs && routable.equals(seen);
        seen = differs ? routable : null;
        return settled ? Optional.of(routable) : Optional.empty();
    }
}
