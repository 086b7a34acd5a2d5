package dev.floe.node.toolchains.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.messages.BlobFetchMessage;
import dev.floe.node.rpc.messages.BlobFetchMessage.BlobFound;
import dev.floe.node.rpc.messages.BlobFetchMessage.BlobNotFound;
import dev.floe.node.rpc.messages.BlobFetchMessage.FetchBlob;
import dev.floe.node.rpc.messages.BlobFetchMessage.FetchToolchain;
import dev.floe.node.rpc.messages.BlobFetchMessage.ToolchainFound;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.rpc.stream.WireDigests;
import dev.floe.node.toolchains.relay.HedgedRequest;
import dev.floe.node.toolchains.relay.HolderFailedException;
import dev.floe.store.ChunkList;
import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;
import dev.floe.store.FailureText;
import dev.floe.store.FileChunker;
import dev.floe.store.content.ContentStore;
import dev.floe.toolchain.ToolchainId;

/** Toolchains between peers: this node asks any holder for chunks, and gives what it holds itself. */
public final class ToolchainTransfer implements ToolchainStore.Fetcher {
    private static final Logger LOG = LogManager.getLogger(ToolchainTransfer.class);
    private static final int MAX_CHUNKS = 4096;
    /** A fetch that fails so often has kept its job waiting for long enough. */
    private static final int MAX_TRIES = 2;
    /** An archive and its tree take about this many times the bytes of the archive. */
    private static final int ROOM_FACTOR = 4;

    private final PeerConnections connections;
    private final Function<ToolchainId, List<InetSocketAddress>> holders;

    /** @param holders the peers that hold a toolchain, in any order */
    public ToolchainTransfer(PeerConnections connections, Function<ToolchainId, List<InetSocketAddress>> holders) {
        this.connections = connections;
        this.holders = holders;
    }

    @Override
    public void fetch(ToolchainId id, Path target) throws IOException {
        List<InetSocketAddress> known = holders.apply(id);
        if (known.isEmpty()) {
            throw new HolderFailedException("no node of the mesh holds toolchain " + id.brief());
        }
        HedgedRequest hedged = new HedgedRequest();
        List<InetSocketAddress> untried = new ArrayList<>(known);
        List<String> troubles = new ArrayList<>();
        while (!untried.isEmpty() && troubles.size() < MAX_TRIES) {
            try {
                Listed from = hedged.first(untried, (holder, _, opened) -> list(id, holder, opened));
                untried.remove(from.holder());
                join(from.list(), known, hedged, target);
                LOG.info("toolchain={} fetched bytes={} holders={}", id.brief(), from.list().whole().size(),
                        known.size());
                return;
            } catch (HolderFailedException | DigestMismatchException e) {
                troubles.add(FailureText.of(e));
            }
        }
        throw new HolderFailedException(
                "toolchain " + id.brief() + " could not be fetched: " + String.join("; ", troubles));
    }

    private void join(ChunkList list, List<InetSocketAddress> holders, HedgedRequest hedged, Path target)
            throws IOException {
        checkRoom(list.whole().size() * ROOM_FACTOR, target);
        FileChunker.join(list, chunk -> hedged.first(rotated(holders, list.chunks().indexOf(chunk)),
                (holder, came, opened) -> chunk(chunk, holder, came, opened)), target);
    }

    /** How the archive is cut, as one holder says. */
    private record Listed(InetSocketAddress holder, ChunkList list) {}

    private static void checkRoom(long needed, Path target) throws IOException {
        long free = Files.getFileStore(target).getUsableSpace();
        if (free < needed) {
            throw new InsufficientSpaceException(needed, free);
        }
    }

    /** Another holder is asked first for each chunk, so that all share the work. */
    private static List<InetSocketAddress> rotated(List<InetSocketAddress> holders, int by) {
        List<InetSocketAddress> rotated = new ArrayList<>(holders);
        Collections.rotate(rotated, -Math.max(0, by));
        return rotated;
    }

    private Listed list(ToolchainId id, InetSocketAddress from, Consumer<Runnable> opened) throws IOException {
        try (MessageStream conversation = open(from, "/toolchain", opened)) {
            conversation.send(new FetchToolchain(id.hex()));
            conversation.finish();
            return switch (conversation.receive(BlobFetchMessage.class)) {
                case ToolchainFound found -> new Listed(from, chunkList(found));
                case BlobNotFound absent -> throw new IOException(absent.reason());
                case BlobFetchMessage other -> throw new IOException("it sent a message that was not expected");
            };
        }
    }

