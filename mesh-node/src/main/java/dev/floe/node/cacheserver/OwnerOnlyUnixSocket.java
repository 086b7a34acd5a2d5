package dev.floe.node.cacheserver;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;

import jdk.net.ExtendedSocketOptions;

import dev.floe.store.FailureText;

/** A Unix socket at which only the user who made it is let in. */
final class OwnerOnlyUnixSocket implements AutoCloseable {
    private static final int BACKLOG = 1024;

    private final Path path;
    private final ServerSocketChannel server;
    private final UserPrincipal owner;

    /** @throws IOException if somebody listens there, or the path cannot be used; the message names it */
    OwnerOnlyUnixSocket(Path path) throws IOException {
        this.path = path;
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            Files.createDirectories(directory,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        removeStale(path);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            owner = Files.getOwner(path);
        } catch (IOException e) {
            server.close();
            throw new IOException("cannot serve the cache on the socket " + path + ": " + FailureText.of(e)
                    + "; choose another with --cache-socket", e);
        }
    }

    private static void removeStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(path)
                || Files.isSymbolicLink(path)) {
            throw new IOException(path + " is no socket; choose another path with --cache-socket");
        }
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new IOException("another process listens on " + path + "; choose another socket with --cache-socket");
        } catch (SocketException _) {
            Files.deleteIfExists(path); // left by a process that is gone
        }
    }

    /** The next connection of the owner's; others find theirs closed. */
    SocketChannel accept() throws IOException {
        while (true) {
            SocketChannel connection = server.accept();
            if (connection.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(owner)) {
                return connection;
            }
            connection.close();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }
}
