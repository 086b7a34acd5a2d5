package dev.floe.store.descriptors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.floe.store.FileStamp;

/** A descriptor that this process has open, and that its owner closes once. */
public final class OpenDescriptor implements AutoCloseable {
    private static final int AT_FDCWD = -100;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_NOFOLLOW = ProcessorType.IS_X86_64 ? 0400000 : 0100000;

    private final int number;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param number of an open descriptor that nobody else closes */
    public OpenDescriptor(int number) {
        this.number = number;
    }

    /** Opens a file under its name, which must not be a symbolic link; empty if it cannot be. */
    public static Optional<OpenDescriptor> forReading(Path file) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom(file.toString());
            long found = SystemCall.OPENAT.call(AT_FDCWD, path.address(), O_CLOEXEC | O_NOFOLLOW);
            return found < 0 ? Optional.empty() : Optional.of(new OpenDescriptor((int) found));
        }
    }

    /** @throws IllegalStateException after it was closed, because another file may have its number by then */
    public int number() {
        if (closed.get()) {
            throw new IllegalStateException("descriptor " + number + " is closed");
        }
        return number;
    }

    /** The state of what it leads to. */
    public FileStamp stamp() throws IOException {
        return FileStamp.ofDescriptor(number());
    }

    /** A path under which this process reaches what it leads to, whatever its name leads to by now. */
    public Path path() {
        return Path.of("/proc/self/fd/" + number());
    }

    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            SystemCall.CLOSE.call(number);
        }
    }
}
