package dev.floe.node.submit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.front.Ability;
import dev.floe.front.DependencyLayout;
import dev.floe.front.Language;
import dev.floe.node.record.JobRecord;
import dev.floe.node.record.Proof;
import dev.floe.node.record.Step;
import dev.floe.placement.Admission;
import dev.floe.toolchain.Family;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names of constants that are keys in JSON, in stored results or in messages, and orders that are numbers there. Constants may be added behind these. */
final class PinnedNamesTest {
    @Test
    void jobRecordsKeepTheirKeys() {
        assertThat(Arrays.stream(Step.values()).map(Step::key)).contains("parse", "toolchain", "discover", "cache",
                "offer", "upload", "input", "queue", "tree", "run", "collect", "remote", "check", "write", "local_slot",
                "local_run");
        assertThat(names(JobRecord.Decision.values())).contains("REMOTE", "LOCAL", "CACHED");
        assertThat(Arrays.stream(Proof.Kind.values()).map(Proof.Kind::key)).contains("", "proven", "repaired",
                "not_observed");
    }

    @Test
    void storedResultsAndToolchainsKeepTheirNames() {
        assertThat(names(DependencyLayout.values())).startsWith("GCC", "CLANG");
        assertThat(names(Family.values())).startsWith("GCC", "CLANG");
    }

    @Test
    void messagesKeepTheirNames() {
        assertThat(names(Ability.values())).startsWith("CODE", "DEBUG", "STACK_PROTECTOR", "ASSEMBLER");
        assertThat(names(Admission.Reason.values())).contains("NO_SLOTS", "DRAINING", "MEMORY", "FULL", "FAIR_SHARE");
    }

    @Test
    void theWrappersProtocolKeepsItsNumbersAndModes() {
        assertThat(names(Overwriting.values())).startsWith("REPLACE", "THROUGH", "AS");
        assertThat(names(Hello.Mode.values())).contains("AUTO", "LOCAL", "REMOTE");
    }

    @Test
    void explanationsKeepTheNamesOfLanguages() {
        assertThat(names(Language.values())).contains("C", "CXX", "OBJECTIVE_C", "OBJECTIVE_CXX", "PREPROCESSED_C",
                "PREPROCESSED_CXX", "ASSEMBLER", "ASSEMBLER_WITH_CPP", "IR");
    }

    private static List<String> names(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Enum::name).toList();
    }
}
