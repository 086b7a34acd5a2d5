package dev.floe.node.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunnerReportTest {
    @TempDir
    Path directory;

    private void write(String text) throws IOException {
        Files.writeString(directory.resolve(RunnerReport.FILE), text);
    }

    @Test
    void tellsHowTheCommandEnded() throws IOException {
        write("exit=3 signal=0 user_us=10 system_us=20 maxrss_kb=2\n");
        assertThat(RunnerReport.read(directory)).contains(new RunnerReport(3, 0, 10, 20, 2048));
    }

    @Test
    void figuresThatCannotBeAreBounded() throws IOException {
        write("exit=0 signal=0 user_us=-5 system_us=" + Long.MAX_VALUE + " maxrss_kb=" + Long.MAX_VALUE);
        assertThat(RunnerReport.read(directory)).contains(new RunnerReport(0, 0, 0, 1L << 50, 1L << 50));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "exit", "exit=x", "exit=0 signal"})
    void whatIsNoReportIsNone(String text) throws IOException {
        write(text);
        assertThat(RunnerReport.read(directory)).isEmpty();
    }

    @Test
    void aLinkThatTheCommandHasPutInItsPlaceIsNotFollowed() throws IOException {
        Path real = Files.writeString(directory.resolve("real"), "exit=0 signal=0");
        Files.createSymbolicLink(directory.resolve(RunnerReport.FILE), real);
        assertThat(RunnerReport.read(directory)).isEmpty();
    }

    @Test
    void withoutReportTheCommandDidNotEndByItself() throws IOException {
        assertThat(RunnerReport.read(directory)).isEmpty();
    }
}
