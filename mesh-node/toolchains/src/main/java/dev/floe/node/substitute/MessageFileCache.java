package dev.floe.node.substitute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.rpc.messages.SubstituteCompilerMessage;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.store.FailureText;
import dev.floe.store.files.AtomicFiles;

/**
 * A cache of messages in files: descriptions of compilers, and compatibility results; a file each. One that is damaged
 * is made again.
 */
final class MessageFileCache<T extends SubstituteCompilerMessage> {
    private static final Logger LOG = LogManager.getLogger(MessageFileCache.class);
    /** Changes with the samples, and with what is looked at besides. */
    private static final int EDITION = 4;

    private final Path directory;
    private final Class<T> type;

    MessageFileCache(Path directory, Class<T> type) {
        this.directory = directory;
        this.type = type;
    }

    Optional<T> read(String name) {
        Path file = file(name);
        try {
            return Optional.of(MessageStream.decode(Files.readAllBytes(file), type, file.toString()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            LOG.warn("damaged and created again: {} ({})", file, FailureText.of(e));
            return Optional.empty();
        }
    }

    void write(String name, T made) throws IOException {
        Files.createDirectories(directory);
        AtomicFiles.write(file(name), MessageStream.encode(made));
    }

    private Path file(String name) {
        return directory.resolve(name + "." + EDITION);
    }
}
