package dev.floe.node.rpc.stream;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.infinispan.protostream.ProtobufUtil;
import org.infinispan.protostream.SerializationContext;
import org.jspecify.annotations.Nullable;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

import dev.floe.node.bounds.MemoryBudget;
import dev.floe.node.rpc.messages.WireSchema;
import dev.floe.node.rpc.messages.WireSchemaImpl;

/**
 * Messages and blobs on an exchange. A message is its length as four bytes, big-endian, and a ProtoStream wrapped
 * message. A compressed one is minus its length, the length of the message, and the message as zstd; nobody sends one
 * to a peer of release 0.1.0. A blob is {@link BlobBlockCodec}. Messages leave when flushed; {@link #receive} flushes
 * nothing.
 */
public final class MessageStream implements AutoCloseable {
    /** An offer of 50,000 inputs is about 10 MiB; more than this is not believed. */
    public static final int MAX_MESSAGE_BYTES = 32 << 20;

    /** Longer ones need the node's leave. */
    static final int FREE_BYTES = 64 << 10;
    /** The objects of longer ones count as memory in use until the conversation ends. */
    private static final int LONG_BYTES = 1 << 20;
    /** What a message takes while it comes: its parts, and the whole. */
    private static final int COPIES = 2;

    /** A shorter message fits into one packet in any case. */
    static final int MIN_COMPRESSED_BYTES = 1024;

    private static final SerializationContext SCHEMA = schema();

    private final PeerStream exchange;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final List<MemoryBudget.Share> held = new ArrayList<>(); // this and closed are guarded by held
    private boolean closed;

