package dev.floe.node.toolchains;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.store.FileStamp;
import dev.floe.toolchain.archive.ArchiveLimits;
import dev.floe.toolchain.files.FileAccess;

/**
 * The files of a caller in a container or chroot, as the caller tells of them. Each is looked at once, so an instance
 * serves one question. Contents are copied into a directory of this node. Used by one thread.
 */
final class CallerFiles implements FileAccess {
    private static final int EXECUTE_BITS = 0111;

    private final HostAccess machine;
    private final @Nullable Path copies;
    private final Map<Path, Optional<FileStat>> seen = new HashMap<>();
    private final Map<Path, Path> copied = new HashMap<>();
    private long bytesLeft = ArchiveLimits.USUAL.maxBytes();

    /** @param copies an empty directory for contents; none if no contents are asked for */
    CallerFiles(HostAccess machine, @Nullable Path copies) {
        this.machine = machine;
        this.copies = copies;
    }

    private Optional<FileStat> look(Path path) throws IOException {
        Optional<FileStat> known = seen.get(path);
        if (known == null) {
            known = machine.lstat(path);
            seen.put(path, known);
        }
        return known;
    }

    @Override
    public Optional<FileStamp> lstat(Path path) throws IOException {
        return look(path).map(FileStat::stamp);
    }

    @Override
    public List<Optional<FileStamp>> lstat(List<Path> paths) throws IOException {
        List<Path> unseen = paths.stream().filter(path -> !seen.containsKey(path)).toList();
        List<Optional<FileStat>> stats = machine.lstat(unseen);
        for (int i = 0; i < unseen.size(); i++) {
            seen.put(unseen.get(i), stats.get(i));
        }
        List<Optional<FileStamp>> stamps = new ArrayList<>(paths.size());
        for (Path path : paths) {
            stamps.add(lstat(path));
        }
        return stamps;
    }

    @Override
    public Path readLink(Path link) throws IOException {
        String target = look(link).map(FileStat::target).orElseThrow(() -> new NotLinkException(link.toString()));
        return Path.of(target);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return machine.list(directory).orElse(List.of()).stream().sorted().toList();
    }

    @Override
    public Path contents(Path real) throws IOException {
        Path known = copied.get(real);
        if (known != null) {
            return known;
        }
        if (copies == null) {
            throw new IllegalStateException("no contents were to be asked for");
        }
        Path copy = copies.resolve(Integer.toString(copied.size()));
        try (OutputStream out = Files.newOutputStream(copy)) {
            machine.copy(real, Math.min(bytesLeft, ArchiveLimits.USUAL.maxFileBytes()), out);
        }
        bytesLeft -= Files.size(copy);
        copied.put(real, copy);
        return copy;
    }

    @Override
    public boolean isExecutable(Path path) throws IOException {
        return stat(path).filter(stamp -> (stamp.mode() & EXECUTE_BITS) != 0).isPresent();
    }
}
