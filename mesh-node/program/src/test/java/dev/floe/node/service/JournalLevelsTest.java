package dev.floe.node.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When log lines begin with a level for the journal, and with which. */
final class JournalLevelsTest {
    @TempDir
    private Path directory;

    @Test
    void standardErrorLeadsToTheJournalIfItIsTheSameFile() throws Exception {
        Path file = Files.createFile(directory.resolve("stderr"));
        String stream = Files.getAttribute(file, "unix:dev") + ":" + Files.getAttribute(file, "unix:ino");
        assertThat(JournalLevels.leadsToJournal(stream, file)).isTrue();
        assertThat(JournalLevels.leadsToJournal(stream, Files.createFile(directory.resolve("other")))).isFalse();
        assertThat(JournalLevels.leadsToJournal("", file)).isFalse();
        assertThat(JournalLevels.leadsToJournal(stream, directory.resolve("missing"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"ERROR, 3", "WARN, 4", "INFO, 6", "DEBUG, 7"})
    void aLevelIsANumberOfSyslog(String level, int number) {
        assertThat(PatternLayout.newBuilder().withPattern(JournalLevels.PATTERN + "%m").build().toSerializable(
                Log4jLogEvent.newBuilder().setLevel(Level.valueOf(level)).setMessage(new SimpleMessage("text"))
                        .build()))
                .isEqualTo("<" + number + ">text");
    }
}
