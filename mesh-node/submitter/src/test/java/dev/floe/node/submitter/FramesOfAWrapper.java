package dev.floe.node.submitter;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.floe.node.submitter.roots.UserFileAccess;
import dev.floe.node.submitter.wrapper.Utf8Strings;
import dev.floe.node.submitter.wrapper.WrapperChannel;
import dev.floe.node.submitter.wrapper.WrapperClient;
import dev.floe.node.submitter.wrapper.WrapperFrame;

/**
 * A wrapper in memory: what it is told to write appears with COMMIT, and is dropped with DISCARD. It ends once it is
 * told to exit or to become a compiler.
 */
public final class FramesOfAWrapper implements AutoCloseable {
    private static final int PRINT = 0x16;
    private static final int EXIT = 0x17;
    private static final int EXEC = 0x18;
    private static final int COPY = 0x1a;

    private final SocketChannel wrapper;
    private final WrapperChannel channel;
    private final ConcurrentMap<String, Written> committed = new ConcurrentHashMap<>();
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final AtomicInteger copies = new AtomicInteger();
    private volatile int commitError; // an errno; 0 if files can be written
    private final StringBuffer printed = new StringBuffer();
    private final StringBuffer merged = new StringBuffer();
    private final Map<String, Written> open = new TreeMap<>(); // this and current belong to the wrapper's thread
    private String current = "";

    /** A file with the mode that it was opened with. */
    public record Written(int mode, String bytes) {}

    public FramesOfAWrapper(Path directory) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("wrapper.sock"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address);
            wrapper = SocketChannel.open(address);
            channel = new WrapperChannel(server.accept());
        }
        channel.readAhead();
        Thread.ofVirtual().name("wrapper").start(this::obey);
    }

    public WrapperClient client() {
        return new WrapperClient(channel);
    }

    public WrapperClient client(UserFileAccess access) {
        return new WrapperClient(channel, access);
    }

    /** What the user sees. */
    public Map<String, Written> files() {
        return new TreeMap<>(committed);
    }

    /** How many files it was told to copy. */
    public int copies() {
        return copies.get();
    }

    /** From now on its outputs cannot be written. */
    public void refuseToWrite(int errno) {
        commitError = errno;
    }

    /**
     * How it was told to end, such as {@code exit 0} or, with the flags, {@code exec 3}; empty as long as it was not.
     */
    List<String> ended() {
        return List.copyOf(ended);
    }

    /** What it was told to print on its standard output. */
    public String printed() {
        return printed.toString();
    }

    /** What a file has that receives both standard output and standard error. */
    public String merged() {
        return merged.toString();
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
                    file.bytes() + new String(frame.payload().array(), StandardCharsets.ISO_8859_1)));
            case COPY -> {
                String copied = Files.readString(Path.of(Utf8Strings.text(in.bytes()).orElseThrow()),
                        StandardCharsets.ISO_8859_1);
                open.computeIfPresent(current, (_, file) -> new Written(file.mode(), file.bytes() + copied));
                copies.incrementAndGet();
            }
            case WrapperFrame.COMMIT -> {
                if (commitError == 0) {
                    committed.putAll(open);
                }
                open.clear();
                wrapper.write(ByteBuffer.allocate(13).putInt(8).put((byte) WrapperFrame.DONE).putInt(commitError)
                        .putInt(0).flip());
            }
            case WrapperFrame.DISCARD -> open.clear();
            case PRINT -> {
                ByteBuffer bytes = frame.payload();
                int descriptor = bytes.get();
                CharBuffer text = StandardCharsets.UTF_8.decode(bytes);
                if (descriptor == 1) {
                    printed.append(text);
                }
                merged.append(text);
            }
            case EXIT -> end("exit " + in.u32());
            case EXEC -> end("exec " + frame.payload().get(0));
            default -> {
                // alive
            }
        }
    }

    private void end(String how) throws IOException {
        ended.add(how);
        wrapper.close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        wrapper.close();
    }
}
