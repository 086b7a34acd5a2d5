package dev.floe.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import dev.floe.command.LocalReason;

final class LocalReasonLabelTest {
    @ParameterizedTest
    @EnumSource
    void knowsTheReasonsOfTheParserWithAndWithoutDetail(LocalReason.ReasonCode code) {
        String key = code.name().toLowerCase(Locale.ROOT);
        assertThat(LocalReasonLabel.of(EndedJob.local(new LocalReason(code, "").toString()))).isEqualTo(key);
        assertThat(LocalReasonLabel.of(EndedJob.local(new LocalReason(code, "/home/u/a: b/x.c").toString())))
                .isEqualTo(key);
        assertThat(LocalReasonLabel.of(EndedJob.local("inputs: " + new LocalReason(code, "/x: y.h")))).isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"failed in the node: /home/u/x.c: no such file | node_failed",
            "given up by its user | given_up", "the working directory is gone | bad_request",
            "an argument or path is not UTF-8 | bad_request",
            "FLOE_MODE=local | mode", "the memory of the command is bounded (ulimit -v or -d) | bounded_memory",
            "FLOE_NODE=pc9: no such node in the mesh | unknown_node", "no remote executor is available | no_executor",
            "no node is eligible | no_executor", "toolchain: /usr/bin/gcc is a script | toolchain",
            "the toolchain is being prepared | toolchain_prepared",
            "pc2 takes no jobs for this toolchain; floe nodes says why | toolchain_unavailable",
            "not proven: /x/y.h was not on the peer | not_proven",
            "this machine is expected to finish first | fastest_here",
            "all other nodes were full for too long | full",
            "all nodes were full for an hour | full", "a cached result cannot be written: x.o: denied | not_written",
            "what pc2 made cannot be written: x.o: denied | not_written",
            "pc2 exited with 1; repeated locally to confirm | compile_failed", "pc2 took longer than 20 s | too_slow",
            "pc2 refused: it does not execute: paused by its user | refused",
            "something that no version has said | other"})
    void reducesTheReasonsOfTheNode(String reason, String expected) {
        assertThat(LocalReasonLabel.of(EndedJob.local(reason))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "input is missing or is no regular file: /home/u/a: b/x.h | input is missing or is no regular file",
            "inputs: the compiler could not list the inputs: a.c:1: error | the compiler could not list the inputs",
            "failed in the node: /home/u/x.c: no such file | failed in the node",
            "what pc2 made cannot be written: x.o: denied | a result cannot be written",
            "pc2 took longer than 20 s | a peer took too long",
            "this machine is expected to finish first | this machine is expected to finish first",
            "something that no version has said | something that no version has said"})
    void namesTheKindOfReasonWithoutFilesAndNodes(String reason, String expected) {
        assertThat(LocalReasonLabel.textOf(EndedJob.local(reason))).isEqualTo(expected);
    }

    @Test
    void takesTheWordsOfAnExecutorForALossIfItWasOne() {
        String words = "pc2: the sandbox failed: /x/y";
        assertThat(LocalReasonLabel.of(EndedJob.local(words, "lost: the sandbox failed: /x/y"))).isEqualTo("lost");
        assertThat(LocalReasonLabel.of(EndedJob.local(words, "done"))).isEqualTo("other");
    }

    @Test
    void hasFewClassesOfOneWordEach() {
        List<String> all = LocalReasonLabel.all().toList();
        assertThat(all).doesNotHaveDuplicates().hasSizeLessThan(64).contains("no_compile", "lost", "other")
                .allMatch(key -> key.matches("[a-z_]+"));
    }
}
