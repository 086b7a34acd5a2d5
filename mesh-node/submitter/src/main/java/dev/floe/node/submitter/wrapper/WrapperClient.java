package dev.floe.node.submitter.wrapper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.floe.command.FileStat;
import dev.floe.command.ProcessOutput;
import dev.floe.node.submitter.roots.UserFileAccess;
import dev.floe.store.Digest;
import dev.floe.store.FileDigestCache;
import dev.floe.store.FileStamp;
import dev.floe.store.descriptors.OpenDescriptor;
import dev.floe.store.files.BlockOutputStream;

/** The node's client of a wrapper, which acts under its user's identity. Used by one thread at a time. */
public final class WrapperClient {
    /**
     * About what a socket takes at once. Each thread keeps a buffer of the system's of what it has written, up to this
     * (the launcher says so).
     */
    private static final int WRITE_BYTES = 128 << 10;
    private static final long MAX_RUN_OUTPUT_BYTES = 64 << 20;
    private static final int WATCHED = 1;
    private static final int MARKED = 2;
    private static final int NAMES_TURN = 4;
    private static final int NO_SUCH_FILE = 2;

    private final WrapperChannel channel;
    private final UserFileAccess access;
    private final RequestedFiles files; // those that the node cannot look at by itself

    /** A wrapper that is asked for each file. */
    public WrapperClient(WrapperChannel channel) {
        this(channel, UserFileAccess.BY_FRAMES);
    }

    /** @param access closed by its owner */
    public WrapperClient(WrapperChannel channel, UserFileAccess access) {
        this.channel = channel;
        this.access = access;
        this.files = new RequestedFiles(channel);
    }

    public CompletableFuture<Void> disconnected() {
        return channel.gone();
    }

    public Optional<FileStat> lstat(Path path) throws IOException {
        if (access.root().isPresent()) {
            Optional<Optional<FileStat>> seen = access.root().get().lstat(path);
            if (seen.isPresent()) {
                return seen.get();
            }
        }
        return files.lstat(List.of(path)).getFirst();
    }

