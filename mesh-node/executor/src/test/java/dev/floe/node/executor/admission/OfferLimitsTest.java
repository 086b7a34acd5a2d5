package dev.floe.node.executor.admission;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.messages.SubstituteCompiler;

class OfferLimitsTest {
    private static final String LONG = "x".repeat(5000);
    private static final WireInput INPUT = new WireInput(InputKind.DIRECTORY, "/w", 0755, new byte[0], 0, "", 0, 0);

    private static Offer offer(List<String> argv, List<String> environment, List<WireInput> inputs,
            List<String> outputs) {
        return new Offer("a/1", "a", "/usr/bin/cc", argv, "/w", environment, 022, "t", inputs, outputs, 0, 0, "", false,
                "", false);
    }

    private static Offer plain() {
        return offer(List.of("cc"), List.of(), List.of(INPUT), List.of("/w"));
    }

    private static void expectRefused(Offer offer, String why) {
        assertThatThrownBy(() -> OfferLimits.check(offer)).isInstanceOf(OfferRejectedException.class)
                .hasMessageContaining(why);
    }

    @Test
    void takesAsManyInputsAsAreAllowedAndNotOneMore() {
        List<String> one = List.of("cc");
        assertThatCode(() -> OfferLimits
                .check(offer(one, List.of(), Collections.nCopies(OfferLimits.MAX_INPUTS, INPUT), List.of())))
                .doesNotThrowAnyException();
        expectRefused(offer(one, List.of(), Collections.nCopies(OfferLimits.MAX_INPUTS + 1, INPUT), List.of()),
                "200001 inputs");
    }

    @Test
    void refusesTooManyOfAnything() {
        expectRefused(offer(Collections.nCopies(100_001, ""), List.of(), List.of(), List.of()), "100001 arguments");
        expectRefused(offer(List.of(), Collections.nCopies(4097, "A=b"), List.of(), List.of()), "4097 variables");
        expectRefused(offer(List.of(), List.of(), List.of(), Collections.nCopies(257, "/w")),
                "257 output directories");
        expectRefused(plain().by(new SubstituteCompiler("t", "", Collections.nCopies(100_001, ""), List.of(), "", "")),
                "arguments");
    }

    @Test
    void refusesTextThatIsTooLong() {
        expectRefused(offer(List.of("x".repeat(200_000)), List.of(), List.of(), List.of()), "an argument of 200000");
        expectRefused(offer(List.of(), List.of("x".repeat(200_000)), List.of(), List.of()), "a variable");
        expectRefused(offer(List.of(), List.of(), List.of(), List.of("/" + LONG)), "an output directory");
        expectRefused(offer(List.of(), List.of(),
                List.of(new WireInput(InputKind.LINK, "/l", 0, new byte[0], 0, LONG, 0, 0)), List.of()), "target");
        expectRefused(new Offer(LONG, "a", "/cc", List.of(), "/w", List.of(), 0, "t", List.of(), List.of(), 0, 0, "",
                false, "", false), "a name of 5000");
        expectRefused(new Offer("a/1", "a", "/" + LONG, List.of(), "/w", List.of(), 0, "t", List.of(), List.of(), 0, 0,
                "", false, "", false), "a path of 5001");
    }
}
