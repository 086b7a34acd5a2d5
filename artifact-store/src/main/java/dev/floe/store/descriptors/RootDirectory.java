package dev.floe.store.descriptors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;

import org.jspecify.annotations.Nullable;

import dev.floe.store.FileStamp;

/**
 * The files below a directory, as a process sees them whose root it is. Paths are resolved by the kernel
 * (openat2(2), {@code RESOLVE_IN_ROOT}): neither {@code ..} nor a symbolic link leads out, and an absolute link begins
 * at this root. Nothing is opened by looking at it ({@code O_PATH}), so that a FIFO or a device does not notice.
 *
 * <p>What lies in {@code /proc} differs for each process, and is {@link Found.NotVisible}.
 */
public final class RootDirectory implements AutoCloseable {
    private static final int PATH_BYTES = 4096;
    private static final int HOW_BYTES = 24;
    private static final int IDLE = 8;
    private static final int TRIES = 8;
    private static final int MAX_DIRECTORIES = 64;

    private static final int O_DIRECTORY = ProcessorType.IS_X86_64 ? 0200000 : 040000;
    private static final int O_NOFOLLOW = ProcessorType.IS_X86_64 ? 0400000 : 0100000;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_PATH = 010000000;
    private static final long RESOLVE_NO_MAGICLINKS = 0x02;
    private static final long RESOLVE_IN_ROOT = 0x10;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_MNT_ID = 0x1000;
    private static final int STATX_MNT_ID_UNIQUE = 0x4000;
    private static final int STATX_BYTES = 256;
    private static final int ENOENT = 2;
    private static final int ENOTDIR = 20;

    private static final Found ABSENT = new Found.NoEntryFound();
    private static final Found UNKNOWN = new Found.NotVisible();
    private static final ArrayBlockingQueue<PathBuffers> POOL = new ArrayBlockingQueue<>(IDLE);

    private final OpenDescriptor root;
    private final FileStamp stamp;
    private final Optional<Long> procDevice;

    /** What a path leads to. */
    public sealed interface Found {
        /** @param target of a symbolic link; otherwise null */
        record PresentEntry(FileStamp stamp, byte @Nullable [] target) implements Found {}

        record NoEntryFound() implements Found {}

        /** Only a process whose root this is can say. */
        record NotVisible() implements Found {}
    }

    /** What one call needs; used by one thread at a time. */
    private record PathBuffers(MemorySegment path, MemorySegment how) {
        static PathBuffers make() {
            Arena forever = Arena.ofAuto();
            return new PathBuffers(forever.allocate(PATH_BYTES), forever.allocate(HOW_BYTES, Long.BYTES));
        }
    }

    /**
     * @param root closed by {@link #close}
     * @throws IOException if it is no directory, or the kernel has no openat2
     */
    public RootDirectory(OpenDescriptor root) throws IOException {
        this.root = root;
        this.stamp = root.stamp();
        if (!stamp.isDirectory()) {
            throw new IOException("a root that is no directory");
        }
        long self = open(".", O_DIRECTORY);
        if (self < 0) {
            throw new IOException("the kernel resolves no path below a descriptor: error " + -self);
        }
        SystemCall.CLOSE.call(self);
        this.procDevice = device("proc");
    }

    private Optional<Long> device(String path) throws IOException {
        long found = open(path, O_NOFOLLOW);
        if (found < 0) {
            return Optional.empty();
        }
        try (OpenDescriptor open = new OpenDescriptor((int) found)) {
            return Optional.of(open.stamp().dev());
        }
    }

    /** The state of the directory itself. */
    public FileStamp stamp() {
        return stamp;
    }

