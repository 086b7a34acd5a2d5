package dev.floe.node.substitute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.rpc.MessageStream;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage;
import dev.floe.store.FailureText;

/**
 * What is made once: descriptions of compilers, verdicts on pairs of them; a file each. One that is damaged is made
 * anew.
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
            LOG.warn("damaged and made anew: {} ({})", file, FailureText.of(e));
            return Optional.empty();
        }
    }

    void write(String name, T made) throws IOException {
        Files.createDirectories(directory);
        Path file = file(name);
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.write(part, MessageStream.encode(made));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(String name) {
        return directory.resolve(name + "." + EDITION);
    }
}
