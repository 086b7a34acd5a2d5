package dev.floe.node.reach;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;

import dev.floe.store.FailureText;

/** Tries to open a TCP connection. */
@FunctionalInterface
interface PortProbe {
    Duration TIMEOUT = Duration.ofSeconds(3);

    /** Why the port cannot be reached; empty if it can. Takes up to {@link #TIMEOUT}. */
    Optional<String> tryPort(String host, int port);

    /** Connects, and sends nothing. */
    static Optional<String> connect(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), Math.toIntExact(TIMEOUT.toMillis()));
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.of(FailureText.of(e));
        }
    }
}
