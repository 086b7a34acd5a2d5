package dev.floe.node.cache.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

import dev.floe.node.cache.local.ResultNotStoredException;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.WireProtocol;
import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;
import dev.floe.store.FailureText;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResultCodec;
import dev.floe.store.content.ContentStore;
import dev.floe.store.content.ContentWriter;
import dev.floe.store.files.BlockOutputStream;

/** The bytes of results on their way between a store and a peer. */
public final class ResultBlobTransfer {
    /** One result may fill at most this part of a store, so that no peer can crowd out all others with it. */
    private static final int PART_OF_STORE = 4;

    private ResultBlobTransfer() {}

    /** What a result names by digest, each once, in its order. */
    public static List<Digest> of(ActionResult result) {
        return result.stored().stream().distinct().toList();
    }

    /**
     * A result as a peer that speaks this version can decode it: one of release 0.1.0 gets it without the observation,
     * which it would not look at. Empty if a signature covers the observation.
     */
    public static Optional<byte[]> encode(ActionResult result, WireProtocol version) {
        if (result.observed() == null || version.readsObservations()) {
            return Optional.of(ActionResultCodec.encode(result));
        }
        return result.seal().isNone()
                ? Optional.of(ActionResultCodec.encode(result.observed(null)))
                : Optional.empty();
    }

    /** @throws ResultNotStoredException if a result is more than the store should take from a peer */
    public static void checkSize(ActionResult result, ContentStore store) throws ResultNotStoredException {
        long most = store.stats().maxBytes() / PART_OF_STORE;
        long bytes = 0;
        for (Digest digest : of(result)) {
            bytes += Math.min(digest.size(), most + 1);
            if (bytes > most) {
                throw new ResultNotStoredException(
                        "a result of more than " + most + " bytes is refused; give the store a larger bound");
            }
        }
    }

    /** @throws IOException if a peer sent something that is no key */
    public static ActionKey key(byte[] bytes) throws IOException {
        try {
            return ActionKey.of(bytes);
        } catch (IllegalArgumentException e) {
            throw new IOException("the peer sent no key: " + FailureText.of(e), e);
        }
    }

    /** @throws IOException if the entry is not in the store any more, or the peer is gone */
    public static void send(MessageStream conversation, Digest digest, ContentStore store) throws IOException {
        Optional<FileChannel> stored = store.read(digest);
        if (stored.isEmpty()) {
            throw new IOException(digest + " has just gone from the store");
        }
        try (FileChannel bytes = stored.get()) {
            conversation.sendBlob(Channels.newInputStream(bytes), digest.size());
        }
    }

    /**
     * Takes a blob into the store; one that is there already is read and dropped.
     *
     * @param progress told the bytes that came, as they come
     * @throws ResultNotStoredException if they cannot be written
     * @throws IOException if the peer is gone or sent other bytes
     */
    public static void receive(MessageStream conversation, Digest digest, ContentStore store, IntConsumer progress)
            throws IOException {
        if (store.holds(digest)) {
            conversation.receiveBlob(digest.size(), counting(OutputStream.nullOutputStream(), progress));
            return;
        }
        try (ContentWriter inbox = inbox(digest, store)) {
            conversation.receiveBlob(digest.size(), counting(into(inbox), progress));
            inbox.commit();
        }
    }

    private static ContentWriter inbox(Digest digest, ContentStore store) throws ResultNotStoredException {
        try {
            return store.receive(digest);
        } catch (IOException e) {
            throw new ResultNotStoredException(e);
        }
    }

    private static OutputStream into(ContentWriter inbox) {
        return new BlockOutputStream() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                try {
                    inbox.write(ByteBuffer.wrap(bytes, offset, length));
                } catch (DigestMismatchException e) {
                    throw e;
                } catch (IOException e) {
                    throw new ResultNotStoredException(e);
                }
            }
        };
    }

    private static OutputStream counting(OutputStream to, IntConsumer progress) {
        return new BlockOutputStream() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                to.write(bytes, offset, length);
                progress.accept(length);
            }
        };
    }
}
