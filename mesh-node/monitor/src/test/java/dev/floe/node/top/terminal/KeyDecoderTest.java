package dev.floe.node.top.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

final class KeyDecoderTest {
    /** The keys of what a terminal sends; | is a pause. */
    private static List<String> keys(String sent) throws IOException {
        int[] at = {0};
        KeyDecoder decoder = new KeyDecoder(millis -> {
            if (at[0] >= sent.length()) {
                return KeyDecoder.CLOSED;
            }
            if (sent.charAt(at[0]) == '|') {
                at[0]++;
                if (millis > 0) {
                    return KeyDecoder.NOTHING;
                }
            }
            return at[0] < sent.length() ? sent.charAt(at[0]++) : KeyDecoder.CLOSED;
        });
        List<String> keys = new ArrayList<>();
        while (true) {
            KeyPress key = decoder.read();
            if (key.name() == KeyPress.Name.CLOSED) {
                return keys;
            }
            keys.add(key.name() == KeyPress.Name.CHARACTER ? Character.toString(key.character()) : key.name().name());
        }
    }

    @Test
    void readsCharacters() throws IOException {
        assertThat(keys("qé漢😀")).containsExactly("q", "é", "漢", "😀");
    }

    @Test
    void readsSequencesOfBothKinds() throws IOException {
        assertThat(keys("\033[A\033OB\033[5~\033[6~\033[H\033[4~\033[Z\033[C\033OD")).containsExactly("UP", "DOWN",
                "PAGE_UP", "PAGE_DOWN", "HOME", "END", "BACK_TAB", "RIGHT", "LEFT");
    }

    @Test
    void aLoneEscapeIsAKey() throws IOException {
        assertThat(keys("\033|q")).containsExactly("ESCAPE", "q");
    }

    @Test
    void controlCharactersAreNoText() throws IOException {
        assertThat(keys("\t\r\n\u007f\b\f\u0003\u0001\u0085"))
                .containsExactly("TAB", "ENTER", "ENTER", "BACKSPACE", "BACKSPACE", "REDRAW", "INTERRUPT", "UNKNOWN",
                        "UNKNOWN");
    }

    @Test
    void sequencesThatMakeNoSenseAreSkipped() throws IOException {
        assertThat(keys("\033[1;5Aq\033[99~w\033[200~\033[" + "1".repeat(100) + "x|")).contains("q", "w", "x");
        assertThat(keys("\033[|q\ud83d|z")).containsExactly("UNKNOWN", "q", "UNKNOWN", "z");
    }

    @Test
    void theEndOfTheInputCloses() throws IOException {
        assertThat(keys("")).isEmpty();
        assertThat(keys("a\u0004b")).containsExactly("a");
    }
}
