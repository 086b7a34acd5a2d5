package dev.floe.node.toolchains.store;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.messages.BlobFetchMessage;
import dev.floe.node.rpc.messages.BlobFetchMessage.BlobFound;
import dev.floe.node.rpc.messages.BlobFetchMessage.BlobNotFound;
import dev.floe.node.rpc.messages.BlobFetchMessage.FetchToolchainFiles;
import dev.floe.node.rpc.messages.BlobFetchMessage.ToolchainPending;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.toolchains.relay.HedgedRequest;
import dev.floe.node.toolchains.relay.HolderDistances;
import dev.floe.node.toolchains.relay.HolderFailedException;
import dev.floe.node.toolchains.relay.RelayProgress;
import dev.floe.node.toolchains.relay.RelaySelector;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry.FileEntry;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.archive.ArchiveLimits;
import dev.floe.toolchain.archive.ToolchainUnpacker;

/** Manifests of toolchains, and single files of them, from peers: the nearest that has them, each byte verified. */
public final class ToolchainFileTransfer implements ToolchainFileSource {
    private static final Logger LOG = LogManager.getLogger(ToolchainFileTransfer.class);

    /** What a peer is asked for. */
    public static final String PATH = "/toolchain-files";

    /** Most files in one request. */
    static final int MAX_FILES = 1000;
    /** A request ends with the file with which it has so many bytes, so that several holders share the work. */
    private static final long REQUEST_BYTES = 16 << 20;
    /** After so many relays have failed, the holders are asked. */
    private static final int MAX_RELAYS = 2;

    private final PeerConnections connections;
    private final Function<ToolchainId, List<InetSocketAddress>> holders;
    private final RelaySelector relays;

    /** @param holders the peers that hold a toolchain and send files of it, in any order */
    public ToolchainFileTransfer(PeerConnections connections, Function<ToolchainId, List<InetSocketAddress>> holders,
            RelaySelector relays) {
        this.connections = connections;
        this.holders = holders;
        this.relays = relays;
    }

    @Override
    public Toolchain manifest(ToolchainId id) throws IOException {
        return new HedgedRequest().first(known(id), (holder, came, opened) -> {
            try (MessageStream conversation = ask(new FetchToolchainFiles(id.hex(), List.of(), false), holder,
                    opened)) {
                long size = answer(conversation);
                if (size < 0 || size > ArchiveLimits.USUAL.maxManifestBytes()) {
                    throw new IOException("a manifest of " + size + " bytes is refused");
                }
                return ToolchainUnpacker.parse(conversation.receiveBytes(size, came), id, ArchiveLimits.USUAL);
            }
        });
    }

    @Override
    public void fetch(Toolchain toolchain, List<FileEntry> wanted, Path scratch,
            FileReceiver receiver) throws IOException {
        List<FilesRequest> requests = requests(wanted).stream()
                .map(files -> FilesRequest.of(toolchain, files, scratch)).toList();
        HolderDistances distances = HolderDistances.measure(known(toolchain.id()), connections::roundTrip);
        int fetched = fetchFromRelays(toolchain, distances, requests, receiver);
        HedgedRequest hedged = new HedgedRequest();
        for (int i = fetched; i < requests.size(); i++) {
            FilesRequest request = requests.get(i);
            request.deliver(hedged.first(distances.order(i), (holder, came, opened) -> {
                try (MessageStream conversation = ask(request.question(false), holder, opened)) {
                    return request.receive(conversation, answer(conversation), counted(came, receiver));
                }
            }), receiver);
        }
    }

    private static Consumer<Integer> counted(Consumer<Integer> came, FileReceiver receiver) {
        return bytes -> {
            came.accept(bytes);
            receiver.progress(bytes);
        };
    }

    /** Gets files from a node nearby that fetches the toolchain for its neighbours; how many requests it has served. */
    private int fetchFromRelays(Toolchain toolchain, HolderDistances distances, List<FilesRequest> requests,
            FileReceiver receiver) {
        ToolchainId id = toolchain.id();
        Set<InetSocketAddress> failed = new HashSet<>();
        int fetched = 0;
        while (distances.distance().isPresent() && failed.size() < MAX_RELAYS) {
            Optional<InetSocketAddress> relay = relays.select(id, distances.distance().get(), failed);
            if (relay.isEmpty()) {
                return fetched;
            }
            try {
                while (fetched < requests.size()) {
                    fetchFromRelay(relay.get(), requests.get(fetched),
                            new RelayProgress(most(toolchain), System::nanoTime), receiver);
                    fetched++;
                }
                LOG.info("toolchain={} comes from {}, which is nearer than its holders ({} ms)", id.brief(),
                        AddressText.of(relay.get()), distances.distance().get().toMillis());
                return fetched;
            } catch (IOException e) {
                LOG.info("toolchain={} does not come from {}: {}", id.brief(), AddressText.of(relay.get()),
                        FailureText.of(e));
                failed.add(relay.get());
            }
        }
        return fetched;
    }

