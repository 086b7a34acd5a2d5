package dev.floe.store.changes.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.floe.store.descriptors.SystemCall;

/** An inotify instance, and the mount table of this process. */
public final class InotifyEvents implements KernelEvents {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int HEADER_BYTES = 16;
    private static final int POLL_BYTES = 8;
    private static final short READABLE = 1; // POLLIN
    private static final short URGENT = 2; // POLLPRI: the mount table has changed
    private static final int CLOSED_ON_EXEC = 0x80000;
    private static final long FOLDS_CASE = 0x40000000; // FS_CASEFOLD_FL

    private static final Path USER_LIMIT = Path.of("/proc/sys/fs/inotify/max_user_watches");
    private static final int NUMBER_BYTES = 32;

    private final KernelCalls kernel = new KernelCalls();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, Long.BYTES);
    private final MemorySegment polled = arena.allocate(2 * POLL_BYTES, Long.BYTES);
    private int inotify = -1;
    private int mounts = -1;

    /** @throws IOException if the kernel has no instance left */
    public InotifyEvents() throws IOException {
        try {
            mounts = kernel.open(MountTable.FILE.toString(), CLOSED_ON_EXEC);
            if (mounts < 0) {
                throw new IOException(MountTable.FILE + " cannot be opened: error " + -mounts);
            }
            restart();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** How many watches the user of this process may have. */
    public static int userLimit() throws IOException {
        // In one read: the kernel gives nothing to a second one, and Java's own way begins with a read of one byte.
        try (InputStream in = Files.newInputStream(USER_LIMIT)) {
            byte[] text = new byte[NUMBER_BYTES];
            int length = in.read(text);
            return Integer.parseInt(new String(text, 0, Math.max(0, length), StandardCharsets.US_ASCII).strip());
        } catch (NumberFormatException e) {
            throw new IOException(USER_LIMIT + " has no number", e);
        }
    }

    @Override
    public void restart() throws IOException {
        if (inotify >= 0) {
            kernel.close(inotify);
        }
        inotify = kernel.inotify();
        if (inotify < 0) {
            throw new IOException("the kernel gives no inotify instance: error " + -inotify
                    + "; see /proc/sys/fs/inotify/max_user_instances");
        }
        poll(0, inotify, READABLE);
        poll(1, mounts, URGENT);
    }

    private void poll(int index, int descriptor, short events) {
        polled.set(JAVA_INT, (long) index * POLL_BYTES, descriptor);
        polled.set(JAVA_SHORT, (long) index * POLL_BYTES + Integer.BYTES, events);
    }

    private boolean isReady(int index) {
        return polled.get(JAVA_SHORT, (long) index * POLL_BYTES + Integer.BYTES + Short.BYTES) != 0;
    }

    @Override
    public int add(String path, int mask) throws IOException {
        return kernel.addWatch(inotify, path, mask);
    }

    @Override
    public void remove(int watch) {
        kernel.removeWatch(inotify, watch);
    }

    @Override
    public void drain(EventHandler handler) throws IOException {
        int ready = kernel.poll(polled, 2);
        if (ready < 0) {
            throw new IOException("poll failed: error " + -ready);
        }
        if (ready == 0) {
            return;
        }
        if (isReady(1)) {
            handler.mountsChanged();
        }
        if (isReady(0)) {
            int read = BUFFER_BYTES;
            // A read that leaves room for one more event has taken all.
            while (read > BUFFER_BYTES - HEADER_BYTES - 256) {
                read = kernel.read(inotify, buffer);
                if (read < 0 && read != -SystemCall.EAGAIN) {
                    throw new IOException("events cannot be read: error " + -read);
                }
                hand(read, handler);
            }
        }
    }

    private void hand(int bytes, EventHandler handler) {
        int at = 0;
        while (at + HEADER_BYTES <= bytes) {
            int length = buffer.get(JAVA_INT, at + 12L);
            handler.handle(buffer.get(JAVA_INT, at), buffer.get(JAVA_INT, at + 4L), name(at + HEADER_BYTES, length));
            at += HEADER_BYTES + length;
        }
    }

    /** Padded with zero bytes. */
    private String name(int at, int length) {
        int end = at;
        while (end < at + length && buffer.get(ValueLayout.JAVA_BYTE, end) != 0) {
            end++;
        }
        return end == at
                ? ""
                : new String(buffer.asSlice(at, end - at).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    @Override
    public long fileSystemType(String path) throws IOException {
        return kernel.fileSystemType(path);
    }

    @Override
    public boolean foldsCase(String directory) throws IOException {
        int opened = kernel.open(directory + "/.", CLOSED_ON_EXEC);
        if (opened < 0) {
            throw new IOException(directory + " cannot be opened: error " + -opened);
        }
        try {
            long flags = kernel.inodeFlags(opened);
            return flags >= 0 && (flags & FOLDS_CASE) != 0;
        } finally {
            kernel.close(opened);
        }
    }

    @Override
    public void close() {
        if (inotify >= 0) {
            kernel.close(inotify);
        }
        if (mounts >= 0) {
            kernel.close(mounts);
        }
        arena.close();
        kernel.close();
    }
}
