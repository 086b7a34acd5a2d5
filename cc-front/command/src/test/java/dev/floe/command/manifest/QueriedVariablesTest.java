package dev.floe.command.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class QueriedVariablesTest {
    private static final String DATE = "SOURCE_DATE_EPOCH";

    private static QueriedVariables asked(Map<String, String> environment, String... names) {
        return QueriedVariables.of(environment, List.of(names), false);
    }

    @Test
    void aVariableThatWasNotAskedForDoesNotCount() {
        QueriedVariables asked = asked(Map.of("LANG", "C", DATE, "1"), "LANG");
        assertThat(asked.changed(Map.of("LANG", "C", DATE, "2", "TERM", "xterm"))).isEmpty();
    }

    @Test
    void aVariableThatWasAskedForCountsWithItsValue() {
        QueriedVariables asked = asked(Map.of("LANG", "C", "TERM", ""), "LANG", "TERM", "NO_COLOR");
        assertThat(asked.changed(Map.of("LANG", "C", "TERM", ""))).isEmpty();
        assertThat(asked.changed(Map.of("LANG", "de_DE", "TERM", ""))).contains("LANG");
        assertThat(asked.changed(Map.of("LANG", "C"))).contains("TERM");
        assertThat(asked.changed(Map.of("LANG", "C", "TERM", "", "NO_COLOR", ""))).contains("NO_COLOR");
    }

    @Test
    void theDateThatNobodyMadeADateOfMayBeAnother() {
        for (Map<String, String> then : List.of(Map.<String, String>of(), Map.of(DATE, "1700000000"))) {
            QueriedVariables asked = asked(then, DATE);
            assertThat(asked.changed(Map.of())).isEmpty();
            assertThat(asked.changed(Map.of(DATE, "0"))).isEmpty();
            assertThat(asked.changed(Map.of(DATE, "1800000000"))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "-1", "0x10", "1e9", " 1", "017", "253402300800000"})
    void aDateThatCompilersMayRefuseCounts(String value) {
        assertThat(asked(Map.of(), DATE).changed(Map.of(DATE, value))).contains(DATE);
        assertThat(asked(Map.of(DATE, value), DATE).changed(Map.of())).contains(DATE);
    }

    @Test
    void theDateOfWhichADateWasMadeCounts() {
        QueriedVariables asked = QueriedVariables.of(Map.of(DATE, "1700000000"), List.of(DATE), true);
        assertThat(asked.changed(Map.of(DATE, "1700000000"))).isEmpty();
        assertThat(asked.changed(Map.of(DATE, "1700000001"))).contains(DATE);
        assertThat(asked.changed(Map.of())).contains(DATE);
    }
}
