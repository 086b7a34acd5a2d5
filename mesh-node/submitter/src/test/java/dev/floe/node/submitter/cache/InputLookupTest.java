package dev.floe.node.submitter.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.inputs.InputSet;
import dev.floe.command.manifest.QueriedVariables;
import dev.floe.command.proof.ExtraInputs;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.submitter.context.CommandCacheKeys;
import dev.floe.node.submitter.context.OneRequest;

/** When the inputs of an earlier compile are taken for those of this one. */
final class InputLookupTest {
    @TempDir
    Path directory;
    private OneRequest request;

    @BeforeEach
    void open() throws IOException {
        directory = directory.toRealPath();
        request = new OneRequest(directory);
    }

    @AfterEach
    void close() throws IOException {
        request.close();
    }

    private InputLookup lookup() {
        return new InputLookup(request.context(), request.resolved(), request.policy());
    }

    private String cacheText() {
        return request.context().account().end(Decision.LOCAL, "", "", 0).cache();
    }

    @Test
    void aCommandThatIsNewHasNoKnownInputs() throws IOException {
        assertThat(lookup().findObserved()).isEmpty();
        assertThat(lookup().find(ExtraInputs.NONE)).isEmpty();
        assertThat(cacheText()).isEqualTo("miss: not compiled here before");
    }

    @Test
    void inputsThatAreUnchangedAreFoundWithTheKeysOfTheirResult() throws IOException {
        CommandCacheKeys keys = request.keys();
        InputSet inputs = request.inputs();
        lookup().remember(request.found(), keys);
        assertThat(lookup().find(ExtraInputs.NONE)).hasValueSatisfying(known -> {
            assertThat(known.keys()).contains(keys);
            assertThat(known.found().inputs()).isEqualTo(inputs);
            assertThat(known.found().readsClock()).isFalse();
        });
    }

    @Test
    void thatACompileReadsTheClockIsRemembered() throws IOException {
        lookup().remember(request.found(true), request.keys());
        assertThat(lookup().find(ExtraInputs.NONE)).hasValueSatisfying(
                known -> assertThat(known.found().readsClock()).isTrue());
    }

    @Test
    void aChangedInputIsTheReasonOfTheMiss() throws IOException {
        lookup().remember(request.found(), request.keys());
        Path source = Files.writeString(directory.resolve("M.c"), "long m = 1;\n");
        assertThat(lookup().find(ExtraInputs.NONE)).isEmpty();
        assertThat(cacheText()).isEqualTo("miss: " + source + " changed");
    }

    @Test
    void inputsThatLackWhatAnEarlierCompileMissedAreNotUsed() throws IOException {
        lookup().remember(request.found(), request.keys());
        Path header = Files.writeString(directory.resolve("opt.h"), "");
        assertThat(lookup().find(new ExtraInputs(Set.of(header), Set.of(), false))).isEmpty();
        assertThat(lookup().find(new ExtraInputs(Set.of(directory.resolve("gone.h")), Set.of(), false))).isPresent();
    }

    @Test
    void withoutTheCacheNothingIsLookedUp() throws IOException {
        lookup().remember(request.found(), request.keys());
        request.node.cacheUses = Set.of();
        assertThat(lookup().find(ExtraInputs.NONE)).isEmpty();
        assertThat(lookup().findObserved()).isEmpty();
        assertThat(cacheText()).isEmpty();
    }

    @Test
    void whatTheMeshHasTaughtIsFoundHereTheNextTime() throws IOException {
        InputLookup.Observed taught = new InputLookup.Observed(request.inputs(), request.keys(),
                Optional.of(QueriedVariables.NONE));
        lookup().served(taught);
        assertThat(lookup().findObserved()).hasValueSatisfying(known -> {
            assertThat(known.keys()).isEqualTo(taught.keys());
            assertThat(known.inputs()).isEqualTo(taught.inputs());
            assertThat(known.learned()).as("this node knows it by itself").isEmpty();
        });
    }

    @Test
    void anObservedCompileOfAnotherSourceIsNotTaken() throws IOException {
        lookup().served(new InputLookup.Observed(request.inputs(), request.keys(), Optional.of(QueriedVariables.NONE)));
        Files.writeString(directory.resolve("M.c"), "long m = 1;\n");
        assertThat(lookup().findObserved()).isEmpty();
    }
}
