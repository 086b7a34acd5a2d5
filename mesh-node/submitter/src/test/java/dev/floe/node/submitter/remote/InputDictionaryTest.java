package dev.floe.node.submitter.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.messages.JobMessage.WireState;

/** What an executor has confirmed is named, and nothing else is. */
class InputDictionaryTest {
    private final InputDictionary dictionary = new InputDictionary();

    private static InputSet directories(String... names) {
        List<Input> inputs = new ArrayList<>();
        for (String name : names) {
            inputs.add(new Input.Directory(Path.of("/" + name), 0755));
        }
        return new InputSet(inputs);
    }

    private static Offer offer() {
        return new Offer("a/1", "a", "/usr/bin/cc", List.of("cc"), "/", List.of(), 022, "t", List.of(), List.of(), 0, 0,
                "",
                false, "", false);
    }

    private static OfferAnswer answer(long noted) {
        return new OfferAnswer(AdmissionVerdict.REFUSED, List.of(), 0, "", new WireState(0, 0, 0, 0, 0, 0, 0, false),
                noted);
    }

    private List<String> told(String executor, InputSet inputs, boolean noted) {
        InputDictionary.DictionaryEncoder encoder = dictionary.encoderFor(executor, inputs);
        Offer brief = encoder.shorten(offer());
        encoder.answered(answer(noted ? brief.glossary() : 0));
        return brief.inputs().stream().map(WireInput::path).toList();
    }

    @Test
    void namesWhatOneExecutorHasConfirmed() {
        assertThat(told("b", directories("x", "y"), false)).containsExactly("/x", "/y");
        assertThat(told("b", directories("x", "y"), true)).as("it did not say that it knows").containsExactly("/x",
                "/y");
        assertThat(told("b", directories("x", "y", "z"), true)).containsExactly("/z");
        assertThat(told("c", directories("x"), true)).as("another executor").containsExactly("/x");
    }

    @Test
    void tellsAllAgainWhenAnExecutorHasForgotten() {
        told("b", directories("x", "y"), true);
        InputSet inputs = directories("x", "z");
        InputDictionary.DictionaryEncoder encoder = dictionary.encoderFor("b", inputs);
        long before = encoder.shorten(offer()).glossary();
        encoder.forgotten();
        encoder.answered(answer(0));
        assertThat(dictionary.encoderFor("b", inputs).shorten(offer()).glossary()).isNotEqualTo(before);
        assertThat(told("b", inputs, true)).containsExactly("/x", "/z");
    }

    @Test
    void beginsAnewWhenThereIsTooMuchToNumber() {
        InputSet first = directories("x");
        told("b", first, true);
        InputDictionary.DictionaryEncoder old = dictionary.encoderFor("b", first);
        List<String> many = new ArrayList<>();
        for (int i = 0; i < InputDictionary.MAX; i++) {
            many.add("d" + (InputDictionary.MAX + i)); // of equal length, so in order
        }
        InputSet all = directories(many.toArray(String[]::new));
        assertThat(told("b", all, true)).hasSize(InputDictionary.MAX);
        assertThat(told("b", first, true)).containsExactly("/x");
        assertThat(old.shorten(offer()).inputs()).as("by its old number, in the old dictionary").isEmpty();
    }
}
