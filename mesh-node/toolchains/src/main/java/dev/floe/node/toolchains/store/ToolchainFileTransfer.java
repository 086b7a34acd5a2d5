package dev.floe.node.toolchains.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.messages.BlobFetchMessage;
import dev.floe.node.rpc.messages.BlobFetchMessage.BlobFound;
import dev.floe.node.rpc.messages.BlobFetchMessage.BlobNotFound;
import dev.floe.node.rpc.messages.BlobFetchMessage.FetchToolchainFiles;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.store.Digest;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry.FileEntry;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.archive.ArchiveLimits;
import dev.floe.toolchain.archive.ToolchainUnpacker;
import dev.floe.toolchain.archive.UnpackedToolchain;

/** Manifests of toolchains, and single files of them, between peers. */
public final class ToolchainFileTransfer implements ToolchainFileSource {
    /** What a peer is asked for. */
    public static final String PATH = "/toolchain-files";

    /** Most files in one request. */
    private static final int MAX_FILES = 1000;
    /** A request ends with the file with which it has so many bytes, so that several holders share the work. */
    private static final long REQUEST_BYTES = 16 << 20;

    private final PeerConnections connections;
    private final Function<ToolchainId, List<InetSocketAddress>> holders;

    /** @param holders the peers that hold a toolchain and send files of it, in any order */
    public ToolchainFileTransfer(PeerConnections connections, Function<ToolchainId, List<InetSocketAddress>> holders) {
        this.connections = connections;
        this.holders = holders;
    }

    @Override
    public Toolchain manifest(ToolchainId id) throws IOException {
        return new HedgedRequest().first(known(id), (holder, came, opened) -> {
            ByteArrayOutputStream manifest = new ByteArrayOutputStream();
            try (MessageStream conversation = ask(new FetchToolchainFiles(id.hex(), List.of()), holder, opened)) {
                long size = answer(conversation);
                if (size < 0 || size > ArchiveLimits.USUAL.maxManifestBytes()) {
                    throw new IOException("a manifest of " + size + " bytes is refused");
                }
                conversation.receiveBlob(size, counted(manifest, came));
            }
            return ToolchainUnpacker.parse(manifest.toByteArray(), id, ArchiveLimits.USUAL);
        });
    }

    @Override
    public void fetch(Toolchain toolchain, List<FileEntry> wanted, Path scratch,
            FileReceiver receiver) throws IOException {
        List<FileEntry> all = toolchain.files();
        HedgedRequest hedged = new HedgedRequest();
        List<List<FileEntry>> requests = requests(wanted);
        for (int i = 0; i < requests.size(); i++) {
            List<FileEntry> files = requests.get(i);
            List<InetSocketAddress> order = new ArrayList<>(known(toolchain.id()));
            Collections.rotate(order, -i);
            FetchToolchainFiles question = new FetchToolchainFiles(toolchain.id().hex(),
                    files.stream().map(file -> Collections.binarySearch(all, file,
                            (one, other) -> one.path().compareTo(other.path()))).toList());
            Path directory = hedged.first(order, (holder, came, opened) -> {
                try (MessageStream conversation = ask(question, holder, opened)) {
                    return receive(conversation, files, came, Files.createTempDirectory(scratch, "request-"));
                }
            });
            for (int at = 0; at < files.size(); at++) {
                receiver.receive(files.get(at), directory.resolve(Integer.toString(at)));
            }
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
        return switch (conversation.receive(BlobFetchMessage.class)) {
            case BlobFound found -> found.size();
            case BlobNotFound absent -> throw new IOException(absent.reason());
            case BlobFetchMessage _ -> throw new IOException("it sent a message that was not expected");
        };
    }

    /** Receives files, each named by its place in the list; one that is not what was asked for ends it. */
    private static Path receive(MessageStream conversation, List<FileEntry> files, Consumer<Integer> came,
            Path directory) throws IOException {
        long expected = files.stream().mapToLong(file -> file.digest().size()).sum();
        long announced = answer(conversation);
        if (announced != expected) {
            throw new IOException("it has " + announced + " bytes where " + expected + " were asked for");
        }
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

    private static OutputStream counted(OutputStream to, Consumer<Integer> came) {
        return new FilterOutputStream(to) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
                came.accept(length);
            }
        };
    }

    /** Answers {@link #PATH}. */
    public static void serve(PeerStream exchange, ToolchainStore toolchains) throws IOException {
        try (MessageStream conversation = new MessageStream(exchange)) {
            FetchToolchainFiles wanted = conversation.receive(FetchToolchainFiles.class);
            ToolchainId id = ToolchainTransfer.id(wanted.id());
            if (toolchains.ids().contains(id)) {
                send(conversation, wanted.files(), toolchains.unpacked(id), toolchains);
            } else {
                conversation.send(new BlobNotFound("does not hold toolchain " + id.brief()));
            }
            conversation.finish();
        }
    }

    private static void send(MessageStream conversation, List<Integer> numbers, UnpackedToolchain held,
            ToolchainStore toolchains) throws IOException {
        if (numbers.isEmpty()) {
            byte[] manifest = held.toolchain().manifest().getBytes(UTF_8);
            conversation.send(new BlobFound(manifest.length));
            conversation.sendBlob(new ByteArrayInputStream(manifest), manifest.length);
            return;
        }
        List<FileEntry> all = held.toolchain().files();
        if (numbers.size() > MAX_FILES || numbers.stream().anyMatch(number -> number < 0 || number >= all.size())) {
            throw new IOException(conversation.exchange().peer() + ": a request for files that the toolchain has not");
        }
        List<FileEntry> files = numbers.stream().map(all::get).toList();
        conversation.send(new BlobFound(files.stream().mapToLong(file -> file.digest().size()).sum()));
        for (FileEntry file : files) {
            try {
                send(conversation, file.digest(), held.directory().resolve(file.path()));
            } catch (DamagedFileException e) {
                toolchains.drop(held.toolchain().id(), e);
                throw e;
            }
        }
    }

    private static void send(MessageStream conversation, Digest expected, Path file) throws IOException {
        MessageDigest sha = Digest.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha)) {
            if (Files.size(file) != expected.size()) {
                throw new DamagedFileException(file);
            }
            conversation.sendBlob(in, expected.size());
        }
        if (!Digest.of(sha.digest(), expected.size()).equals(expected)) {
            throw new DamagedFileException(file); // who asked for it sees that too
        }
    }

    /** A file of this node's toolchain is not what it was. */
    private static final class DamagedFileException extends IOException {
        private static final long serialVersionUID = 1;

        DamagedFileException(Path file) {
            super(file + " is not what the toolchain's manifest says");
        }
    }
}
