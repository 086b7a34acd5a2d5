package dev.floe.command.discovery.implicit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.floe.command.LocalReason;
import dev.floe.command.RealMachine;
import dev.floe.command.discovery.includes.InputTreeRecorder;
import dev.floe.command.discovery.includes.PathLookupCachePool;

/** Files that a compiler reads because of variables: descriptions of terminals, and what its language needs. */
final class ImplicitFilesTest {
    @TempDir
    private Path parent;
    private Path directory;
    private InputTreeRecorder tree;

    @BeforeEach
    void open() throws IOException {
        directory = parent.toRealPath();
        tree = new InputTreeRecorder(new RealMachine(), new PathLookupCachePool(InstantSource.system()).take());
    }

    private Path description(String name) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "description");
    }

    @Test
    void aTerminalIsLookedUpByLetterAndByNumberInAllDatabases() throws IOException {
        Path byLetter = description("one/x/xfloe");
        Path byNumber = description("two/78/xfloe");
        Path relative = description("three/x/xfloe");
        TerminfoFiles.add(Map.of("TERM", "xfloe", "TERMINFO", directory + "/one", "TERMINFO_DIRS",
                directory + "/two::three"), directory, tree);
        assertThat(tree.entries()).containsKeys(byLetter, byNumber, relative);
    }

    @ParameterizedTest
    @CsvSource({"''", "../secret", "x/y"})
    void aNameThatIsNoTerminalsIsNotLookedUp(String term) throws IOException {
        TerminfoFiles.add(Map.of("TERM", term, "TERMINFO", directory.toString()), directory, tree);
        assertThat(tree.entries()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"C, '', ''", "'', POSIX, ''", "'', '', C"})
    void theStandardLocaleReadsNothing(String all, String category, String lang) throws IOException {
        assertThat(LocaleFiles.add(Map.of("LC_ALL", all, "LC_MESSAGES", category, "LC_CTYPE", category, "LANG", lang),
                tree)).isEmpty();
        assertThat(tree.entries()).isEmpty();
    }

    @Test
    void aLocaleThatIsAPathKeepsTheCommandLocal() throws IOException {
        assertThat(LocaleFiles.add(Map.of("LC_ALL", "/tmp/mine"), tree))
                .contains(new LocalReason(LocalReason.ReasonCode.LOCALE, "/tmp/mine"));
    }

    @Test
    void aLocaleIsLookedUpWithAndWithoutCharacterSetTerritoryAndModifier() {
        assertThat(LocaleFiles.variants("de_DE.UTF-8@euro")).contains("de_DE.UTF-8@euro", "de_DE.utf8@euro",
                "de_DE@euro", "de_DE.UTF-8", "de_DE", "de.utf8", "de@euro", "de");
        assertThat(LocaleFiles.variants("sv")).containsExactly("sv");
    }
}
