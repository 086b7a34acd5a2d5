package dev.floe.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

/** What the command line says of options of the page that cannot be. */
final class WebOptionsTest {
    @TempDir
    private Path directory;

    /** What {@code floe node} writes to its error stream; it must end before it starts anything. */
    private String refusal(String... options) {
        StringWriter error = new StringWriter();
        CommandLine line = new CommandLine(new NodeCommand());
        line.setErr(new PrintWriter(error, true));
        String[] all = new String[options.length + 2];
        all[0] = "--config=/dev/null";
        all[1] = "--data-dir=" + directory.resolve("data");
        System.arraycopy(options, 0, all, 2, options.length);
        assertThat(line.execute(all)).isNotZero();
        assertThat(directory.resolve("data")).doesNotExist();
        return error.toString();
    }

    private Path token(String text, String rights) throws IOException {
        Path file = directory.resolve("token");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
        return file;
    }

    @Test
    void refusesATokenWithoutAPage() throws IOException {
        assertThat(refusal("--web-token", token("0123456789abcdef", "rw-------").toString())).contains("--web ADDRESS");
    }

    @Test
    void refusesATokenThatCanBeGuessed() throws IOException {
        assertThat(refusal("--web=127.0.0.1:0000", "--web-token", token("short", "rw-------").toString()))
                .contains("--web");
        assertThat(refusal("--web=127.0.0.1:7082", "--web-token", token("short", "rw-------").toString()))
                .contains("16 to 256 letters").doesNotContain("short");
    }

    @Test
    void refusesATokenThatOthersCanRead() throws IOException {
        assertThat(refusal("--web=127.0.0.1:7082", "--web-token", token("0123456789abcdef", "rw-r--r--").toString()))
                .contains("chmod 600").doesNotContain("0123456789abcdef");
    }

    @Test
    void opensABrowserWhereThereIsADisplay() {
        assertThat(WebCommand.hasDesktop(Map.of())).isFalse();
        assertThat(WebCommand.hasDesktop(Map.of("DISPLAY", ""))).isFalse();
        assertThat(WebCommand.hasDesktop(Map.of("DISPLAY", ":0"))).isTrue();
        assertThat(WebCommand.hasDesktop(Map.of("WAYLAND_DISPLAY", "wayland-0"))).isTrue();
    }
}