    /**
     * The number of the mount on which it lies; empty if the kernel does not tell it. Since Linux 6.8 no two mounts
     * ever have the same.
     */
    public String mountId() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment empty = arena.allocate(1);
            MemorySegment result = arena.allocate(STATX_BYTES, Long.BYTES);
            long failed = SystemCall.STATX.call(root.number(), empty.address(), AT_EMPTY_PATH,
                    STATX_MNT_ID | STATX_MNT_ID_UNIQUE, result.address());
            int told = failed < 0 ? 0 : result.get(ValueLayout.JAVA_INT, 0);
            return (told & (STATX_MNT_ID | STATX_MNT_ID_UNIQUE)) == 0
                    ? ""
                    : Long.toUnsignedString(result.get(ValueLayout.JAVA_LONG, 144));
        }
    }

    /** What is at an absolute path; a link at its end is not followed. */
    public Found look(Path path) throws IOException {
        long found = open(path.toString(), O_NOFOLLOW);
        if (found < 0) {
            return found == -ENOENT || found == -ENOTDIR ? ABSENT : UNKNOWN;
        }
        try (OpenDescriptor open = new OpenDescriptor((int) found)) {
            FileStamp seen = open.stamp();
            if (isInProc(seen)) {
                return UNKNOWN;
            }
            return new Found.PresentEntry(seen, seen.isSymbolicLink() ? target(open) : null);
        }
    }

    /**
     * What is at many absolute paths, in order. Each of their directories is resolved once, so that the look at one of
     * its entries is one short system call.
     */
    public List<Found> look(List<Path> paths) throws IOException {
        List<Found> found = new ArrayList<>(paths.size());
        try (OpenDirectories directories = new OpenDirectories()) {
            for (Path path : paths) {
                found.add(look(path, directories));
            }
        }
        return found;
    }

    private Found look(Path path, OpenDirectories directories) throws IOException {
        Path parent = path.getParent();
        Path last = path.getFileName();
        String name = last == null ? "" : last.toString();
        if (parent == null || name.isEmpty() || name.equals(".") || name.equals("..")) {
            return look(path);
        }
        long directory = directories.open(parent);
        if (directory < 0) {
            return directory == -ENOENT || directory == -ENOTDIR ? ABSENT : UNKNOWN;
        }
        Optional<FileStamp> entry;
        try {
            entry = FileStamp.ifPresent((int) directory, name);
        } catch (IOException _) {
            return UNKNOWN;
        }
        if (entry.isEmpty()) {
            return ABSENT;
        }
        FileStamp seen = entry.get();
        // Of a link the target is needed, too, and both must be of one moment.
        return isInProc(seen) ? UNKNOWN : seen.isSymbolicLink() ? look(path) : new Found.PresentEntry(seen, null);
    }

    /** The directories of one question, by path. */
    private final class OpenDirectories implements AutoCloseable {
        private final Map<Path, Long> numbers = new HashMap<>();

        /** The number of a descriptor; below zero, the error. */
        long open(Path directory) {
            Long known = numbers.get(directory);
            if (known != null) {
                return known;
            }
            if (numbers.size() >= MAX_DIRECTORIES) {
                close();
            }
            long opened = RootDirectory.this.open(directory.toString(), O_DIRECTORY);
            numbers.put(directory, opened);
            return opened;
        }

        @Override
        public void close() {
            for (long number : numbers.values()) {
                if (number >= 0) {
                    SystemCall.CLOSE.call(number);
                }
            }
            numbers.clear();
        }
    }

    /**
     * A regular file or directory, to be read by its {@link OpenDescriptor#path}; follows links. Empty if there is
     * none, or only a process whose root this is can say.
     */
    public Optional<OpenDescriptor> find(Path path) throws IOException {
        long found = open(path.toString(), 0);
        if (found < 0) {
            return Optional.empty();
        }
        OpenDescriptor open = new OpenDescriptor((int) found);
        try {
            FileStamp seen = open.stamp();
            if ((seen.isRegularFile() || seen.isDirectory()) && !isInProc(seen)) {
                return Optional.of(open);
            }
        } catch (IOException e) {
            open.close();
            throw e;
        }
        open.close();
        return Optional.empty();
    }

    private boolean isInProc(FileStamp seen) {
        return procDevice.isPresent() && procDevice.get() == seen.dev() && seen.dev() != stamp.dev();
    }

    /** A descriptor that only names what it leads to; below zero, the error. */
    private long open(String path, int flags) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= PATH_BYTES) {
            return -ENOENT;
        }
        PathBuffers buffers = POOL.poll();
        if (buffers == null) {
            buffers = PathBuffers.make();
        }
        try {
            MemorySegment.copy(bytes, 0, buffers.path(), ValueLayout.JAVA_BYTE, 0, bytes.length);
            buffers.path().set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
            buffers.how().set(ValueLayout.JAVA_LONG, 0, O_PATH | O_CLOEXEC | flags);
            buffers.how().set(ValueLayout.JAVA_LONG, 16, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
            long found = -SystemCall.EAGAIN;
            // Another process may move a directory in which a path with ".." is being resolved.
            for (int i = 0; i < TRIES && (found == -SystemCall.EAGAIN || found == -SystemCall.EINTR); i++) {
                found = SystemCall.OPENAT2.call(root.number(), buffers.path().address(), buffers.how().address(),
                        HOW_BYTES);
            }
            return found;
        } finally {
            POOL.offer(buffers);
        }
    }

    private static byte[] target(OpenDescriptor link) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment room = arena.allocate(PATH_BYTES);
            MemorySegment empty = arena.allocate(1);
            long length = SystemCall.READLINKAT.call(link.number(), empty.address(), room.address(), PATH_BYTES);
            if (length < 0 || length >= PATH_BYTES) {
                throw new IOException("a link that cannot be read");
            }
            return room.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    @Override
    public void close() {
        root.close();
    }
}
