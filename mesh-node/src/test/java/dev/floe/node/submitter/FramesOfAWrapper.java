package dev.floe.node.submitter;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import dev.floe.node.submitter.wrapper.Utf8Strings;
import dev.floe.node.submitter.wrapper.WrapperChannel;
import dev.floe.node.submitter.wrapper.WrapperClient;
import dev.floe.node.submitter.wrapper.WrapperFrame;

/** A wrapper in memory: what it is told to write appears with COMMIT, and is dropped with DISCARD. */
final class FramesOfAWrapper implements AutoCloseable {
    private final SocketChannel wrapper;
    private final WrapperChannel channel;
    private final ConcurrentMap<String, Written> committed = new ConcurrentHashMap<>();
    private final Map<String, Written> open = new TreeMap<>(); // this and current belong to the wrapper's thread
    private String current = "";

    /** A file with the mode that it was opened with. */
    record Written(int mode, String bytes) {}

    FramesOfAWrapper(Path directory) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("wrapper.sock"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address);
            wrapper = SocketChannel.open(address);
            channel = new WrapperChannel(server.accept());
        }
        Thread.ofVirtual().name("wrapper input").start(channel::pump);
        Thread.ofVirtual().name("wrapper").start(this::obey);
    }

    WrapperClient hands() {
        return new WrapperClient(channel);
    }

    /** What the user sees. */
    Map<String, Written> files() {
        return new TreeMap<>(committed);
    }

    private void obey() {
        try {
            DataInputStream in = new DataInputStream(Channels.newInputStream(wrapper));
            while (true) {
                int length = in.readInt();
                int type = in.readUnsignedByte();
                obey(new WrapperFrame(type, ByteBuffer.wrap(in.readNBytes(length))));
            }
        } catch (IOException _) {
            // the test has ended
        }
    }

    private void obey(WrapperFrame frame) throws IOException {
        WrapperFrame.Reader in = new WrapperFrame.Reader(frame);
        switch (frame.type()) {
            case WrapperFrame.OPEN -> {
                current = Utf8Strings.text(in.bytes()).orElseThrow();
                open.put(current, new Written(in.u32(), ""));
            }
            case WrapperFrame.CHUNK -> open.computeIfPresent(current, (_, file) -> new Written(file.mode(),
                    file.bytes() + new String(frame.payload().array(), java.nio.charset.StandardCharsets.ISO_8859_1)));
            case WrapperFrame.COMMIT -> {
                committed.putAll(open);
                open.clear();
                wrapper.write(
                        ByteBuffer.allocate(13).putInt(8).put((byte) WrapperFrame.DONE).putInt(0).putInt(0).flip());
            }
            case WrapperFrame.DISCARD -> open.clear();
            default -> {
                // printed, or alive
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        wrapper.close();
    }
}
