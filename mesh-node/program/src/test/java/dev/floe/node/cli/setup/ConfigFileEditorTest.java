package dev.floe.node.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileEditorTest {
    @TempDir
    private Path directory;

    private Path file = Path.of("");
    private ConfigFileEditor editor = new ConfigFileEditor(file);

    @BeforeEach
    void choose() {
        file = directory.resolve("floe/floe.conf");
        editor = new ConfigFileEditor(file);
    }

    private void expect(boolean on, boolean changed, String before, String after) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, before);
        assertThat(editor.setSwitch("no-execute", on)).isEqualTo(changed);
        assertThat(file).hasContent(after);
    }

    @Test
    void leavesAllOtherLinesAsTheyAre() throws IOException {
        expect(true, true, "# mine\nslots = 8\n", "# mine\nslots = 8\nno-execute\n");
        expect(false, true, "# mine\nno-execute = true\nslots = 8\n", "# mine\nslots = 8\n");
        expect(true, true, "no-execute = false\nslots = 8\n", "no-execute\nslots = 8\n");
    }

    @Test
    void changesNothingTheSecondTime() throws IOException {
        expect(true, false, "no-execute\n", "no-execute\n");
        expect(false, false, "slots = 8\n#no-execute\n", "slots = 8\n#no-execute\n");
    }

    @Test
    void makesTheFileOnlyIfItIsNeeded() throws IOException {
        assertThat(editor.setSwitch("no-execute", false)).isFalse();
        assertThat(file).doesNotExist();
        assertThat(editor.setSwitch("no-execute", true)).isTrue();
        assertThat(file).hasContent("no-execute\n");
    }
}