    /** As {@link AssemblyProgress} counts: bytes, and files. */
    private static long most(Toolchain toolchain) {
        return toolchain.bytes() + toolchain.files().size();
    }

    private void fetchFromRelay(InetSocketAddress relay, FilesRequest request, RelayProgress progress,
            FileReceiver receiver) throws IOException {
        while (true) {
            RelayAnswer answer = new HedgedRequest().first(List.of(relay),
                    (holder, came, opened) -> askRelay(request, holder, counted(came, receiver), opened));
            if (answer.directory().isPresent()) {
                request.deliver(answer.directory().get(), receiver);
                return;
            }
            if (progress.report(answer.received())) {
                receiver.progress(1);
            }
        }
    }

    /** The files, or how much the relay has of the toolchain. */
    private record RelayAnswer(Optional<Path> directory, long received) {}

    private RelayAnswer askRelay(FilesRequest request, InetSocketAddress relay, Consumer<Integer> came,
            Consumer<Runnable> opened) throws IOException {
        try (MessageStream conversation = ask(request.question(true), relay, opened)) {
            return switch (conversation.receive(BlobFetchMessage.class)) {
                case ToolchainPending pending -> new RelayAnswer(Optional.empty(), pending.received());
                case BlobFetchMessage other ->
                    new RelayAnswer(Optional.of(request.receive(conversation, size(other), came)), 0);
            };
        }
    }

    private List<InetSocketAddress> known(ToolchainId id) throws HolderFailedException {
        List<InetSocketAddress> known = holders.apply(id);
        if (known.isEmpty()) {
            throw new HolderFailedException("no node of the mesh sends files of toolchain " + id.brief());
        }
        return known;
    }

    /** Cuts a list where a request ends. */
    static List<List<FileEntry>> requests(List<FileEntry> wanted) {
        List<List<FileEntry>> requests = new ArrayList<>();
        List<FileEntry> request = new ArrayList<>();
        long bytes = 0;
        for (FileEntry file : wanted) {
            request.add(file);
            bytes += file.digest().size();
            if (request.size() == MAX_FILES || bytes >= REQUEST_BYTES) {
                requests.add(request);
                request = new ArrayList<>();
                bytes = 0;
            }
        }
        if (!request.isEmpty()) {
            requests.add(request);
        }
        return requests;
    }

    private MessageStream ask(FetchToolchainFiles question, InetSocketAddress holder, Consumer<Runnable> opened)
            throws IOException {
        MessageStream conversation = new MessageStream(
                connections.open(holder, PeerConnections.ConnectionClass.BULK, PATH));
        opened.accept(conversation::close);
        conversation.send(question);
        conversation.finish();
        return conversation;
    }

    /** How many bytes come. */
    private static long answer(MessageStream conversation) throws IOException {
        return size(conversation.receive(BlobFetchMessage.class));
    }

    private static long size(BlobFetchMessage answer) throws IOException {
        return switch (answer) {
            case BlobFound found -> found.size();
            case BlobNotFound absent -> throw new IOException(absent.reason());
            case BlobFetchMessage _ -> throw new IOException("it sent a message that was not expected");
        };
    }

    private static OutputStream counted(OutputStream to, Consumer<Integer> came) {
        return new FilterOutputStream(to) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
                came.accept(length);
            }
        };
    }

    /** Files that one request asks for; they are received into a directory of their own, named by their places. */
    private record FilesRequest(FetchToolchainFiles holderQuestion, List<FileEntry> files, Path scratch) {
        static FilesRequest of(Toolchain toolchain, List<FileEntry> files, Path scratch) {
            List<FileEntry> all = toolchain.files();
            return new FilesRequest(new FetchToolchainFiles(toolchain.id().hex(),
                    files.stream().map(file -> Collections.binarySearch(all, file,
                            Comparator.comparing(FileEntry::path))).toList(),
                    false), files, scratch);
        }

        FetchToolchainFiles question(boolean relay) {
            return new FetchToolchainFiles(holderQuestion.id(), holderQuestion.files(), relay);
        }

        /** Receives the files; one that is not what was asked for ends it. */
        Path receive(MessageStream conversation, long announced, Consumer<Integer> came) throws IOException {
            long expected = files.stream().mapToLong(file -> file.digest().size()).sum();
            if (announced != expected) {
                throw new IOException("it has " + announced + " bytes where " + expected + " were asked for");
            }
            Path directory = Files.createTempDirectory(scratch, "request-");
            for (int at = 0; at < files.size(); at++) {
                Path file = directory.resolve(Integer.toString(at));
                Digest digest = files.get(at).digest();
                try (OutputStream out = Files.newOutputStream(file)) {
                    conversation.receiveBlob(digest.size(), counted(out, came));
                }
                if (!Digest.ofFile(file).equals(digest)) {
                    throw new IOException("sent other bytes than those of " + files.get(at).path());
                }
            }
            return directory;
        }

        void deliver(Path directory, FileReceiver receiver) throws IOException {
            for (int at = 0; at < files.size(); at++) {
                receiver.receive(files.get(at), directory.resolve(Integer.toString(at)));
            }
        }
    }
}
