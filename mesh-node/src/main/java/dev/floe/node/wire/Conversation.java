package dev.floe.node.wire;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

import org.infinispan.protostream.ProtobufUtil;
import org.infinispan.protostream.SerializationContext;

/**
 * Messages and blobs on an exchange. A message is its length as four bytes, big-endian, and a ProtoStream wrapped message; a blob is
 * {@link Blocks}. Messages leave when flushed; {@link #receive} flushes nothing.
 */
public final class Conversation implements AutoCloseable {
    /** An offer of 50,000 inputs is about 10 MiB; more than this is not believed. */
    public static final int MAX_MESSAGE_BYTES = 32 << 20;

    private static final SerializationContext SCHEMA = schema();

    private final Exchange exchange;
    private final DataInputStream in;
    private final DataOutputStream out;

    public Conversation(Exchange exchange) {
        this.exchange = exchange;
        this.in = new DataInputStream(exchange.input());
        this.out = new DataOutputStream(exchange.output());
    }

    private static SerializationContext schema() {
        SerializationContext context = ProtobufUtil.newSerializationContext();
        WireSchema generated = new WireSchemaImpl();
        generated.register(context);
        return context;
    }

    public Exchange exchange() {
        return exchange;
    }

    public void send(Object message) throws IOException {
        byte[] bytes = encode(message);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    public void sendBlob(InputStream bytes, long size) throws IOException {
        Blocks.write(bytes, size, out);
    }

    /** What was sent goes out now. */
    public void flush() throws IOException {
        out.flush();
    }

    /**
     * Ends this side's half, together with what was sent last. {@code out} holds nothing back, and closing it would flush first: then
     * the end could come a moment after the bytes, and who closes on them would take it for a peer that still has something to say.
     */
    public void finish() throws IOException {
        exchange.output().close();
    }

    /**
     * The next message.
     *
     * @throws IOException if the peer is gone, ends early, or sends something that is not an {@code expected}
     */
    public <T> T receive(Class<T> expected) throws IOException {
        int length;
        try {
            length = in.readInt();
        } catch (EOFException e) {
            throw new BrokenExchangeException(
                    exchange.peer() + ": ended where " + expected.getSimpleName() + " was expected");
        }
        if (length < 0 || length > MAX_MESSAGE_BYTES) {
            throw new IOException(
                    exchange.peer() + ": a message of " + Integer.toUnsignedLong(length) + " bytes is refused");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length != length) {
            throw new BrokenExchangeException(exchange.peer() + ": ended within a message of " + length + " bytes");
        }
        return decode(bytes, expected, exchange.peer());
    }

    /** Copies a blob of {@code size} bytes to {@code to}. */
    public void receiveBlob(long size, OutputStream to) throws IOException {
        Blocks.read(in, size, to);
    }

    static byte[] encode(Object message) throws IOException {
        return ProtobufUtil.toWrappedByteArray(SCHEMA, message);
    }

    static <T> T decode(byte[] bytes, Class<T> expected, String peer) throws IOException {
        Object message;
        try {
            message = ProtobufUtil.fromWrappedByteArray(SCHEMA, bytes);
        } catch (RuntimeException e) {
            throw new IOException(peer + ": a message that cannot be decoded", e);
        }
        if (!expected.isInstance(message)) {
            throw new IOException(
                    peer + ": " + (message == null ? "nothing" : message.getClass().getSimpleName()) + " where "
                            + expected.getSimpleName() + " was expected");
        }
        return expected.cast(message);
    }

    @Override
    public void close() {
        exchange.close();
    }
}
