package dev.floe.node.rpc.stream;

import java.io.IOException;
import java.io.InputStream;

import io.netty.buffer.ByteBuf;

/** Reads the bytes that wait in a {@link BlockingBuffer}; closing it closes the buffer. One thread reads. */
public final class InboundStream extends InputStream {
    private final BlockingBuffer<ByteBuf> buffer;

    public InboundStream(BlockingBuffer<ByteBuf> buffer) {
        this.buffer = buffer;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return length == 0 ? 0 : buffer.use(first -> {
            int count = Math.min(length, first.readableBytes());
            first.readBytes(bytes, offset, count);
            return count;
        });
    }

    @Override
    public void close() {
        buffer.close();
    }
}
