package dev.floe.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which variables of the user a compile gets, and which keep it local. */
final class EnvironmentVariableTableTest {
    private static final EnvironmentVariableTable TABLE = EnvironmentVariableTable.standard();

    @ParameterizedTest
    @ValueSource(strings = {"PATH", "PWD", "LANG", "LC_ALL", "LC_MESSAGES", "TZ", "SOURCE_DATE_EPOCH", "CPATH",
            "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "TMPDIR", "GCC_COLORS", "TERM", "COLUMNS"})
    void aVariableThatReachesAResultGoesAlong(String name) {
        assertThat(TABLE.carried(Map.of(name, "x"))).containsExactly(Map.entry(name, "x"));
        assertThat(TABLE.keepingLocal(Map.of(name, "x"))).isEmpty();
        assertThat(TABLE.isDropped(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"COMPILER_PATH", "GCC_EXEC_PREFIX", "DEPENDENCIES_OUTPUT", "LOCPATH", "GCC_COMPARE_DEBUG",
            "CCC_OVERRIDE_OPTIONS", "FAKETIME", "FAKETIME_TIMESTAMP_FILE", "DATEFUDGE"})
    void aVariableThatChangesWhatIsReadOrWrittenKeepsACommandLocal(String name) {
        assertThat(TABLE.keepingLocal(Map.of(name, "x", "LANG", "C"))).contains(name);
        assertThat(TABLE.carried(Map.of(name, "x"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HOME", "LC_NUMERIC", "LD_PRELOAD", "MAKEFLAGS", "LIBRARY_PATH"})
    void aVariableWithoutBearingStaysHere(String name) {
        assertThat(TABLE.carried(Map.of(name, "x"))).isEmpty();
        assertThat(TABLE.keepingLocal(Map.of(name, "x"))).isEmpty();
        assertThat(TABLE.isDropped(name)).isTrue();
    }

    @Test
    void aVariableThatIsNotListedStaysHereButMayHaveABearing() {
        assertThat(TABLE.carried(Map.of("AWS_SECRET_ACCESS_KEY", "x", "MY_LANG", "x"))).isEmpty();
        assertThat(TABLE.isDropped("AWS_SECRET_ACCESS_KEY")).isFalse();
    }

    @Test
    void theFirstByNameIsTheReason() {
        assertThat(TABLE.keepingLocal(Map.of("LOCPATH", "x", "COMPILER_PATH", "x"))).contains("COMPILER_PATH");
    }
}
