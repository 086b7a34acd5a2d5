package dev.floe.node.rpc.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import dev.floe.store.files.BlockOutputStream;

/** An exchange of a node with itself, without a network: two ends, each of which reads what the other writes. */
public final class InProcessStream implements PeerStream {
    private static final String THIS_NODE = "this node";
    private static final String GIVEN_UP = "given up";
    private static final int ROOM_BYTES = 1 << 18;

    private final String path;
    private final BlockingBuffer<ByteBuf> in;
    private final BlockingBuffer<ByteBuf> out;
    private final InputStream input;
    private final OutputStream output;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile @Nullable Runnable onBroken;
    private volatile @Nullable InProcessStream other; // set once, before the exchange is used

    private InProcessStream(String path, BlockingBuffer<ByteBuf> in, BlockingBuffer<ByteBuf> out) {
        this.path = path;
        this.in = in;
        this.out = out;
        this.input = new InboundStream(in);
        this.output = new PipeOutput(out);
    }

    /** Gives one end to {@code server} on a thread of its own, and returns the other. */
    public static PeerStream open(String path, Consumer<PeerStream> server) {
        BlockingBuffer<ByteBuf> there = pipe();
        BlockingBuffer<ByteBuf> back = pipe();
        InProcessStream client = new InProcessStream(path, back, there);
        InProcessStream serving = new InProcessStream(path, there, back);
        client.other = serving;
        serving.other = client;
        Thread.ofVirtual().name("here " + path).start(() -> {
            try (serving) {
                server.accept(serving);
            }
        });
        return client;
    }

    private static BlockingBuffer<ByteBuf> pipe() {
        return new BlockingBuffer<>(THIS_NODE, ByteBuf::readableBytes, ROOM_BYTES,
                new StallTimer(StallPolicy.ENDLESS, () -> 0), () -> {});
    }

    @Override
    public String peer() {
        return THIS_NODE;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void onClosed(Runnable action) {
        onBroken = action;
        if (in.isBroken()) {
            tell();
        }
    }

    private void tell() {
        Runnable action = onBroken;
        if (action != null && told.compareAndSet(false, true)) {
            action.run();
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        boolean done = out.isEnded() && in.isEnded();
        in.close();
        out.breakOff(GIVEN_UP);
        InProcessStream end = other;
        if (!done && end != null) {
            end.tell();
        }
    }

    /** Passes on all bytes that are written; closing it ends what the other side reads. */
    private static final class PipeOutput extends BlockOutputStream {
        private final BlockingBuffer<ByteBuf> pipe;

        PipeOutput(BlockingBuffer<ByteBuf> pipe) {
            this.pipe = pipe;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length;) {
                int from = offset + done;
                int left = length - done;
                done += pipe.put(room -> Unpooled.copiedBuffer(bytes, from, Math.min(left, room)));
            }
        }

        @Override
        public void close() {
            pipe.end();
        }
    }
}
