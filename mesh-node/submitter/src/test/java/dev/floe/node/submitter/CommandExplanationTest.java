package dev.floe.node.submitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;

final class CommandExplanationTest {
    private final CommandExplanation explanation = new CommandExplanation();

    CommandExplanationTest() {
        explanation.add("command", "gcc -c a.c", "argv", List.of("gcc", "-c", "a.c"));
        explanation.add("predicted", "17 ms on the reference core", "predictedMillis", 17L);
        explanation.addOne("node", "pc2 23 ms", "name", "pc2", "eligible", true, "expectedMillis", 23L);
        explanation.addOne("node", "pc3 not eligible", "name", "pc3", "eligible", false);
        explanation.decide("remote", "first offered to pc2");
    }

    @Test
    void hasALineForEachFact() {
        assertThat(explanation.text()).isEqualTo("""
                command    gcc -c a.c
                predicted  17 ms on the reference core
                node       pc2 23 ms
                node       pc3 not eligible
                decision   remote: first offered to pc2
                """);
    }

    @Test
    void isOneJsonObjectWithListsOfWhatThereMayBeSeveralOf() throws IOException {
        List<String> tokens = new ArrayList<>();
        try (JsonParser json = new JsonFactory().createParser(explanation.json())) {
            while (json.nextToken() != null) {
                tokens.add(json.getText());
            }
        }
        assertThat(String.join(" ", tokens)).isEqualTo("{ argv [ gcc -c a.c ] predictedMillis 17 decision remote"
                + " reason first offered to pc2 learned [ ] nearest [ ] nodes [ { name pc2 eligible true"
                + " expectedMillis 23 } { name pc3 eligible false } ] }");
        assertThat(explanation.json()).endsWith("}\n").containsOnlyOnce("\n");
    }
}
