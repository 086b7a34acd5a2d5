package dev.floe.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import dev.floe.node.cli.reference.HelpTopic;
import dev.floe.node.cli.reference.ReferenceWriter;
import dev.floe.node.report.findings.DoctorTopic;

/** Manual pages, completions and topics of the whole command line. */
class ReferenceTest {
    static final List<HelpTopic> TOPICS = HelpTopic.ALL;

    @TempDir
    private Path share;

    private void write() throws IOException {
        new ReferenceWriter(Main.line(), "1.2.3", "2026-01-02").write(share);
    }

    private String page(String name) throws IOException {
        return Files.readString(share.resolve("man/man1").resolve(name + ".1"));
    }

    @Test
    void eachVisibleCommandHasAPage() throws IOException {
        write();
        try (Stream<Path> pages = Files.list(share.resolve("man/man1"))) {
            assertThat(pages.map(page -> page.getFileName().toString())).contains("floe.1", "floe-node.1",
                    "floe-mesh-create.1", "floe-help.1", "floe-cc.1")
                    .doesNotContain("floe-self-train.1", "floe-self-document.1", "floe-cache-trust.1");
        }
        assertThat(page("floe-node")).startsWith(".TH FLOE\\-NODE 1 2026-01-02 \"Floe 1.2.3\" \"Floe\"\n")
                .contains("\\fB\\-\\-slots\\fR=\\fIN\\fR\n", ".B floe node\n");
        assertThat(page("floe-cc")).startsWith(".TH FLOE\\-CC 1 2026-01-02 \"Floe 1.2.3\"").doesNotContain("@");
    }

    @Test
    void noOptionIsMissing() throws IOException {
        write();
        String zsh = Files.readString(share.resolve("zsh/site-functions/_floe"));
        String fish = Files.readString(share.resolve("fish/vendor_completions.d/floe.fish"));
        String bash = Files.readString(share.resolve("bash-completion/completions/floe"));
        Main.line().getSubcommands().get("node").getCommandSpec().options().forEach(option -> {
            String name = option.longestName();
            assertThat(zsh).containsPattern(name + "=?\\[");
            assertThat(fish).contains("-l " + name.substring(2) + " ");
            assertThat(bash).containsPattern("['\"]" + name + "['\"]");
        });
        assertThat(zsh).contains(":USE:(read write both off)", ":FILE:_files");
        assertThat(zsh + fish).doesNotContain("self-train");
    }

    @Test
    void twoMakingsAreEqual() throws IOException {
        write();
        String first = Files.readString(share.resolve("bash-completion/completions/floe"));
        write();
        assertThat(Files.readString(share.resolve("bash-completion/completions/floe"))).isEqualTo(first)
                .doesNotContain("# Date:");
    }

    private static String run(int code, String... words) {
        StringWriter out = new StringWriter();
        assertThat(Main.line().setOut(new PrintWriter(out)).setErr(new PrintWriter(out)).execute(words))
                .isEqualTo(code);
        return out.toString();
    }

    @ParameterizedTest
    @FieldSource("TOPICS")
    void eachTopicIsASection(HelpTopic topic) {
        assertThat(run(0, "help", topic.name())).hasLineCount((int) topic.text().lines().count()
                + (Main.line().getSubcommands().containsKey(topic.name())
                        ? (int) run(0, topic.name(), "--help").lines().count() + 1
                        : 0));
        assertThat(topic.text().lines().count()).isBetween(5L, 200L);
    }

    @Test
    void eachTopicOfAFindingHasASectionAndNoSectionIsWithoutATopic() {
        assertThat(HelpTopic.findings())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(DoctorTopic.values()).map(DoctorTopic::key).toList());
        assertThat(run(0, "help", "serial-build")).startsWith("One job at a time");
    }

    @Test
    void helpKnowsCommandsAndTopics() {
        assertThat(run(0, "help")).contains("Usage: floe", "environment", "troubles");
        assertThat(run(0, "help", "mesh", "join")).startsWith("Usage: floe mesh join");
        assertThat(run(2, "help", "nonsense")).contains("no command and no topic: nonsense");
    }
}
