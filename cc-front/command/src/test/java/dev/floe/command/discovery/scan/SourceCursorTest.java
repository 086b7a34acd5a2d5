package dev.floe.command.discovery.scan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SourceCursorTest {
    private static int afterBlanks(String text) {
        SourceCursor cursor = new SourceCursor(text);
        cursor.skipBlanks();
        return cursor.at;
    }

    @Test
    void joinsContinuedLines() {
        assertThat(SourceCursor.unspliced("a\\\nb\\\r\nc\\d\n")).isEqualTo("abc\\d\n");
    }

    @Test
    void blanksAreAlsoBlockComments() {
        assertThat(afterBlanks(" \t/* x */ y")).isEqualTo(10);
        assertThat(afterBlanks(" /* without an end")).isEqualTo(18);
        assertThat(afterBlanks(" \n")).isEqualTo(1);
        assertThat(afterBlanks("// x")).isZero();
    }

    @Test
    void readsNames() {
        SourceCursor cursor = new SourceCursor("_a$9-b");
        assertThat(cursor.readName()).isEqualTo("_a$9");
        assertThat(cursor.readName()).isEmpty();
        assertThat(cursor.peek()).isEqualTo('-');
    }

    @Test
    void aQuoteBelongsToANumberOnlyBetweenDigits() {
        SourceCursor number = new SourceCursor("1'000.5e3' x");
        number.skipNumber();
        assertThat(number.at).isEqualTo("1'000.5e3".length());
    }

    @Test
    void aLiteralEndsAtItsQuoteOrItsLine() {
        SourceCursor cursor = new SourceCursor("\"a\\\"b\" \"c\nd\"");
        assertThat(cursor.closing('"', 1)).isEqualTo(5);
        assertThat(cursor.closing('"', 8)).as("before the end of the line").isEqualTo(8);
        assertThat(cursor.closing('"', 11)).isEqualTo(11);
    }

    @Test
    void theEndOfTheTextEndsALine() {
        SourceCursor cursor = new SourceCursor("ab");
        assertThat(cursor.lineEnd()).isEqualTo(2);
        cursor.skipLine();
        assertThat(cursor.atEnd()).isTrue();
        assertThat(cursor.peek()).isEqualTo('\n');
        assertThat(cursor.isAt('b')).isFalse();
    }
}
