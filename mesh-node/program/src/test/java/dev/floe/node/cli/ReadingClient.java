package dev.floe.node.cli;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

import dev.floe.node.submitter.client.ClientCommand;
import dev.floe.node.submitter.client.ClientCommands;
import dev.floe.node.submitter.client.ClientSession;
import dev.floe.node.submitter.wrapper.WrapperChannel;
import dev.floe.node.submitter.wrapper.WrapperFrame;

/** A client that reads what its command prints. */
final class ReadingClient implements AutoCloseable {
    private final ServerSocketChannel server;
    private final UnixDomainSocketAddress address;
    private final StringBuilder out = new StringBuilder();
    private final StringBuilder err = new StringBuilder();

    ReadingClient(Path socket) throws IOException {
        address = UnixDomainSocketAddress.of(socket);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
    }

    /** Runs a command and returns its exit code; empty if the node declines it. */
    OptionalInt run(ClientCommands commands, ClientCommand command, boolean owned) throws Exception {
        out.setLength(0);
        err.setLength(0);
        ClientSession session = new ClientSession((_, isOwned, output) -> commands.run(command, isOwned, output));
        try (SocketChannel client = SocketChannel.open(address);
                WrapperChannel node = new WrapperChannel(server.accept())) {
            node.readAhead();
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> serve(session, node, owned));
            OptionalInt code = read(new DataInputStream(Channels.newInputStream(client)));
            served.get();
            return code;
        }
    }

    /** What stands in the first frame is for another test; the session needs one. */
    private static void serve(ClientSession session, WrapperChannel node, boolean owned) {
        try {
            WrapperFrame.Writer frame = new WrapperFrame.Writer().u32(0x464c4f45)
                    .raw(new byte[]{0, 1, 0, 0, 0, 0, 0, 0})
                    .u32(0).u32(0).u32(0).u32(0);
            session.serve(node, frame.frame(WrapperFrame.COMMAND), owned);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private OptionalInt read(DataInputStream in) throws IOException {
        while (true) {
            byte[] payload = new byte[in.readInt()];
            int type = in.readUnsignedByte();
            in.readFully(payload);
            switch (type) {
                case WrapperFrame.PRINT -> (payload[0] == 1 ? out : err)
                        .append(new String(payload, 1, payload.length - 1, StandardCharsets.UTF_8));
                case WrapperFrame.EXIT -> {
                    return OptionalInt.of(payload[3]);
                }
                case WrapperFrame.DECLINED -> {
                    return OptionalInt.empty();
                }
                default -> throw new AssertionError("frame of type " + type);
            }
        }
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
