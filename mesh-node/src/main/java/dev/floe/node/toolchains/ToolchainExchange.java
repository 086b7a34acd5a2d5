package dev.floe.node.toolchains;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
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

import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.Digests;
import dev.floe.node.wire.Exchange;
import dev.floe.node.wire.FetchMessage;
import dev.floe.node.wire.FetchMessage.Absent;
import dev.floe.node.wire.FetchMessage.Found;
import dev.floe.node.wire.FetchMessage.ToolchainFound;
import dev.floe.node.wire.FetchMessage.Want;
import dev.floe.node.wire.FetchMessage.WantToolchain;
import dev.floe.node.wire.PeerConnections;
import dev.floe.store.ChunkList;
import dev.floe.store.Chunks;
import dev.floe.store.ContentStore;
import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;
import dev.floe.store.FailureText;
import dev.floe.toolchain.ToolchainId;

/** Toolchains between peers: this node asks any holder for chunks, and gives what it holds itself. */
public final class ToolchainExchange implements Shelf.Fetcher {
    private static final Logger LOG = LogManager.getLogger(ToolchainExchange.class);
    private static final int MOST_CHUNKS = 4096;
    /** A fetch that fails so often has kept its job waiting for long enough. */
    private static final int MOST_TRIES = 2;
    /** An archive and its tree take about so many times the bytes of the archive. */
    private static final int ROOM_FACTOR = 4;

    private final PeerConnections connections;
    private final Function<ToolchainId, List<InetSocketAddress>> holders;

    /** @param holders the peers that hold a toolchain, in any order */
    public ToolchainExchange(PeerConnections connections, Function<ToolchainId, List<InetSocketAddress>> holders) {
        this.connections = connections;
        this.holders = holders;
    }

    @Override
    public void fetch(ToolchainId id, Path target) throws IOException {
        List<InetSocketAddress> known = holders.apply(id);
        if (known.isEmpty()) {
            throw new HolderException("no node of the mesh holds toolchain " + id.brief());
        }
        HedgedQuestion hedged = new HedgedQuestion();
        List<InetSocketAddress> untried = new ArrayList<>(known);
        List<String> troubles = new ArrayList<>();
        while (!untried.isEmpty() && troubles.size() < MOST_TRIES) {
            try {
                Listed from = hedged.first(untried, (holder, _, opened) -> list(id, holder, opened));
                untried.remove(from.holder());
                join(from.list(), known, hedged, target);
                LOG.info("toolchain={} fetched bytes={} holders={}", id.brief(), from.list().whole().size(),
                        known.size());
                return;
            } catch (HolderException | DigestMismatchException e) {
                troubles.add(FailureText.of(e));
            }
        }
        throw new HolderException("toolchain " + id.brief() + " could not be fetched: " + String.join("; ", troubles));
    }

    private void join(ChunkList list, List<InetSocketAddress> holders, HedgedQuestion hedged, Path target)
            throws IOException {
        checkRoom(list.whole().size() * ROOM_FACTOR, target);
        Chunks.join(list, chunk -> hedged.first(rotated(holders, list.chunks().indexOf(chunk)),
                (holder, came, opened) -> chunk(chunk, holder, came, opened)), target);
    }

    /** How the archive is cut, as one holder says. */
    private record Listed(InetSocketAddress holder, ChunkList list) {}

    private static void checkRoom(long needed, Path target) throws IOException {
        long free = Files.getFileStore(target).getUsableSpace();
        if (free < needed) {
            throw new NoRoomException(needed, free);
        }
    }

    /** Another holder is asked first for each chunk, so that all share the work. */
    private static List<InetSocketAddress> rotated(List<InetSocketAddress> holders, int by) {
        List<InetSocketAddress> rotated = new ArrayList<>(holders);
        Collections.rotate(rotated, -Math.max(0, by));
        return rotated;
    }

    private Listed list(ToolchainId id, InetSocketAddress from, Consumer<Runnable> opened) throws IOException {
        try (Conversation conversation = open(from, "/toolchain", opened)) {
            conversation.send(new WantToolchain(id.hex()));
            conversation.finish();
            return switch (conversation.receive(FetchMessage.class)) {
                case ToolchainFound found -> new Listed(from, chunkList(found));
                case Absent absent -> throw new IOException(absent.reason());
                case FetchMessage other -> throw new IOException("it sent a message that was not expected");
            };
        }
    }

