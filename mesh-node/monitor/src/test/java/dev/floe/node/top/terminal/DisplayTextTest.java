package dev.floe.node.top.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DisplayTextTest {
    @Test
    void controlCharactersNeverReachTheTerminal() {
        for (int character = 0; character < 0x11_0000; character++) {
            String clean = DisplayText.clean("a" + Character.toString(character) + "b");
            assertThat(clean.codePoints()).as("U+%x", character).noneMatch(each -> Character.isISOControl(each)
                    || Character.getType(each) == Character.FORMAT || Character.getType(each) == Character.SURROGATE
                    || Character.getType(each) == Character.LINE_SEPARATOR);
        }
        assertThat(DisplayText.clean("evil\u001b[2J\u009b31m\u202e.c\n\ud800")).isEqualTo("evil?[2J?31m?.c??");
    }

    @Test
    void wideCharactersTakeTwoColumns() {
        assertThat(DisplayText.width("漢字.c")).isEqualTo(6);
        assertThat(DisplayText.width("😀")).isEqualTo(2);
    }

    @Test
    void combiningMarksTakeNone() {
        assertThat(DisplayText.width("e\u0301.c")).isEqualTo(3);
        assertThat(DisplayText.clean("e\u0301")).isEqualTo("e\u0301");
        assertThat(DisplayText.clean("z" + "\u0301".repeat(500))).hasSizeLessThan(5);
        assertThat(DisplayText.clean("\u0301x")).as("a mark on nothing").isEqualTo("?x");
    }

    @Test
    void aLongPathKeepsItsEnd() {
        assertThat(DisplayText.lastColumns("/home/user/project/file.c", 10)).isEqualTo("…ct/file.c");
        assertThat(DisplayText.lastColumns("file.c", 10)).isEqualTo("file.c");
        assertThat(DisplayText.width(DisplayText.lastColumns("漢字漢字漢字", 6))).isLessThanOrEqualTo(6);
        assertThat(DisplayText.lastColumns("file.c", 0)).isEmpty();
    }

    @Test
    void aLongReasonKeepsItsBeginning() {
        assertThat(DisplayText.firstColumns("links or makes no object", 10)).isEqualTo("links or …");
        assertThat(DisplayText.width(DisplayText.firstColumns("漢字漢字漢字", 6))).isLessThanOrEqualTo(6);
    }
}