    public MessageStream(PeerStream exchange) {
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

    public PeerStream exchange() {
        return exchange;
    }

    public void send(Object message) throws IOException {
        byte[] bytes = encode(message);
        boolean worthwhile = bytes.length >= MIN_COMPRESSED_BYTES && exchange.memory().isPresent()
                && exchange.protocol().compressesMessages();
        byte[] compressed = worthwhile ? new byte[(int) Zstd.compressBound(bytes.length)] : bytes;
        int length = worthwhile ? ZstdContexts.compress(bytes, bytes.length, compressed) : bytes.length;
        if (length < bytes.length) {
            out.writeInt(-length);
            out.writeInt(bytes.length);
            out.write(compressed, 0, length);
        } else {
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    public void sendBlob(InputStream bytes, long size) throws IOException {
        try (MemoryBudget.Share _ = blocks(size)) {
            BlobBlockCodec.write(bytes, size, out);
        }
    }

    /** What was sent goes out now. */
    public void flush() throws IOException {
        out.flush();
    }

    /**
     * Ends this side's half, together with what was sent last. {@code out} holds nothing back, and closing it would
     * flush first: then the end could come a moment after the bytes, and who closes on them would take it for a peer
     * that still has something to say.
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
        MessageLength length;
        try {
            length = readLength();
        } catch (EOFException e) {
            throw new StreamBrokenException(
                    exchange.peer() + ": ended before it had answered");
        }
        MemoryBudget memory = length.message() > FREE_BYTES
                ? exchange.memory().map(WireMemory::messages).orElse(null)
                : null;
        return memory == null ? receive(length, expected) : receive(length, expected, memory);
    }

    /** How many bytes are sent for a message, and how many it has; they differ if it is compressed. */
    private record MessageLength(int sent, int message) {
        boolean isCompressed() {
            return sent != message;
        }
    }

    private MessageLength readLength() throws IOException {
        int first = in.readInt();
        if (first >= 0 || !exchange.protocol().compressesMessages()) {
            return new MessageLength(check(first), first);
        }
        MessageLength length = new MessageLength(check(-first), check(in.readInt()));
        if (length.sent() >= length.message()) {
            throw new IOException(exchange.peer() + ": a message of " + length.message() + " bytes, compressed to "
                    + length.sent() + ", is refused");
        }
        return length;
    }

    private int check(int length) throws IOException {
        if (length < 0 || length > MAX_MESSAGE_BYTES) {
            throw new IOException(
                    exchange.peer() + ": a message of " + Integer.toUnsignedLong(length) + " bytes is refused");
        }
        return length;
    }

    private <T> T receive(MessageLength length, Class<T> expected, MemoryBudget memory) throws IOException {
        MemoryBudget.Share share = memory.acquire(exchange.node(), (long) COPIES * length.message());
        boolean keep = false;
        try {
            if (length.message() <= LONG_BYTES) {
                return receive(length, expected);
            }
            byte[] bytes = read(length);
            memory.decoding().lock();
            try {
                T message = decode(bytes, expected, exchange.peer());
                keep = true;
                return message;
            } finally {
                memory.decoding().unlock();
            }
        } finally {
            if (keep) {
                hold(share);
            } else {
                share.close();
            }
        }
    }

    private <T> T receive(MessageLength length, Class<T> expected) throws IOException {
        return decode(read(length), expected, exchange.peer());
    }

    private byte[] read(MessageLength length) throws IOException {
        byte[] bytes = in.readNBytes(length.sent());
        if (bytes.length != length.sent()) {
            throw new StreamBrokenException(
                    exchange.peer() + ": ended within a message of " + length.sent() + " bytes");
        }
        return length.isCompressed() ? decompress(bytes, length.message()) : bytes;
    }

    private byte[] decompress(byte[] compressed, int length) throws IOException {
        byte[] message = new byte[length];
        long made;
        try {
            made = ZstdContexts.decompress(compressed, compressed.length, message, length);
        } catch (ZstdException e) {
            throw new IOException(exchange.peer() + ": a compressed message is damaged", e);
        }
        if (made != length) {
            throw new IOException(exchange.peer() + ": a compressed message is damaged");
        }
        return message;
    }

    private void hold(MemoryBudget.Share share) {
        synchronized (held) {
            if (!closed) {
                held.add(share);
                return;
            }
        }
        share.close();
    }

    /** Copies a blob of {@code size} bytes to {@code to}. */
    public void receiveBlob(long size, OutputStream to) throws IOException {
        try (MemoryBudget.Share _ = blocks(size)) {
            BlobBlockCodec.read(in, size, to);
        }
    }

    /**
     * Receives a blob of {@code size} bytes, which count as memory in use until the conversation ends.
     *
     * @throws dev.floe.node.bounds.MemoryExhaustedException if there is no memory for so many
     */
    public byte[] receiveBytes(long size) throws IOException {
        return receiveBytes(size, _ -> {
            // nobody counts
        });
    }

    /** @param came told how many bytes have come, with each part */
    public byte[] receiveBytes(long size, Consumer<Integer> came) throws IOException {
        Optional<WireMemory> memory = size > FREE_BYTES ? exchange.memory() : Optional.empty();
        if (memory.isPresent()) {
            hold(memory.get().messages().acquire(exchange.node(), COPIES * size));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.toIntExact(size)) {
            @Override
            public synchronized void write(byte[] more, int offset, int length) {
                came.accept(length);
                super.write(more, offset, length);
            }
        };
        receiveBlob(size, bytes);
        return bytes.toByteArray();
    }

    private MemoryBudget.@Nullable Share blocks(long size) throws IOException {
        Optional<WireMemory> memory = size > FREE_BYTES ? exchange.memory() : Optional.empty();
        return memory.isEmpty() ? null : memory.get().blobs().acquire(exchange.node(), BlobBlockCodec.memory(size));
    }

    /** A message as bytes, to be sent or kept. */
    public static byte[] encode(Object message) throws IOException {
        return ProtobufUtil.toWrappedByteArray(SCHEMA, message);
    }

    /** The inverse of {@link #encode}; {@code peer} is where the bytes are from. */
    public static <T> T decode(byte[] bytes, Class<T> expected, String peer) throws IOException {
        Object message;
        try {
            message = ProtobufUtil.fromWrappedByteArray(SCHEMA, bytes);
        } catch (RuntimeException e) {
            throw new IOException(peer + ": a message that cannot be decoded", e);
        }
        if (!expected.isInstance(message)) {
            throw new IOException(
                    peer + ": sent a message that was not expected; is it another release of Floe?");
        }
        return expected.cast(message);
    }

    @Override
    public void close() {
        exchange.close();
        synchronized (held) {
            closed = true;
            held.forEach(MemoryBudget.Share::close);
            held.clear();
        }
    }
}
