package dev.floe.node.submitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.CompileCommand;
import dev.floe.command.proof.ExtraInputsCache;
import dev.floe.command.proof.MissingInputs;
import dev.floe.node.submitter.context.OneCommand;

final class MissedInputRetriesTest {
    private static final String TOOLCHAIN = "a".repeat(64);

    @TempDir
    Path directory;
    private final ExtraInputsCache cache = new ExtraInputsCache(() -> Instant.EPOCH);
    private CompileCommand command;
    private MissedInputRetries retries;

    @BeforeEach
    void parse() throws IOException {
        command = OneCommand.parse(directory, List.of("gcc", "-c", "M.c"));
        retries = new MissedInputRetries(cache, command, TOOLCHAIN);
    }

    private MissingInputs missing(String name) {
        return new MissingInputs(new TreeSet<>(List.of(directory.resolve(name))), new TreeSet<>(), false,
                Optional.empty());
    }

    @Test
    void whatIsMissedIsAnInputOfTheNextAttemptAndOfLaterRequests() {
        assertThat(retries.extraInputs().paths()).isEmpty();
        assertThat(retries.addMissing(missing("a.h"))).isEmpty();
        assertThat(retries.extraInputs().paths()).containsExactly(directory.resolve("a.h"));
        MissedInputRetries later = new MissedInputRetries(cache, command, TOOLCHAIN);
        assertThat(later.knownObstacle()).isEmpty();
        assertThat(later.extraInputs().paths()).containsExactly(directory.resolve("a.h"));
    }

    @Test
    void theFourthAttemptIsTheLast() {
        for (String name : List.of("a.h", "b.h", "c.h")) {
            assertThat(retries.addMissing(missing(name))).as(name).isEmpty();
        }
        assertThat(retries.addMissing(missing("d.h"))).contains(directory.resolve("d.h") + " was not on the peer");
    }

    @Test
    void whatCannotBeSentEndsTheAttemptsOfLaterRequestsToo() {
        assertThat(retries.knownObstacle()).isEmpty();
        assertThat(retries.addMissing(MissingInputs.unknown("x is a program"))).contains("x is a program");
        assertThat(new MissedInputRetries(cache, command, TOOLCHAIN).knownObstacle()).contains("x is a program");
    }
}
