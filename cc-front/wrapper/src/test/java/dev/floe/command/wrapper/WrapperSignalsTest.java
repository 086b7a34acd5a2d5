package dev.floe.command.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Interrupt and terminate leave nothing behind. */
final class WrapperSignalsTest {
    @TempDir
    Path directory;
    private Workshop shop;
    private ScriptedNode node;

    @BeforeEach
    void open() throws IOException {
        shop = new Workshop(directory).through("env", "--default-signal=INT,TERM,HUP,QUIT");
        node = shop.node();
    }

    @AfterEach
    void close() throws IOException {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "HUP, 129", "QUIT, 131"})
    void diesOfTheSignalAndCancelsTheJob(String signal, int code) throws Exception {
        var running = shop.floe("gcc", "-c", "a.c");
        try (Talk talk = node.accept()) {
            talk.hello();
            talk.sendFile("a.o", 0644, Frame.AS, new byte[1000]);
            talk.sendFile("a.d", 0644, Frame.THROUGH, new byte[1000]);
            talk.awaitIdle();
            assertThat(shop.names()).hasSize(2);
            running.signal(signal);
            talk.awaitHangUp();
        }
        assertThat(running.end()).isEqualTo(new Workshop.Ended(code, "", ""));
        assertThat(shop.names()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void takesTheProgramThatItRunsWithIt(String signal, int code) throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        var running = shop.floe("gcc");
        try (Talk talk = node.accept()) {
            talk.hello();
            talk.send(Frame.RUN, Payload.of().str("/bin/sh")
                    .list(List.of("sh", "-c", "exec 3> " + pipe + "; echo here >&3; sleep 1000 & sleep 1000")).str("")
                    .list(List.of("PATH=/usr/bin:/bin")).u64(9));
            try (var reader = Files.newBufferedReader(pipe)) {
                assertThat(reader.readLine()).isEqualTo("here");
                running.signal(signal);
                assertThat(reader.readLine()).as("the pipe's end, when nobody holds it any more").isNull();
            }
        }
        assertThat(running.end().code()).isEqualTo(code);
    }

    @Test
    void goesOnIfTheSignalWasIgnoredAtItsStart() throws Exception {
        shop.through("env", "--ignore-signal=HUP");
        var running = shop.floe("gcc");
        try (Talk talk = node.accept()) {
            talk.hello();
            running.signal("HUP");
            talk.awaitIdle();
            talk.exit(5);
        }
        assertThat(running.end().code()).isEqualTo(5);
    }
}
