package dev.floe.node.submitter;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import jdk.net.ExtendedSocketOptions;

import dev.floe.node.submitter.wrapper.Utf8Strings;
import dev.floe.node.submitter.wrapper.WrapperChannel;
import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;
import dev.floe.node.submitter.wrapper.WrapperFrame;
import dev.floe.node.submitter.wrapper.WrapperProtocolException;
import dev.floe.store.FailureText;

/**
 * The Unix socket at which wrappers and the command line find their node. Each connection has a virtual thread; its
 * first frame says which of the two it is.
 */
public final class NodeSocketServer implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(NodeSocketServer.class);
    private static final int BACKLOG = 1024;

    private final Path path;
    private final ServerSocketChannel server;
    private final UserPrincipal owner;
    private final Submitter submitter;
    private final Control control;

    /** Answers the command line. */
    @FunctionalInterface
    public interface Control {
        /**
         * @param owned whether the node's own user asks; others may look, but make it do nothing
         * @param line  takes the answer, a line at a time; throws once the asker has gone
         */
        void answer(List<String> request, boolean owned, LineSink line) throws IOException;
    }

    /** Takes lines of an answer. */
    @FunctionalInterface
    public interface LineSink {
        void accept(String line) throws IOException;

        /** Whether nobody is there any more to take lines. */
        default boolean isGone() {
            return false;
        }
    }

    /**
     * Listens.
     *
     * @param everyone whether wrappers of all users may connect; else only this user's
     * @throws IOException if another node listens there, or the path cannot be used; the message says which
     */
    public NodeSocketServer(Path path, boolean everyone, Submitter submitter, Control control) throws IOException {
        this.path = path;
        this.submitter = submitter;
        this.control = control;
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            Files.createDirectories(directory, PosixFilePermissions
                    .asFileAttribute(PosixFilePermissions.fromString(everyone ? "rwxr-xr-x" : "rwx------")));
        }
        removeStale();
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(everyone ? "rw-rw-rw-" : "rw-------"));
            owner = Files.getOwner(path);
        } catch (IOException e) {
            server.close();
            throw new IOException(
                    "cannot listen on the socket " + path + ": " + FailureText.of(e) + "; choose another with --socket",
                    e);
        }
    }

    /** @throws IOException if a node listens at {@code path}; the message says so */
    public static void refuseIfTaken(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new IOException(
                    "another node listens on " + path + "; stop it, or choose another socket with --socket");
        } catch (java.net.SocketException _) {
            // left by a node that is gone
        }
    }

    private void removeStale() throws IOException {
        refuseIfTaken(path);
        if (Files.isRegularFile(path) || Files.isDirectory(path)) {
            throw new IOException(path + " is no socket; choose another path with --socket");
        }
        Files.deleteIfExists(path);
    }

    /** Begins to take connections. */
    public void start() {
        Thread.ofPlatform().name("floe-socket").daemon().start(this::accept);
    }

    private void accept() {
        while (true) {
            try {
                SocketChannel connection = server.accept();
                Thread.ofVirtual().name("wrapper").start(() -> serve(connection));
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException e) {
                LOG.warn("cannot take a connection on {}: {}", path, FailureText.of(e));
                java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
            }
        }
    }

    private void serve(SocketChannel connection) {
        try (WrapperChannel channel = new WrapperChannel(connection)) {
            UserPrincipal user = connection.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
            boolean sameUser = user.equals(owner);
            Thread.ofVirtual().name("wrapper input").start(channel::pump);
            WrapperFrame first = channel.take();
            switch (first.type()) {
                case WrapperFrame.HELLO -> submitter.serve(channel, first, user.getName(), sameUser);
                case WrapperFrame.CONTROL -> {
                    submitter.beginSignsOfLife(channel);
                    try {
                        answer(channel, first, sameUser);
                    } finally {
                        submitter.endSignsOfLife(channel);
                    }
                }
                default -> throw new WrapperProtocolException("begins with frame type " + first.type());
            }
        } catch (WrapperDisconnectedException _) {
            // somebody only looked whether a node is here
        } catch (IOException e) {
            LOG.warn("dropped a connection on the socket: {}", FailureText.of(e));
        }
    }

    private void answer(WrapperChannel channel, WrapperFrame first, boolean owned) throws IOException {
        List<String> request = new ArrayList<>();
        for (byte[] word : new WrapperFrame.Reader(first).list()) {
            request.add(Utf8Strings.text(word)
                    .orElseThrow(() -> new WrapperProtocolException("a request that is not UTF-8")));
        }
        LineSink lines = new LineSink() {
            @Override
            public void accept(String line) throws IOException {
                if (isGone()) {
                    throw new WrapperDisconnectedException();
                }
                channel.send(new WrapperFrame(WrapperFrame.LINE, java.nio.ByteBuffer.wrap(Utf8Strings.bytes(line))));
            }

            @Override
            public boolean isGone() {
                return channel.gone().isDone();
            }
        };
        try {
            control.answer(request, owned, lines);
        } catch (WrapperDisconnectedException e) {
            throw e;
        } catch (IOException e) {
            lines.accept(ControlClient.ERROR + FailureText.of(e));
        } catch (RuntimeException e) {
            LOG.error("a request of the command line failed: {}", request, e);
            lines.accept(
                    ControlClient.ERROR + "the node could not answer (" + FailureText.of(e) + "); its log says more");
        }
        channel.sendLast(new WrapperFrame.Writer().frame(WrapperFrame.LAST));
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
        submitter.close();
    }
}
