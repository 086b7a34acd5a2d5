package dev.floe.node.mesh.transport;

import java.net.SocketException;
import javax.net.ssl.SSLException;

import org.jgroups.Address;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.IpAddress;

import dev.floe.node.bounds.AddressText;
import dev.floe.store.FailureText;

/** JGroups' TCP, which records the addresses that it reached and those that it could not reach. */
final class FailureTrackingTcp extends TCP {
    private final FailedJoinAttempts attempts;
    private final JoinWindow window;

    FailureTrackingTcp(FailedJoinAttempts attempts, JoinWindow window) {
        this.attempts = attempts;
        this.window = window;
    }

    @Override
    public void send(Address destination, byte[] data, int offset, int length) throws Exception {
        try {
            super.send(destination, data, offset, length);
        } catch (Exception e) {
            attempts.failed(text(destination), e);
            window.failed(text(destination));
            if (e instanceof SSLException) { // JGroups would report each such attempt as an error, with its stack
                SocketException refused = new SocketException(FailureText.of(e));
                refused.initCause(e);
                throw refused;
            }
            throw e;
        }
        attempts.reached(text(destination));
        window.reached(text(destination), System.nanoTime());
    }

    static String text(Address destination) {
        return destination instanceof IpAddress ip
                ? AddressText.of(ip.getIpAddress().getHostAddress(), ip.getPort())
                : String.valueOf(destination);
    }
}