    private static ChunkList chunkList(ToolchainFound found) throws IOException {
        if (found.chunks().size() > MOST_CHUNKS) {
            throw new IOException("a toolchain of " + found.chunks().size() + " chunks is refused");
        }
        List<Digest> chunks = new ArrayList<>();
        for (Want chunk : found.chunks()) {
            chunks.add(Digests.of(chunk.hash(), chunk.size()));
        }
        try {
            return new ChunkList(Digests.of(found.hash(), found.size()), chunks);
        } catch (IllegalArgumentException e) {
            throw new IOException("a chunk list that is refused: " + FailureText.of(e), e);
        }
    }

    private Conversation open(InetSocketAddress holder, String path, Consumer<Runnable> opened) throws IOException {
        Conversation conversation = new Conversation(connections.open(holder, PeerConnections.Lane.BULK, path));
        opened.accept(conversation::close);
        return conversation;
    }

    private ByteBuffer chunk(Digest chunk, InetSocketAddress from, Consumer<Integer> came, Consumer<Runnable> opened)
            throws IOException {
        try (Conversation conversation = open(from, "/blob", opened)) {
            conversation.send(new Want(chunk.hash(), chunk.size()));
            conversation.finish();
            return switch (conversation.receive(FetchMessage.class)) {
                case Found found when found.size() == chunk.size() && found.size() <= Chunks.CHUNK_BYTES -> {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) chunk.size()) {
                        @Override
                        public synchronized void write(byte[] more, int offset, int length) {
                            came.accept(length);
                            super.write(more, offset, length);
                        }
                    };
                    conversation.receiveBlob(chunk.size(), bytes);
                    ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
                    if (!Digest.ofBytes(buffer.array()).equals(chunk)) {
                        throw new IOException("sent other bytes than " + chunk);
                    }
                    yield buffer;
                }
                case Absent absent -> throw new IOException(absent.reason());
                case FetchMessage other -> throw new IOException("it sent a message that was not expected");
            };
        }
    }

    /** Answers {@code /toolchain}. */
    public static void serveToolchain(Exchange exchange, Shelf shelf) throws IOException {
        try (Conversation conversation = new Conversation(exchange)) {
            ToolchainId id = id(conversation.receive(WantToolchain.class));
            Optional<ChunkList> list = shelf.chunks(id);
            if (list.isPresent()) {
                List<Want> chunks = list.get().chunks().stream().map(chunk -> new Want(chunk.hash(), chunk.size()))
                        .toList();
                conversation.send(new ToolchainFound(list.get().whole().hash(), list.get().whole().size(), chunks));
            } else {
                conversation.send(new Absent("does not hold toolchain " + id.brief()));
            }
            conversation.finish();
        }
    }

    private static ToolchainId id(WantToolchain want) throws IOException {
        try {
            return new ToolchainId(want.id());
        } catch (IllegalArgumentException e) {
            throw new IOException(e);
        }
    }

    /** Answers {@code /blob}, from the toolchains' archives or the store. */
    public static void serveBlob(Exchange exchange, Shelf shelf, ContentStore store) throws IOException {
        try (Conversation conversation = new Conversation(exchange)) {
            Want want = conversation.receive(Want.class);
            Digest digest = Digests.of(want.hash(), want.size());
            Optional<ByteBuffer> chunk = chunkHere(digest, shelf);
            if (chunk.isPresent()) {
                conversation.send(new Found(digest.size()));
                conversation.sendBlob(new ByteArrayInputStream(chunk.get().array()), digest.size());
            } else {
                serveStored(conversation, digest, store);
            }
            conversation.finish();
        }
    }

    private static void serveStored(Conversation conversation, Digest digest, ContentStore store) throws IOException {
        Optional<FileChannel> stored = store.read(digest);
        if (stored.isEmpty()) {
            conversation.send(new Absent("does not hold " + digest));
            return;
        }
        try (FileChannel bytes = stored.get()) {
            conversation.send(new Found(digest.size()));
            conversation.sendBlob(Channels.newInputStream(bytes), digest.size());
        }
    }

    private static Optional<ByteBuffer> chunkHere(Digest digest, Shelf shelf) throws IOException {
        for (ToolchainId id : shelf.ids()) {
            Optional<ChunkList> list = shelf.chunks(id);
            int index = list.isPresent() ? list.get().chunks().indexOf(digest) : -1;
            if (list.isPresent() && index >= 0) {
                return Optional.of(shelf.chunk(id, list.get(), index));
            }
        }
        return Optional.empty();
    }
}
