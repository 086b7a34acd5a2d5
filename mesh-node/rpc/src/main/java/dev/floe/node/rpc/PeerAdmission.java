package dev.floe.node.rpc;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** Who may come in, looked at again after each handshake, because a resumed session does not check certificates. */
public interface PeerAdmission {
    /** Whether the owner of a certificate is a member now. */
    boolean isMember(X509Certificate certificate);

    /** Who answers those that are no members; empty if nobody does. */
    Optional<Door> door();

    /** Where the owner of a certificate says that it listens for requests; empty if it is not known. */
    default Optional<InetSocketAddress> address(X509Certificate certificate) {
        return Optional.empty();
    }

    /** Runs {@code check} after each change of who is a member. */
    void onChange(Runnable check);

    /** Answers a request of somebody who is no member. */
    @FunctionalInterface
    interface Door {
        /**
         * @param nonce the number that this connection began with
         * @param own   the certificate that this node has shown
         * @param peer  the one that the other side has shown
         */
        byte[] answer(byte[] nonce, X509Certificate own, X509Certificate peer, byte[] request);
    }

    /** What the handshake lets through is a member. */
    PeerAdmission HANDSHAKE = new PeerAdmission() {
        @Override
        public boolean isMember(X509Certificate certificate) {
            return true;
        }

        @Override
        public Optional<Door> door() {
            return Optional.empty();
        }

        @Override
        public void onChange(Runnable check) {
            // It never changes.
        }
    };
}
