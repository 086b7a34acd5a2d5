package dev.floe.command;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.floe.store.Digest;

/** This machine, with digests remembered by stat; counts the nanoseconds that programs ran. */
public class RealMachine implements HostAccess {
    private record Key(Path path, FileStat stat) {}

    private final Map<Key, Digest> digests = new ConcurrentHashMap<>();
    private long programNanos;

    /** How long programs ran in all. */
    public long programNanos() {
        return programNanos;
    }

    @Override
    public Optional<FileStat> lstat(Path path) throws IOException {
        Map<String, Object> unix;
        try {
            unix = Files.readAttributes(path, "unix:mode,size,lastModifiedTime,ctime,dev,ino",
                    LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            if (String.valueOf(e.getReason()).contains("Not a directory")) {
                return Optional.empty();
            }
            throw e;
        }
        int mode = (int) number(unix, "mode");
        FileStat.FileKind kind = switch (mode & 0170000) {
            case 0100000 -> FileStat.FileKind.REGULAR;
            case 0040000 -> FileStat.FileKind.DIRECTORY;
            case 0120000 -> FileStat.FileKind.LINK;
            default -> FileStat.FileKind.OTHER;
        };
        @Nullable
        String target = kind == FileStat.FileKind.LINK ? Files.readSymbolicLink(path).toString() : null;
        return Optional.of(new FileStat(kind, mode, number(unix, "size"),
                nanos(unix, "lastModifiedTime"),
                nanos(unix, "ctime"), number(unix, "dev"),
                number(unix, "ino"), target));
    }

    private static long number(Map<String, Object> unix, String name) {
        return ((Number) Objects.requireNonNull(unix.get(name))).longValue();
    }

    private static long nanos(Map<String, Object> unix, String name) {
        return ((FileTime) Objects.requireNonNull(unix.get(name))).to(TimeUnit.NANOSECONDS);
    }

    @Override
    public byte[] read(Path path, long maxBytes) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(Math.toIntExact(maxBytes + 1));
            if (bytes.length > maxBytes) {
                throw new IOException(path + " is longer than " + maxBytes + " bytes");
            }
            return bytes;
        }
    }

    @Override
    public Optional<List<String>> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return Optional.of(entries.map(entry -> String.valueOf(entry.getFileName())).toList());
        }
    }

    @Override
    public Digest digest(Path path, FileStat stat) throws IOException {
        Key key = new Key(path, stat);
        Digest digest = digests.get(key);
        if (digest == null) {
            digest = Digest.ofFile(path);
            digests.put(key, digest);
        }
        return digest;
    }

    @Override
    public ProcessOutput run(Path program, List<String> argv, Path cwd, Map<String, String> environment)
            throws IOException {
        List<String> command = new ArrayList<>(argv);
        command.set(0, program.toString());
        long start = System.nanoTime();
        Path out = Files.createTempFile("out", "");
        Path err = Files.createTempFile("err", "");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(cwd.toFile())
                    .redirectOutput(out.toFile()).redirectError(err.toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
            builder.environment().clear();
            builder.environment().putAll(environment);
            int code = builder.start().waitFor();
            return new ProcessOutput(code, Files.readAllBytes(out), Files.readAllBytes(err));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(out);
            Files.delete(err);
            programNanos += System.nanoTime() - start;
        }
    }
}
