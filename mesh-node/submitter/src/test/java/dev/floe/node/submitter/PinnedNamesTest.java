package dev.floe.node.submitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.command.DepfileFormat;
import dev.floe.command.Language;
import dev.floe.command.parser.CompilerCapability;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.joblog.ResultProof;
import dev.floe.node.submitter.wrapper.HelloFrame;
import dev.floe.node.submitter.wrapper.OverwriteMode;
import dev.floe.placement.AdmissionPolicy;
import dev.floe.toolchain.ToolchainFamily;

/**
 * Names of constants that are keys in JSON, in stored results or in messages, and orders that are numbers there.
 * Constants may be added behind these.
 */
final class PinnedNamesTest {
    @Test
    void jobRecordsKeepTheirKeys() {
        assertThat(Arrays.stream(JobStep.values()).map(JobStep::key)).contains("parse", "toolchain", "scan", "cache",
                "schedule", "upload", "fetch-inputs", "queue", "exec-root", "run", "collect", "remote-total", "check",
                "write", "local-queue", "local-run");
        assertThat(Arrays.stream(JobStep.values()).map(JobStep::oldKey)).contains("parse", "toolchain", "discover",
                "cache", "offer", "upload", "input", "queue", "tree", "run", "collect", "remote", "check", "write",
                "local_slot", "local_run");
        assertThat(names(JobRecord.Decision.values())).contains("REMOTE", "LOCAL", "CACHED");
        assertThat(Arrays.stream(ResultProof.ProofKind.values()).map(ResultProof.ProofKind::key)).contains("", "proven",
                "repaired",
                "not_observed");
    }

    @Test
    void storedResultsAndToolchainsKeepTheirNames() {
        assertThat(names(DepfileFormat.values())).startsWith("GCC", "CLANG");
        assertThat(names(ToolchainFamily.values())).startsWith("GCC", "CLANG");
    }

    @Test
    void messagesKeepTheirNames() {
        assertThat(names(CompilerCapability.values())).startsWith("CODE", "DEBUG", "STACK_PROTECTOR", "ASSEMBLER");
        assertThat(names(AdmissionPolicy.RejectionReason.values())).contains("NO_SLOTS", "DRAINING", "MEMORY", "FULL",
                "FAIR_SHARE");
    }

    @Test
    void theWrappersProtocolKeepsItsNumbersAndModes() {
        assertThat(names(OverwriteMode.values())).startsWith("REPLACE", "THROUGH", "AS");
        assertThat(names(HelloFrame.Mode.values())).contains("AUTO", "LOCAL", "REMOTE");
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
