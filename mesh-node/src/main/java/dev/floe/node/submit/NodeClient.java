package dev.floe.node.submit;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The command line's way to a node on this machine. */
public final class NodeClient {
    /** How a line begins that says why a request could not be granted. */
    public static final String ERROR = "error: ";

    private NodeClient() {}

    /**
     * Asks the node at a socket, for the command line.
     *
     * @throws IOException if no node listens there, or it goes away
     */
    public static void ask(Path socket, List<String> request, Consumer<String> line) throws IOException {
        SocketChannel connection;
        try {
            connection = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            throw new IOException("no node answers at " + socket + "; start one with: floe node", e);
        }
        try (FrameChannel channel = new FrameChannel(connection)) {
            Thread.ofVirtual().start(channel::pump);
            channel.send(new Frame.Writer().list(request).frame(Frame.CONTROL));
            while (true) {
                Frame frame = channel.take();
                switch (frame.type()) {
                    case Frame.LINE -> line.accept(Names.text(frame.payload().array()).orElse(""));
                    case Frame.LAST -> {
                        return;
                    }
                    case Frame.ALIVE -> {
                    }
                    default -> throw new ProtocolException("frame type " + frame.type() + " in an answer");
                }
            }
        } catch (WrapperGoneException e) {
            throw new IOException("the node at " + socket + " went away", e);
        }
    }
}
