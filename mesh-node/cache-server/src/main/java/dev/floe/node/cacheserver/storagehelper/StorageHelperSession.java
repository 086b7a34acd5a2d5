package dev.floe.node.cacheserver.storagehelper;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.cacheserver.values.CacheBackend;
import dev.floe.node.cacheserver.values.Upload;
import dev.floe.node.http.ClientDisconnectedException;
import dev.floe.store.FailureText;

/**
 * One connection of ccache's remote storage helper protocol, version 1, server side. Integers are in the machine's byte
 * order; no length of more than a byte is believed before the bytes are there. After {@code stop}, and after what
 * cannot be understood, the connection ends and the node continues.
 */
public final class StorageHelperSession {
    private static final Logger LOG = LogManager.getLogger(StorageHelperSession.class);
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int MAX_MESSAGE_BYTES = 255;
    private static final byte VERSION = 1;
    private static final byte OVERWRITE = 1;

    // capabilities
    private static final byte GET_PUT_REMOVE = 0;
    private static final byte INFO = 1;
    private static final byte EXISTS = 2;

    // how an answer begins
    private static final byte OK = 0;
    private static final byte NO = 1;
    private static final byte ERROR = 2;

    private final ReadableByteChannel in;
    private final WritableByteChannel out;
    private final CacheBackend cache;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);

    public StorageHelperSession(ReadableByteChannel in, WritableByteChannel out, CacheBackend cache) {
        this.in = in;
        this.out = out;
        this.cache = cache;
    }

    /**
     * Serves until the client closes its side.
     *
     * @throws IOException if it does so in the middle of a request, or cannot be answered
     */
    public void serve() throws IOException {
        send(VERSION, (byte) 3, GET_PUT_REMOVE, INFO, EXISTS);
        while (hasMore() && answer(readByte())) {
            // one request after the other
        }
    }

    /** @return whether the connection continues, as for all that follow */
    private boolean answer(int request) throws IOException {
        return switch (request) {
            case 0 -> get(name());
            case 1 -> put(name());
            case 2 -> remove(name());
            case 3 -> {
                send(OK);
                yield false;
            }
            case 4 -> info();
            case 5 -> exists(name());
            default -> {
                sendError("unknown request " + request);
                yield false;
            }
        };
    }

    private boolean get(String name) throws IOException {
        Optional<FileChannel> found;
        try {
            found = cache.values().read(name);
        } catch (IOException e) {
            LOG.warn("cannot read a value of the cache name={}: {}", name, FailureText.of(e));
            sendError("the node cannot read it: " + FailureText.of(e));
            return true;
        }
        if (found.isEmpty()) {
            send(NO);
            return true;
        }
        try (FileChannel value = found.get()) {
            long size = value.size();
            send(ByteBuffer.allocate(1 + Long.BYTES).order(ByteOrder.nativeOrder()).put(OK).putLong(size).flip());
            send(value, size);
        }
        return true;
    }

    /**
     * Not by {@code transferTo}: on a virtual thread it moves nothing when the socket is full, though the socket
     * blocks.
     */
    private void send(FileChannel value, long size) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, size));
        for (long done = 0; done < size; done += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), size - done));
            if (value.read(chunk, done) <= 0) {
                throw new IOException("a value became shorter while it was sent");
            }
            send(chunk.flip());
        }
    }

    private boolean put(String name) throws IOException {
        boolean overwrite = (readByte() & OVERWRITE) != 0;
        long length = readLong();
        if (Long.compareUnsigned(length, cache.incoming().maxBytes()) > 0) {
            sendError("a value has at most " + cache.incoming().maxBytes() + " bytes here");
            return false;
        }
        if (!overwrite && cache.values().exists(name)) {
            receive(length, _ -> {});
            send(NO);
            return true;
        }
        try (Upload upload = cache.incoming().begin()) {
            receive(length, upload::write);
            send(upload.store(name, cache.values()) ? OK : NO);
            return true;
        } catch (ClientDisconnectedException e) {
            throw e;
        } catch (IOException e) {
            LOG.warn("cannot write a value of the cache name={}: {}", name, FailureText.of(e));
            sendError("the node cannot write it: " + FailureText.of(e));
            return false; // who knows how much of the value is still to come
        }
    }

    private boolean remove(String name) throws IOException {
        try {
            send(cache.values().remove(name) ? OK : NO);
        } catch (ClientDisconnectedException e) {
            throw e;
        } catch (IOException e) {
            LOG.warn("cannot remove a value of the cache name={}: {}", name, FailureText.of(e));
            sendError("the node cannot remove it: " + FailureText.of(e));
        }
        return true;
    }

    private boolean exists(String name) throws IOException {
        send(OK, cache.values().exists(name) ? (byte) 1 : (byte) 0);
        return true;
    }

    private boolean info() throws IOException {
        ByteBuffer identity = message("Floe");
        send(ByteBuffer.allocate(identity.remaining() + 1).put(identity).put((byte) 0).flip());
        return true;
    }

    /** Takes bytes of a value. */
    private interface Sink {
        void take(ByteBuffer bytes) throws IOException;
    }

    private void receive(long length, Sink sink) throws IOException {
        for (long left = length; left > 0;) {
            require();
            ByteBuffer part = buffer.slice(buffer.position(), (int) Math.min(left, buffer.remaining()));
            buffer.position(buffer.position() + part.remaining());
            left -= part.remaining();
            sink.take(part);
        }
    }

    private String name() throws ClientDisconnectedException {
        byte[] key = new byte[readByte()];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) readByte();
        }
        return "crsh:" + HexFormat.of().formatHex(key);
    }

    private long readLong() throws ClientDisconnectedException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        while (bytes.hasRemaining()) {
            bytes.put((byte) readByte());
        }
        return bytes.flip().getLong();
    }

    private int readByte() throws ClientDisconnectedException {
        require();
        return Byte.toUnsignedInt(buffer.get());
    }

    private void require() throws ClientDisconnectedException {
        if (!hasMore()) {
            throw new ClientDisconnectedException("the client disconnected during a request");
        }
    }

    private boolean hasMore() throws ClientDisconnectedException {
        if (buffer.hasRemaining()) {
            return true;
        }
        try {
            buffer.clear();
            boolean more = in.read(buffer) > 0;
            buffer.flip();
            return more;
        } catch (IOException e) {
            throw new ClientDisconnectedException("cannot read a request: " + FailureText.of(e));
        }
    }

    private void send(byte... bytes) throws ClientDisconnectedException {
        send(ByteBuffer.wrap(bytes));
    }

    private void send(ByteBuffer bytes) throws ClientDisconnectedException {
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new ClientDisconnectedException("cannot answer: " + FailureText.of(e));
        }
    }

    private void sendError(String text) throws ClientDisconnectedException {
        ByteBuffer message = message(text);
        send(ByteBuffer.allocate(1 + message.remaining()).put(ERROR).put(message).flip());
    }

    /** A length of one byte, and so much of the text in UTF-8. */
    private static ByteBuffer message(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(1 + MAX_MESSAGE_BYTES).position(1);
        StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPLACE)
                .encode(CharBuffer.wrap(text), bytes, true);
        return bytes.put(0, (byte) (bytes.position() - 1)).flip();
    }
}
