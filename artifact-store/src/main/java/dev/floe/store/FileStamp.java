package dev.floe.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The stamp of a file, by which {@code stat} shows whether the file is still the same. Times are nanoseconds since
 * 1970; {@code mode} is the whole {@code st_mode}, with the type of the file.
 */
public record FileStamp(long dev, long ino, long size, long mtimeNanos, long ctimeNanos, int mode) {
    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;
    private static final int LINK = 0120000;

    /** Named one by one: {@code unix:*} also looks up the owner's name and takes six times as long. */
    private static final String ATTRIBUTES = "unix:dev,ino,size,lastModifiedTime,ctime,mode";

    /** The stamp of what {@code file} leads to; follows symbolic links. */
    public static FileStamp of(Path file) throws IOException {
        return Statx.look(file, true) instanceof Statx.StatxResult.Present(FileStamp stamp)
                ? stamp
                : from(Files.readAttributes(file, ATTRIBUTES));
    }

    /** The stamp of {@code file} itself, be it a symbolic link. */
    public static FileStamp ofLink(Path file) throws IOException {
        return Statx.look(file, false) instanceof Statx.StatxResult.Present(FileStamp stamp)
                ? stamp
                : from(Files.readAttributes(file, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS));
    }

    /** The stamp of what an open descriptor leads to; itself, be it a symbolic link. */
    public static FileStamp ofDescriptor(int descriptor) throws IOException {
        if (Statx.look(descriptor) instanceof Statx.StatxResult.Present(FileStamp stamp)) {
            return stamp;
        }
        throw new IOException("descriptor " + descriptor + " cannot be looked at");
    }

    /**
     * The stamp of an entry of an open directory, be it a symbolic link; empty if there is none.
     *
     * @param name neither {@code .} nor {@code ..}, and without a slash
     */
    public static Optional<FileStamp> ifPresent(int directory, String name) throws IOException {
        return switch (Statx.look(directory, name)) {
            case Statx.StatxResult.Present(FileStamp stamp) -> Optional.of(stamp);
            case Statx.StatxResult.NoEntry _ -> Optional.empty();
            case Statx.StatxResult.NeedsJdk _ -> throw new IOException(name + " cannot be looked at");
        };
    }

    /** As {@link #ofLink}; empty if there is no such file. */
    public static Optional<FileStamp> ifPresent(Path file) throws IOException {
        return switch (Statx.look(file, false)) {
            case Statx.StatxResult.Present(FileStamp stamp) -> Optional.of(stamp);
            case Statx.StatxResult.NoEntry _ -> Optional.empty();
            case Statx.StatxResult.NeedsJdk _ -> slowly(file);
        };
    }

    private static Optional<FileStamp> slowly(Path file) throws IOException {
        try {
            return Optional.of(from(Files.readAttributes(file, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (FileSystemException e) {
            if ("Not a directory".equals(e.getReason())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    public boolean isRegularFile() {
        return (mode & TYPE_MASK) == REGULAR;
    }

    public boolean isDirectory() {
        return (mode & TYPE_MASK) == DIRECTORY;
    }

    public boolean isSymbolicLink() {
        return (mode & TYPE_MASK) == LINK;
    }

    /** The twelve bits that {@code chmod} sets. */
    public int permissions() {
        return mode & 07777;
    }

    private static FileStamp from(Map<String, Object> attributes) {
        return new FileStamp(number(attributes, "dev"), number(attributes, "ino"), number(attributes, "size"),
                nanos(attributes, "lastModifiedTime"), nanos(attributes, "ctime"), (int) number(attributes, "mode"));
    }

    private static long number(Map<String, Object> attributes, String name) {
        return attributes.get(name) instanceof Number number ? number.longValue() : 0;
    }

    private static long nanos(Map<String, Object> attributes, String name) {
        return attributes.get(name) instanceof FileTime time ? time.to(TimeUnit.NANOSECONDS) : 0;
    }
}