    /** The same for many paths, in order. */
    public List<Optional<FileStat>> lstat(List<Path> paths) throws IOException {
        if (access.root().isEmpty()) {
            return files.lstat(paths);
        }
        List<Optional<Optional<FileStat>>> seen = access.root().get().lstat(paths);
        List<Path> unseen = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            if (seen.get(i).isEmpty()) {
                unseen.add(paths.get(i));
            }
        }
        Iterator<Optional<FileStat>> asked = files.lstat(unseen).iterator();
        return seen.stream().map(one -> one.orElseGet(asked::next)).toList();
    }

    /** The names in a directory; empty if it cannot be read to its end. */
    public Optional<List<String>> list(Path directory) throws IOException {
        if (access.root().isPresent()) {
            Optional<List<String>> seen = access.root().get().list(directory);
            if (seen.isPresent()) {
                return seen;
            }
        }
        return files.list(directory);
    }

    /** The bytes of a file; the wrapper follows links. */
    public byte[] read(Path path, long maxBytes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        copy(path, maxBytes, bytes);
        return bytes.toByteArray();
    }

    /** The same, a piece at a time. */
    public void copy(Path path, long maxBytes, OutputStream to) throws IOException {
        Optional<InputStream> open = access.root().isPresent()
                ? access.root().get().read(path)
                : Optional.empty();
        if (open.isEmpty()) {
            files.copy(path, maxBytes, to);
            return;
        }
        try (InputStream in = open.get()) {
            byte[] block = new byte[WRITE_BYTES];
            long size = 0;
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                size += n;
                if (size > maxBytes) {
                    throw new IOException(path + " is longer than " + maxBytes + " bytes");
                }
                to.write(block, 0, n);
            }
        }
    }

    /** Hashes a file; the stamps are what it was before and after. */
    public FileDigestCache.StampedDigest digest(Path path, FileStamp stamp, long maxBytes) throws IOException {
        Optional<FileDigestCache.StampedDigest> seen = access.root().isPresent()
                ? access.root().get().digest(path)
                : Optional.empty();
        if (seen.isPresent()) {
            return seen.get();
        }
        Digest digest = Digest.ofBytes(read(path, maxBytes));
        FileStat after = lstat(path).orElseThrow(() -> new IOException(path + " has gone while it was read"));
        return new FileDigestCache.StampedDigest(stamp, digest, after.stamp());
    }

    /** Runs a program with empty input. */
    public ProcessOutput run(Path program, Collection<String> argv, Path cwd, Map<String, String> environment)
            throws IOException {
        List<String> variables = new ArrayList<>(environment.size());
        environment.forEach((name, value) -> variables.add(name + "=" + value));
        channel.send(
                new WrapperFrame.Writer().string(program.toString()).list(argv).string(cwd.toString()).list(variables)
                        .u64(MAX_RUN_OUTPUT_BYTES).frame(WrapperFrame.RUN));
        WrapperFrame.Reader in = new WrapperFrame.Reader(channel.take(WrapperFrame.RAN));
        int errno = in.u32();
        int exit = in.u32();
        in.u64();
        in.u64();
        long outputBytes = in.u64();
        long errorBytes = in.u64();
        if (errno != 0) {
            throw new IOException("cannot run " + program + ": error " + errno);
        }
        return new ProcessOutput(exit, chunks(outputBytes), chunks(errorBytes));
    }

    private byte[] chunks(long size) throws IOException {
        if (size < 0 || size > MAX_RUN_OUTPUT_BYTES) {
            throw new WrapperProtocolException("an output of " + size + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) size);
        while (bytes.hasRemaining()) {
            ByteBuffer chunk = channel.take(WrapperFrame.CHUNK).payload();
            if (chunk.remaining() > bytes.remaining()) {
                throw new WrapperProtocolException("more output than announced");
            }
            bytes.put(chunk);
        }
        return bytes.array();
    }

    /** Begins a file; its bytes go to the stream; it appears with {@link #commit}. */
    public OutputStream open(String path, int mode, OverwriteMode how) throws IOException {
        channel.queue(new WrapperFrame.Writer().string(path).u32(mode).u8(how.ordinal()).frame(WrapperFrame.OPEN));
        return new BlockOutputStream() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                for (int done = 0; done < length; done += WRITE_BYTES) {
                    int size = Math.min(WRITE_BYTES, length - done);
                    channel.queue(new WrapperFrame(WrapperFrame.CHUNK, ByteBuffer.wrap(bytes, offset + done, size)));
                }
            }
        };
    }

    /** Whether {@link #copyEntry} is possible; otherwise bytes are written. */
    public boolean copiesEntries() {
        return access.readHere() || access.takesContents();
    }

    /**
     * Appends a file of this node, of this size, which nobody changes, to the file that was opened last. The kernel
     * copies it: a user who sees the node's files reads it under its name, others by a descriptor that is passed.
     *
     * @throws OutputWriteException if it has gone
     */
    public void copyEntry(Path file, long size) throws IOException {
        WrapperFrame.Writer frame = new WrapperFrame.Writer();
        if (access.readHere()) {
            channel.queue(frame.string(file.toString()).u64(size).frame(WrapperFrame.COPY));
            return;
        }
        Optional<OpenDescriptor> open = OpenDescriptor.forReading(file);
        if (open.isEmpty()) {
            throw new OutputWriteException(file.toString(), NO_SUCH_FILE);
        }
        try (OpenDescriptor contents = open.get()) {
            channel.send(contents, frame.string("").u64(size).frame(WrapperFrame.COPY));
        }
    }

    /**
     * Makes all opened files appear.
     *
     * @throws OutputWriteException if one cannot be written; none of those that are left appears then
     */
    public void commit() throws IOException {
        channel.send(new WrapperFrame.Writer().frame(WrapperFrame.COMMIT));
        WrapperFrame.Reader in = new WrapperFrame.Reader(channel.take(WrapperFrame.DONE));
        int errno = in.u32();
        if (errno != 0) {
            throw new OutputWriteException(Utf8Strings.text(in.bytes()).orElse("?"), errno);
        }
    }

    public void discard() throws IOException {
        channel.send(new WrapperFrame.Writer().frame(WrapperFrame.DISCARD));
    }

    /** What a compiler has printed; it keeps standard output back until it ends, and standard error not at all. */
    public void print(byte[] output, byte[] error) throws IOException {
        print(2, error);
        print(1, output);
    }

    public void print(int descriptor, byte[] bytes) throws IOException {
        for (int done = 0; done < bytes.length; done += WrapperFrame.MAX_CHUNK_BYTES) {
            int size = Math.min(WrapperFrame.MAX_CHUNK_BYTES, bytes.length - done);
            channel.queue(
                    new WrapperFrame.Writer().u8(descriptor).raw(Arrays.copyOfRange(bytes, done, done + size))
                            .frame(WrapperFrame.PRINT));
        }
    }

    /** The same with all bytes of a stream, of which it holds a piece at a time. */
    public void print(int descriptor, InputStream bytes) throws IOException {
        for (byte[] piece = bytes.readNBytes(WrapperFrame.MAX_CHUNK_BYTES); piece.length > 0; piece = bytes
                .readNBytes(WrapperFrame.MAX_CHUNK_BYTES)) {
            print(descriptor, piece);
        }
    }

    public void exit(int code) throws IOException {
        channel.sendLast(new WrapperFrame.Writer().u32(code).frame(WrapperFrame.EXIT));
    }

    /**
     * Lets the wrapper become a program that may lead to wrappers again; these will say {@code turn}. The connection
     * stays open until it has ended.
     */
    public void execReentrant(String turn) throws IOException {
        channel.sendLast(new WrapperFrame.Writer().u8(WATCHED | NAMES_TURN).string(turn).frame(WrapperFrame.EXEC));
    }

    /**
     * Lets the wrapper become the compiler.
     *
     * @param watched keeps the connection open until the compiler has ended
     * @param marked  makes wrappers below run their compiler at once
     */
    public void exec(boolean watched, boolean marked) throws IOException {
        channel.sendLast(
                new WrapperFrame.Writer().u8((watched ? WATCHED : 0) | (marked ? MARKED : 0)).frame(WrapperFrame.EXEC));
    }
}
