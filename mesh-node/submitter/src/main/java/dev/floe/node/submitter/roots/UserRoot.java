package dev.floe.node.submitter.roots;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.command.FileStat;
import dev.floe.store.Digest;
import dev.floe.store.FileDigestCache;
import dev.floe.store.FileStamp;
import dev.floe.store.descriptors.OpenDescriptor;
import dev.floe.store.descriptors.RootDirectory;

/**
 * The files below the root of a wrapper, which the node reads itself. Whatever it cannot be sure of, it leaves to the
 * wrapper: an empty answer means that the wrapper must be asked.
 */
public final class UserRoot implements AutoCloseable {
    private final RootDirectory root;
    private final String identity;

    UserRoot(RootDirectory root, String identity) {
        this.root = root;
        this.identity = identity;
    }

    /** Differs for any two roots, by which what is remembered of them is kept apart. */
    public String identity() {
        return identity;
    }

    /** What is at a path, not following a link at its end. */
    public Optional<Optional<FileStat>> lstat(Path path) throws IOException {
        return stat(root.look(path));
    }

    /** The same for many paths, in order. */
    public List<Optional<Optional<FileStat>>> lstat(List<Path> paths) throws IOException {
        return root.look(paths).stream().map(UserRoot::stat).toList();
    }

    private static Optional<Optional<FileStat>> stat(RootDirectory.Found found) {
        return switch (found) {
            case RootDirectory.Found.NoEntryFound _ -> Optional.of(Optional.empty());
            case RootDirectory.Found.NotVisible _ -> Optional.empty();
            case RootDirectory.Found.PresentEntry(FileStamp stamp, byte @Nullable [] target) ->
                target == null
                        ? Optional.of(Optional.of(stat(stamp, null)))
                        : text(target).map(link -> Optional.of(stat(stamp, link)));
        };
    }

    private static FileStat stat(FileStamp stamp, @Nullable String target) {
        FileStat.FileKind kind = stamp.isSymbolicLink()
                ? FileStat.FileKind.LINK
                : stamp.isRegularFile()
                        ? FileStat.FileKind.REGULAR
                        : stamp.isDirectory() ? FileStat.FileKind.DIRECTORY : FileStat.FileKind.OTHER;
        return new FileStat(kind, stamp.mode(), stamp.size(), stamp.mtimeNanos(), stamp.ctimeNanos(), stamp.dev(),
                stamp.ino(), target);
    }

    private static Optional<String> text(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    /** A regular file, open for reading; follows links. */
    public Optional<InputStream> read(Path path) throws IOException {
        Optional<OpenDescriptor> found = root.find(path);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (OpenDescriptor file = found.get()) {
            return file.stamp().isRegularFile() ? Optional.of(Files.newInputStream(file.path())) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty(); // the wrapper may be allowed to read it, or says why not
        }
    }

    /** The digest of a regular file, with what it was before and after it was read; follows links. */
    public Optional<FileDigestCache.StampedDigest> digest(Path path) throws IOException {
        Optional<OpenDescriptor> found = root.find(path);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (OpenDescriptor file = found.get()) {
            FileStamp before = file.stamp();
            return before.isRegularFile()
                    ? Optional.of(new FileDigestCache.StampedDigest(before, Digest.ofFile(file.path()), file.stamp()))
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** The names in a directory. */
    public Optional<List<String>> list(Path path) throws IOException {
        Optional<OpenDescriptor> found = root.find(path);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (OpenDescriptor directory = found.get();
                DirectoryStream<Path> entries = Files.newDirectoryStream(directory.path())) {
            List<String> names = new ArrayList<>();
            entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
            return Optional.of(names);
        } catch (IOException | DirectoryIteratorException _) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        root.close();
    }
}
