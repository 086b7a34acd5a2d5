package dev.floe.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Java files of the main code of all modules, for tests that read them. */
final class MainSources {
    private static final Pattern NO_CODE = Pattern.compile(
            "\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*+\"|'(?:\\\\.|[^'\\\\])'|/\\*[\\s\\S]*?\\*/|//[^\\n]*");

    private MainSources() {}

    /** The text of a file without comments, and with empty strings. */
    static String code(Path source) {
        try {
            return NO_CODE.matcher(Files.readString(source)).replaceAll("\"\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The directory above all modules. */
    static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("docs/architecture.md"))) {
            directory = directory.resolve("..").normalize();
            assertThat(directory.getNameCount()).as("the repository above the working directory").isPositive();
        }
        return directory;
    }

    static List<Path> all() {
        try (Stream<Path> all = Files.walk(root())) {
            return all.filter(path -> path.toString().endsWith(".java") && path.toString().contains("/src/main/java/")
                    && !path.toString().contains("/target/")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
