package dev.floe.node.submitter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.rpc.UnixSocketPath;
import dev.floe.node.rpc.UnixSocketServer.SocketSettings;
import dev.floe.node.rpc.unix.UnixStreamServer;
import dev.floe.node.submitter.client.ClientCommands;
import dev.floe.node.submitter.client.ClientSession;
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

    private final UnixStreamServer socket;
    private final Submitter submitter;
    private final Control control;
    private final ClientSession clients;

    /** Answers the command line. */
    @FunctionalInterface
    public interface Control {
        /** The same as {@link #answer}, but what goes wrong is a line of the answer. */
        default void answerOrExplain(List<String> request, boolean owned, LineSink line) throws IOException {
            try {
                answer(request, owned, line);
            } catch (WrapperDisconnectedException e) {
                throw e;
            } catch (IOException e) {
                line.accept(ControlClient.ERROR + FailureText.of(e));
            } catch (RuntimeException e) {
                LOG.error("a request of the command line failed: {}", request, e);
                line.accept(ControlClient.ERROR + "the node could not answer (" + FailureText.of(e)
                        + "); its log says more");
            }
        }

        /**
         * @param owned whether the node's own user or root asks; others may look, but make it do nothing
         * @param line  takes the answer, a line at a time; throws once the asker has gone
         */
        void answer(List<String> request, boolean owned, LineSink line) throws IOException;
    }

    /** Takes lines of an answer. */
    @FunctionalInterface
    public interface LineSink {
        void accept(String line) throws IOException;

        /** Delivers the lines that were accepted; called before what may be a long wait for the next. */
        default void flush() throws IOException {}

        /** Whether nobody is there any more to take lines. */
        default boolean isGone() {
            return false;
        }
    }

    /**
     * @param everyone whether wrappers of all users may connect; otherwise only this user's
     * @param commands runs the command lines of clients
     */
    public NodeSocketServer(Path path, boolean everyone, Submitter submitter, Control control,
            ClientCommands commands) {
        this.socket = new UnixStreamServer(settings(path, everyone),
                connection -> Thread.ofVirtual().name("wrapper").start(() -> serve(connection)));
        this.submitter = submitter;
        this.control = control;
        this.clients = new ClientSession(commands);
    }

    private static SocketSettings settings(Path path, boolean everyone) {
        return new SocketSettings(path, everyone, "another node", "listen on the socket", "--socket");
    }

    /** @throws IOException if a node listens at {@code path}; the message says so */
    public static void refuseIfTaken(Path path) throws IOException {
        new UnixSocketPath(settings(path, false)).checkFree();
    }

    /** @throws IOException if another node listens there, or the path cannot be used; the message says which */
    public void start() throws IOException {
        socket.start();
    }

    private void serve(UnixStreamServer.PeerConnection connection) {
        try (WrapperChannel channel = new WrapperChannel(connection.stream())) {
            WrapperFrame first = channel.take();
            switch (first.type()) {
                case WrapperFrame.HELLO -> submitter.serve(channel, first, connection);
                case WrapperFrame.CONTROL, WrapperFrame.COMMAND ->
                    serveCommandLine(channel, first, connection.mayManage());
                default -> throw new WrapperProtocolException("begins with frame type " + first.type());
            }
        } catch (WrapperDisconnectedException _) {
            // somebody only looked whether a node is here
        } catch (IOException e) {
            LOG.warn("dropped a connection on the socket: {}", FailureText.of(e));
        }
    }

    private void serveCommandLine(WrapperChannel channel, WrapperFrame first, boolean owned) throws IOException {
        submitter.beginSignsOfLife(channel);
        try {
            if (first.type() == WrapperFrame.COMMAND) {
                clients.serve(channel, first, owned);
            } else {
                answer(channel, first, owned);
            }
        } catch (WrapperProtocolException e) {
            throw e;
        } catch (IOException e) {
            LOG.debug("the command line has gone: {}", FailureText.of(e)); // as with: floe jobs | head
        } finally {
            submitter.endSignsOfLife(channel);
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
                channel.send(new WrapperFrame(WrapperFrame.LINE, ByteBuffer.wrap(Utf8Strings.bytes(line))));
            }

            @Override
            public boolean isGone() {
                return channel.gone().isDone();
            }
        };
        control.answerOrExplain(request, owned, lines);
        channel.sendLast(new WrapperFrame.Writer().frame(WrapperFrame.LAST));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
