package dev.floe.node.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.store.actioncache.ActionKey;

final class QuarantineTest {
    private static final ActionKey KEY = new ActionKey(1, 2, 3, -4);
    private static final Quarantine.QuarantineEntry B = new Quarantine.QuarantineEntry("0b", "b",
            Instant.ofEpochMilli(5), KEY,
            "/w/ü &\n=%20.c");
    private static final Quarantine.QuarantineEntry ODD = new Quarantine.QuarantineEntry("&\n%", "a\tb",
            Instant.ofEpochMilli(4), KEY, "");

    @TempDir
    private Path dir;
    private Path file;

    @BeforeEach
    void name() {
        file = dir.resolve("quarantine");
    }

    @Test
    void outlivesARestart() throws IOException {
        Quarantine first = Quarantine.open(file);
        assertThat(first.all()).isEmpty();
        first.add(B);
        first.add(ODD);
        Quarantine second = Quarantine.open(file);
        assertThat(second.all()).containsExactly(ODD, B);
        assertThat(second.of("0b")).contains(B);
        assertThat(second.of("b")).as("a name is no id").isEmpty();
    }

    @Test
    void endsByNameOrById() throws IOException {
        Quarantine quarantine = Quarantine.open(file);
        quarantine.add(B);
        quarantine.add(ODD);
        assertThat(quarantine.release("nobody")).isEmpty();
        assertThat(quarantine.release("b")).containsExactly(B);
        assertThat(quarantine.release("&\n%")).containsExactly(ODD);
        assertThat(quarantine.all()).isEmpty();
        assertThat(Quarantine.open(file).all()).isEmpty();
    }

    @Test
    void countsThoughItCannotBeWrittenDown() throws IOException {
        Quarantine quarantine = Quarantine.open(file);
        Files.createDirectory(file);
        Files.createFile(file.resolve("in the way"));
        assertThatThrownBy(() -> quarantine.add(B)).isInstanceOf(IOException.class);
        assertThat(quarantine.of("0b")).contains(B);
        assertThatThrownBy(() -> quarantine.release("b")).isInstanceOf(IOException.class);
        assertThat(quarantine.of("0b")).as("nothing is lifted that would be back after a restart").contains(B);
    }

    @Test
    void ignoresFieldsThatALaterReleaseAdds() throws IOException {
        Quarantine.open(file).add(B);
        Files.writeString(file, Files.readString(file).strip() + "&more&\n");
        assertThat(Quarantine.open(file).all()).containsExactly(B);
    }

    @Test
    void saysWhatToDoAboutADamagedFile() throws IOException {
        Quarantine.open(file).add(B);
        String whole = Files.readString(file);
        for (String damaged : new String[]{"x", whole.replace("&", ""), whole.replaceFirst("&5&", "&x&"),
                whole + "&&&&\n", whole.substring(0, whole.length() / 2), whole.repeat(20_000)}) {
            Files.writeString(file, damaged);
            assertThatThrownBy(() -> Quarantine.open(file)).isInstanceOf(IOException.class)
                    .hasMessageContaining(file.toString()).hasMessageContaining("remove it");
        }
    }
}
