package dev.floe.toolchain.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import dev.floe.store.FileStamp;

/** The files of this process. */
final class LocalFiles implements FileAccess {
    @Override
    public Optional<FileStamp> lstat(Path path) throws IOException {
        return FileStamp.ifPresent(path);
    }

    @Override
    public Path readLink(Path link) throws IOException {
        return Files.readSymbolicLink(link);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
        } catch (NoSuchFileException | AccessDeniedException | NotDirectoryException _) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw Objects.requireNonNull(e.getCause());
        }
        names.sort(null);
        return names;
    }

    @Override
    public Path contents(Path real) {
        return real;
    }

    @Override
    public boolean isExecutable(Path path) {
        return Files.isExecutable(path);
    }

    @Override
    public Path real(Path path) throws IOException {
        return path.toRealPath();
    }

    @Override
    public Optional<FileStamp> stat(Path path) throws IOException {
        Optional<FileStamp> stamp = FileStamp.ifPresent(path);
        if (stamp.isEmpty() || !stamp.get().isSymbolicLink()) {
            return stamp;
        }
        try {
            return Optional.of(FileStamp.of(path));
        } catch (NoSuchFileException | FileSystemLoopException _) {
            return Optional.empty();
        }
    }
}
