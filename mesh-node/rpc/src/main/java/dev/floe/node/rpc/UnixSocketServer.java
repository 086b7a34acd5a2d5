package dev.floe.node.rpc;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import jdk.net.ExtendedSocketOptions;

import dev.floe.store.FailureText;

/**
 * Listens at a Unix socket. One thread accepts connections and hands each to the handler, which serves it on a thread
 * of its own.
 */
public final class UnixSocketServer implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(UnixSocketServer.class);
    private static final int BACKLOG = 1024;
    /** After a connection that could not be accepted, mostly because this process has too many files open. */
    private static final long ACCEPT_PAUSE_NANOS = 10_000_000;

    private final SocketSettings settings;
    private final ConnectionHandler handler;
    private volatile @Nullable Listening listening; // null before the start

    /**
     * @param everyone whether all users of this machine may connect; otherwise only this user may
     * @param listener who listens there if the path is taken, for messages: another node
     * @param use      what the socket is for, for messages: listen on the socket
     * @param option   of the command line that sets the path
     */
    public record SocketSettings(Path path, boolean everyone, String listener, String use, String option) {}

    private record Listening(ServerSocketChannel server, UserPrincipal owner, Thread thread) {}

    /** One connection, and the user at its other end. */
    public record UnixConnection(SocketChannel channel, UserPrincipal owner) {
        public UserPrincipal user() throws IOException {
            return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        }

        /** Whether it is the user who made the socket. */
        public boolean isOwners() throws IOException {
            return user().equals(owner);
        }
    }

    /** Takes a connection, which it closes in the end. Must not block, since it runs on the accepting thread. */
    @FunctionalInterface
    public interface ConnectionHandler {
        void accept(UnixConnection connection) throws IOException;
    }

    /** A server that listens once it is started. */
    public UnixSocketServer(SocketSettings settings, ConnectionHandler handler) {
        this.settings = settings;
        this.handler = handler;
    }

    /**
     * Makes the socket, and its directory if that is missing, and begins to accept connections.
     *
     * @throws IOException if another process listens there, or the path cannot be used; the message says which
     */
    public void start() throws IOException {
        UnixSocketPath path = new UnixSocketPath(settings);
        path.prepare();
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(settings.path()), BACKLOG);
            path.setPermissions();
            UserPrincipal owner = Files.getOwner(settings.path());
            Thread thread = Thread.ofPlatform().name(path.threadName()).daemon()
                    .unstarted(() -> accept(server, owner));
            listening = new Listening(server, owner, thread);
            thread.start();
        } catch (IOException e) {
            server.close();
            throw path.unusable(e);
        }
    }

    private void accept(ServerSocketChannel server, UserPrincipal owner) {
        while (true) {
            try {
                SocketChannel connection = server.accept();
                hand(new UnixConnection(connection, owner));
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException e) {
                LOG.warn("cannot take a connection on {}: {}", settings.path(), FailureText.of(e));
                LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
            }
        }
    }

    private void hand(UnixConnection connection) throws IOException {
        try {
            handler.accept(connection);
        } catch (IOException e) {
            connection.channel().close();
            LOG.debug("dropped a connection on {}: {}", settings.path(), FailureText.of(e));
        } catch (RejectedExecutionException _) {
            connection.channel().close(); // the node ends
        } catch (RuntimeException e) { // a fault in the program must not end the only thread that accepts
            connection.channel().close();
            LOG.error("a connection on {} is not served", settings.path(), e);
        }
    }

    /** Accepts no more, and removes the socket. Connections stay open. */
    @Override
    public void close() throws IOException {
        Listening open = listening;
        if (open == null) {
            return;
        }
        listening = null;
        open.server().close();
        Files.deleteIfExists(settings.path());
        try {
            open.thread().join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
