package dev.floe.node.submitter.wrapper;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.floe.command.FileStat;

/** The user's files by the wrapper's answers: each look, list and read is a request in frames. */
final class RequestedFiles {
    private static final int MAX_STATS = 2000;
    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;
    private static final int LINK = 0120000;
    private static final int NO_SUCH_FILE = 2;
    private static final int ACCESS_DENIED = 13;
    private static final int NOT_A_DIRECTORY = 20;

    private final WrapperChannel channel;

    RequestedFiles(WrapperChannel channel) {
        this.channel = channel;
    }

    /** What {@code lstat} says of each path, in order. */
    List<Optional<FileStat>> lstat(List<Path> paths) throws IOException {
        List<Optional<FileStat>> stats = new ArrayList<>(paths.size());
        for (int from = 0; from < paths.size(); from += MAX_STATS) {
            List<Path> some = paths.subList(from, Math.min(paths.size(), from + MAX_STATS));
            channel.send(new WrapperFrame.Writer().list(some.stream().map(Path::toString).toList())
                    .frame(WrapperFrame.STAT));
            WrapperFrame.Reader in = new WrapperFrame.Reader(channel.take(WrapperFrame.STATS));
            if (in.u32() != some.size()) {
                throw new WrapperProtocolException(some.size() + " paths were asked for");
            }
            for (Path path : some) {
                stats.add(stat(in, path, true));
            }
        }
        return stats;
    }

    /** The names in a directory; empty if it cannot be read to its end. */
    Optional<List<String>> list(Path directory) throws IOException {
        channel.send(new WrapperFrame.Writer().string(directory.toString()).frame(WrapperFrame.LIST));
        WrapperFrame.Reader in = new WrapperFrame.Reader(channel.take(WrapperFrame.NAMES));
        List<String> names = new ArrayList<>();
        while (in.remaining() > Integer.BYTES) {
            // Two names that are no UTF-8 may look alike: none is ever searched for.
            names.add(new String(in.bytes(), StandardCharsets.UTF_8));
        }
        return in.u32() == 0 ? Optional.of(names) : Optional.empty();
    }

    /** Copies the bytes of a file, a piece at a time; the wrapper follows links. */
    void copy(Path path, long maxBytes, OutputStream to) throws IOException {
        channel.send(new WrapperFrame.Writer().string(path.toString()).frame(WrapperFrame.READ));
        Optional<FileStat> before = stat(new WrapperFrame.Reader(channel.take(WrapperFrame.FILE)), path, false);
        if (before.isEmpty()) {
            throw new NoSuchFileException(path.toString());
        }
        long size = 0;
        boolean tooLong = false;
        while (true) {
            WrapperFrame frame = channel.take();
            if (frame.type() == WrapperFrame.END) {
                Optional<FileStat> after = stat(new WrapperFrame.Reader(frame), path, false);
                if (after.isEmpty() || after.get().mtimeNanos() != before.get().mtimeNanos()
                        || after.get().size() != size && !tooLong) {
                    throw new IOException(path + " changed while it was read");
                }
                break;
            }
            if (frame.type() != WrapperFrame.CHUNK) {
                throw new WrapperProtocolException("frame type " + frame.type() + " in a file");
            }
            tooLong |= size + frame.payload().remaining() > maxBytes;
            if (!tooLong) {
                to.write(frame.payload().array(), 0, frame.payload().remaining());
                size += frame.payload().remaining();
            }
        }
        if (tooLong) {
            throw new IOException(path + " is longer than " + maxBytes + " bytes");
        }
    }

    private static Optional<FileStat> stat(WrapperFrame.Reader in, Path path, boolean withTarget) throws IOException {
        int errno = in.u32();
        int mode = in.u32();
        long device = in.u64();
        long inode = in.u64();
        long size = in.u64();
        long mtime = in.u64() * 1_000_000_000L + in.u32();
        long ctime = in.u64() * 1_000_000_000L + in.u32();
        byte[] target = withTarget ? in.bytes() : new byte[0];
        if (errno == NO_SUCH_FILE || errno == NOT_A_DIRECTORY) {
            return Optional.empty();
        }
        if (errno == ACCESS_DENIED) {
            throw new AccessDeniedException(path.toString());
        }
        if (errno != 0) {
            throw new IOException("cannot look at " + path + ": error " + errno);
        }
        FileStat.FileKind kind = switch (mode & TYPE_MASK) {
            case REGULAR -> FileStat.FileKind.REGULAR;
            case DIRECTORY -> FileStat.FileKind.DIRECTORY;
            case LINK -> FileStat.FileKind.LINK;
            default -> FileStat.FileKind.OTHER;
        };
        String link = kind == FileStat.FileKind.LINK
                ? Utf8Strings.text(target).orElseThrow(() -> new IOException("the link " + path + " is not UTF-8"))
                : null;
        return Optional.of(new FileStat(kind, mode, size, mtime, ctime, device, inode, link));
    }
}
