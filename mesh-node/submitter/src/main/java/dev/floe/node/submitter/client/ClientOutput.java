package dev.floe.node.submitter.client;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

import dev.floe.node.submitter.wrapper.WrapperChannel;
import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;
import dev.floe.node.submitter.wrapper.WrapperFrame;

/**
 * The standard output and error of a command that runs in the node, in the order in which it writes them. Writing
 * blocks while the client reads nothing, so that no more than one piece is held. Only the thread of the command may
 * use it.
 */
public final class ClientOutput {
    private static final int PIECE_BYTES = 32 << 10;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    /** After this time without output a line is sent at once, so that slow commands show how far they are. */
    private static final long PAUSE_NANOS = 100_000_000;

    private final WrapperChannel channel;
    private final LongSupplier nanos;
    private final PrintWriter out = new PrintWriter(new DescriptorWriter(STDOUT));
    private final PrintWriter err = new PrintWriter(new DescriptorWriter(STDERR));
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES); // not sent yet; the descriptor is its first byte
    private long sent; // when a piece was sent last

    /** @param nanos the time in nanoseconds since any moment */
    ClientOutput(WrapperChannel channel, LongSupplier nanos) {
        this.channel = channel;
        this.nanos = nanos;
        this.sent = nanos.getAsLong() - PAUSE_NANOS;
        piece.put((byte) STDOUT);
    }

    /** The standard output. To flush it sends something only after a pause; {@link #flush} always does. */
    public PrintWriter out() {
        return out;
    }

    public PrintWriter err() {
        return err;
    }

    /** Whether nobody is there any more to read. */
    public boolean isGone() {
        return channel.gone().isDone();
    }

    /** Sends what was written. */
    public void flush() throws IOException {
        if (isGone()) {
            throw new WrapperDisconnectedException();
        }
        if (piece.position() > 1) {
            channel.send(new WrapperFrame(WrapperFrame.PRINT, piece.flip()));
            byte descriptor = piece.get(0);
            piece.clear().put(descriptor);
            sent = nanos.getAsLong();
        }
    }

    private void write(int descriptor, byte[] bytes) throws IOException {
        if (piece.get(0) != descriptor) {
            flush();
            piece.put(0, (byte) descriptor);
        }
        for (int at = 0; at < bytes.length;) {
            if (!piece.hasRemaining()) {
                flush();
            }
            int length = Math.min(piece.remaining(), bytes.length - at);
            piece.put(bytes, at, length);
            at += length;
        }
    }

    private final class DescriptorWriter extends Writer {
        private final int descriptor;

        DescriptorWriter(int descriptor) {
            this.descriptor = descriptor;
        }

        @Override
        public void write(char[] characters, int offset, int length) throws IOException {
            write(new String(characters, offset, length));
        }

        @Override
        public void write(String text, int offset, int length) throws IOException {
            ClientOutput.this.write(descriptor,
                    text.substring(offset, offset + length).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void flush() throws IOException {
            if (nanos.getAsLong() - sent >= PAUSE_NANOS) {
                ClientOutput.this.flush();
            }
        }

        @Override
        public void close() {}
    }
}
