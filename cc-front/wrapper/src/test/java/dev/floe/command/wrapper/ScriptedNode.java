package dev.floe.command.wrapper;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Stands where a node would, on a socket of its own; the test speaks its part. */
final class ScriptedNode implements AutoCloseable {
    private final Path socket;
    private final ServerSocketChannel server;

    ScriptedNode(Path socket) throws IOException {
        this(socket, 50);
    }

    ScriptedNode(Path socket, int backlog) throws IOException {
        this.socket = socket;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket), backlog);
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    Path socket() {
        return socket;
    }

    /** Waits for the next wrapper. */
    Talk accept() throws IOException {
        return new Talk(server.accept());
    }

    /** Whether no wrapper waits to be accepted. */
    boolean isIdle() throws IOException {
        server.configureBlocking(false);
        try (SocketChannel waiting = server.accept()) {
            return waiting == null;
        } finally {
            server.configureBlocking(true);
        }
    }

    /** Ends as a node that was killed does: the socket's file stays. */
    void abandon() throws IOException {
        server.close();
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
    }
}