    private static ChunkList chunkList(ToolchainFound found) throws IOException {
        if (found.chunks().size() > MAX_CHUNKS) {
            throw new IOException("a toolchain of " + found.chunks().size() + " chunks is refused");
        }
        List<Digest> chunks = new ArrayList<>();
        for (FetchBlob chunk : found.chunks()) {
            chunks.add(WireDigests.of(chunk.hash(), chunk.size()));
        }
        try {
            return new ChunkList(WireDigests.of(found.hash(), found.size()), chunks);
        } catch (IllegalArgumentException e) {
            throw new IOException("the chunk list is refused: " + FailureText.of(e), e);
        }
    }

    private MessageStream open(InetSocketAddress holder, String path, Consumer<Runnable> opened) throws IOException {
        MessageStream conversation = new MessageStream(
                connections.open(holder, PeerConnections.ConnectionClass.BULK, path));
        opened.accept(conversation::close);
        return conversation;
    }

    private ByteBuffer chunk(Digest chunk, InetSocketAddress from, Consumer<Integer> came, Consumer<Runnable> opened)
            throws IOException {
        try (MessageStream conversation = open(from, "/blob", opened)) {
            conversation.send(new FetchBlob(chunk.hash(), chunk.size()));
            conversation.finish();
            return switch (conversation.receive(BlobFetchMessage.class)) {
                case BlobFound found when found.size() == chunk.size() && found.size() <= FileChunker.CHUNK_BYTES -> {
                    ByteBuffer buffer = ByteBuffer.wrap(conversation.receiveBytes(chunk.size(), came));
                    if (!Digest.ofBytes(buffer.array()).equals(chunk)) {
                        throw new IOException("sent other bytes than " + chunk);
                    }
                    yield buffer;
                }
                case BlobNotFound absent -> throw new IOException(absent.reason());
                case BlobFetchMessage other -> throw new IOException("it sent a message that was not expected");
            };
        }
    }

    /** Answers {@code /toolchain}. */
    public static void serveToolchain(PeerStream exchange, ToolchainStore toolchainStore) throws IOException {
        try (MessageStream conversation = new MessageStream(exchange)) {
            ToolchainId id = id(conversation.receive(FetchToolchain.class).id());
            Optional<ChunkList> list = toolchainStore.chunks(id);
            if (list.isPresent()) {
                List<FetchBlob> chunks = list.get().chunks().stream()
                        .map(chunk -> new FetchBlob(chunk.hash(), chunk.size()))
                        .toList();
                conversation.send(new ToolchainFound(list.get().whole().hash(), list.get().whole().size(), chunks));
            } else {
                conversation.send(new BlobNotFound("does not hold toolchain " + id.brief()));
            }
            conversation.finish();
        }
    }

    static ToolchainId id(String text) throws IOException {
        try {
            return new ToolchainId(text);
        } catch (IllegalArgumentException e) {
            throw new IOException(e);
        }
    }

    /** Answers {@code /blob}, from the toolchains' archives or the store. */
    public static void serveBlob(PeerStream exchange, ToolchainStore toolchainStore, ContentStore store)
            throws IOException {
        try (MessageStream conversation = new MessageStream(exchange)) {
            FetchBlob want = conversation.receive(FetchBlob.class);
            Digest digest = WireDigests.of(want.hash(), want.size());
            Optional<ByteBuffer> chunk = toolchainStore.chunk(digest);
            if (chunk.isPresent()) {
                conversation.send(new BlobFound(digest.size()));
                conversation.sendBlob(new ByteArrayInputStream(chunk.get().array()), digest.size());
            } else {
                serveStored(conversation, digest, store);
            }
            conversation.finish();
        }
    }

    private static void serveStored(MessageStream conversation, Digest digest, ContentStore store) throws IOException {
        Optional<FileChannel> stored = store.read(digest);
        if (stored.isEmpty()) {
            conversation.send(new BlobNotFound("does not hold " + digest));
            return;
        }
        try (FileChannel bytes = stored.get()) {
            conversation.send(new BlobFound(digest.size()));
            conversation.sendBlob(Channels.newInputStream(bytes), digest.size());
        }
    }
}
