package dev.floe.node.toolchains.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.rpc.messages.BlobFetchMessage.BlobFound;
import dev.floe.node.rpc.messages.BlobFetchMessage.BlobNotFound;
import dev.floe.node.rpc.messages.BlobFetchMessage.FetchToolchainFiles;
import dev.floe.node.rpc.messages.BlobFetchMessage.ToolchainPending;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.store.Digest;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry.FileEntry;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.archive.UnpackedToolchain;

/** Sends manifests of toolchains and single files of them to peers, and fetches toolchains for the peers nearby. */
public final class ToolchainFileServer {
    /** How long a peer waits for an answer while the manifest comes, or its files; then it asks again. */
    private static final long MANIFEST_MILLIS = 200;
    private static final long FILES_MILLIS = 300;

    private ToolchainFileServer() {}

    /** Answers {@link ToolchainFileTransfer#PATH}. */
    public static void serve(PeerStream exchange, ToolchainStore toolchains) throws IOException {
        try (MessageStream conversation = new MessageStream(exchange)) {
            FetchToolchainFiles wanted = conversation.receive(FetchToolchainFiles.class);
            ToolchainId id = ToolchainTransfer.id(wanted.id());
            if (toolchains.ids().contains(id)) {
                send(conversation, wanted.files(), toolchains.unpacked(id), toolchains);
            } else if (wanted.relay()) {
                relay(conversation, id, wanted.files(), toolchains);
            } else {
                conversation.send(new BlobNotFound("does not hold toolchain " + id.brief()));
            }
            conversation.finish();
        }
    }

    /** Fetches a toolchain for a peer, and sends what there is of it. The peer asks again until it has all. */
    private static void relay(MessageStream conversation, ToolchainId id, List<Integer> numbers,
            ToolchainStore toolchains) throws IOException {
        Optional<String> trouble = toolchains.trouble(id);
        if (trouble.isPresent()) {
            conversation.send(new BlobNotFound(trouble.get()));
            return;
        }
        CompletableFuture<LocalToolchain> fetched = toolchains.getOrFetch(id);
        AssemblyProgress progress = await(toolchains, id, fetched);
        if (fetched.isCompletedExceptionally()) {
            conversation.send(new BlobNotFound("could not fetch toolchain " + id.brief()));
        } else if (fetched.isDone()) {
            send(conversation, numbers, toolchains.unpacked(id), toolchains);
        } else if (progress == null || !await(progress, files(conversation, numbers, progress.toolchain()))) {
            conversation.send(new ToolchainPending(progress == null ? 0 : progress.received()));
        } else {
            send(conversation, files(conversation, numbers, progress.toolchain()),
                    file -> openUnfinished(file, progress, toolchains));
        }
    }

    /** The progress of a fetch that has begun; null if its manifest does not come soon, or the fetch is over. */
    private static @Nullable AssemblyProgress await(ToolchainStore toolchains, ToolchainId id,
            CompletableFuture<LocalToolchain> fetched) throws IOException {
        Optional<AssemblyProgress> running = toolchains.progress(id);
        if (running.isEmpty()) {
            try {
                fetched.get(MANIFEST_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException _) {
                // the caller sees what has become of it
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            running = toolchains.progress(id);
        }
        return running.orElse(null);
    }

    private static boolean await(AssemblyProgress progress, List<FileEntry> files) throws IOException {
        try {
            return progress.await(files, FILES_MILLIS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IOException interrupted(InterruptedException why) {
        Thread.currentThread().interrupt();
        return new IOException("this node is stopping", why);
    }

    private static List<FileEntry> files(MessageStream conversation, List<Integer> numbers, Toolchain toolchain)
            throws IOException {
        List<FileEntry> all = toolchain.files();
        if (numbers.size() > ToolchainFileTransfer.MAX_FILES
                || numbers.stream().anyMatch(number -> number < 0 || number >= all.size())) {
            throw new IOException(conversation.exchange().peer() + ": a request for files that the toolchain has not");
        }
        return numbers.stream().map(all::get).toList();
    }

    private static void send(MessageStream conversation, List<Integer> numbers, UnpackedToolchain held,
            ToolchainStore toolchains) throws IOException {
        if (numbers.isEmpty()) {
            byte[] manifest = held.toolchain().manifest().getBytes(UTF_8);
            conversation.send(new BlobFound(manifest.length));
            conversation.sendBlob(new ByteArrayInputStream(manifest), manifest.length);
            return;
        }
        try {
            send(conversation, files(conversation, numbers, held.toolchain()),
                    file -> FileChannel.open(held.directory().resolve(file.path())));
        } catch (DamagedFileException e) {
            toolchains.drop(held.toolchain().id(), e);
            throw e;
        }
    }

    /** Opens a file of a toolchain. */
    @FunctionalInterface
    private interface FileOpener {
        FileChannel open(FileEntry file) throws IOException;
    }

    /** Opens a file of a toolchain that is being assembled: its directory gets another name when it is complete. */
    private static FileChannel openUnfinished(FileEntry file, AssemblyProgress progress, ToolchainStore toolchains)
            throws IOException {
        try {
            return FileChannel.open(progress.tree().resolve(file.path()));
        } catch (NoSuchFileException _) {
            UnpackedToolchain complete = toolchains.unpacked(progress.toolchain().id());
            return FileChannel.open(complete.directory().resolve(file.path()));
        }
    }

    private static void send(MessageStream conversation, List<FileEntry> files, FileOpener opener) throws IOException {
        conversation.send(new BlobFound(files.stream().mapToLong(file -> file.digest().size()).sum()));
        for (FileEntry file : files) {
            send(conversation, file, opener);
        }
    }

    private static void send(MessageStream conversation, FileEntry file, FileOpener opener) throws IOException {
        Digest expected = file.digest();
        MessageDigest sha = Digest.sha256();
        try (FileChannel channel = opener.open(file);
                InputStream in = new DigestInputStream(Channels.newInputStream(channel), sha)) {
            if (channel.size() != expected.size()) {
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

        DamagedFileException(FileEntry file) {
            super(file.path() + " is not what the toolchain's manifest says");
        }
    }
}
