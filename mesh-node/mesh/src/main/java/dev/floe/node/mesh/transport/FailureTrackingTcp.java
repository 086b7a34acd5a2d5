package dev.floe.node.mesh.transport;

import org.jgroups.Address;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.IpAddress;

import dev.floe.node.bounds.AddressText;

/** JGroups' TCP, remembering which addresses it could not reach. */
final class FailureTrackingTcp extends TCP {
    private final FailedJoinAttempts attempts;

    FailureTrackingTcp(FailedJoinAttempts attempts) {
        this.attempts = attempts;
    }

    @Override
    public void send(Address destination, byte[] data, int offset, int length) throws Exception {
        try {
            super.send(destination, data, offset, length);
        } catch (Exception e) {
            attempts.failed(text(destination), e);
            throw e;
        }
        attempts.reached(text(destination));
    }

    private static String text(Address destination) {
        return destination instanceof IpAddress ip
                ? AddressText.of(ip.getIpAddress().getHostAddress(), ip.getPort())
                : String.valueOf(destination);
    }
}
