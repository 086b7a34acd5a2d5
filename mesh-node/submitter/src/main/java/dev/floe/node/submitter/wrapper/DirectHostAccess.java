package dev.floe.node.submitter.wrapper;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.ProcessOutput;
import dev.floe.store.Digest;
import dev.floe.store.FileDigestCache;
import dev.floe.store.FileStamp;

/** The files of a user under whose identity the node itself runs; how programs are run is given from outside. */
public final class DirectHostAccess implements HostAccess {
    private final ProcessLauncher runner;
    private final FileDigestCache digests;

    /** Runs a program to its end with empty input; its environment is exactly the one given. */
    @FunctionalInterface
    public interface ProcessLauncher {
        ProcessOutput run(Path program, List<String> argv, Path cwd, Map<String, String> environment)
                throws IOException;
    }

    public DirectHostAccess(ProcessLauncher runner, FileDigestCache digests) {
        this.runner = runner;
        this.digests = digests;
    }

    @Override
    public Optional<FileStat> lstat(Path path) throws IOException {
        Optional<FileStamp> found = FileStamp.ifPresent(path);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        FileStamp stamp = found.get();
        if (stamp.isSymbolicLink()) {
            try {
                return Optional.of(stat(stamp, FileStat.FileKind.LINK, Files.readSymbolicLink(path).toString()));
            } catch (NotLinkException e) {
                throw new IOException(path + " changes while it is looked at", e);
            }
        }
        FileStat.FileKind kind = stamp.isRegularFile()
                ? FileStat.FileKind.REGULAR
                : stamp.isDirectory() ? FileStat.FileKind.DIRECTORY : FileStat.FileKind.OTHER;
        return Optional.of(stat(stamp, kind, null));
    }

    private static FileStat stat(FileStamp stamp, FileStat.FileKind kind,
            @org.jspecify.annotations.Nullable String target) {
        return new FileStat(kind, stamp.mode(), stamp.size(), stamp.mtimeNanos(), stamp.ctimeNanos(), stamp.dev(),
                stamp.ino(), target);
    }

    /** The stamp of a file by what a machine says of it. */
    public static FileStamp stamp(FileStat stat) {
        return new FileStamp(stat.device(), stat.inode(), stat.size(), stat.mtimeNanos(), stat.ctimeNanos(),
                stat.mode());
    }

    @Override
    public byte[] read(Path path, long maxBytes) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes((int) Math.min(maxBytes + 1, Integer.MAX_VALUE));
            if (bytes.length > maxBytes) {
                throw new IOException(path + " is longer than " + maxBytes + " bytes");
            }
            return bytes;
        }
    }

    @Override
    public Optional<List<String>> list(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            List<String> names = new ArrayList<>();
            entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
            return Optional.of(names);
        } catch (NoSuchFileException | AccessDeniedException | NotDirectoryException _) {
            return Optional.empty();
        } catch (DirectoryIteratorException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    @Override
    public Digest digest(Path path, FileStat stat) throws IOException {
        return digests.digest(path, stamp(stat), FileDigestCache::readHere);
    }

    @Override
    public ProcessOutput run(Path program, List<String> argv, Path cwd, Map<String, String> environment)
            throws IOException {
        return runner.run(program, argv, cwd, environment);
    }
}
