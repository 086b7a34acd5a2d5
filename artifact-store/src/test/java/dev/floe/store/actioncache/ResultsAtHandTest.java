package dev.floe.store.actioncache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.store.actioncache.ActionResult.OutputFile;

final class ResultsAtHandTest {
    private static final int MAX = ActionResultCodec.MAX_BYTES;

    private final ResultsAtHand atHand = new ResultsAtHand();

    private static ActionKey key(long number) {
        return new ActionKey(number, 0, 0, 0);
    }

    private static ActionResult result(int files) {
        OutputFile file = new OutputFile("/x", 0644, ResultContent.Inline.NONE, "");
        return new ActionResult(ResultContent.Inline.NONE, ResultContent.Inline.NONE, Collections.nCopies(files, file),
                "n", Duration.ZERO);
    }

    private long held(int most) {
        long count = 0;
        for (int i = 0; i < most; i++) {
            count += atHand.get(key(i)) == null ? 0 : 1;
        }
        return count;
    }

    @Test
    void holdsFewOfTheLargestResultsAndTheLatest() {
        for (int i = 0; i < 100; i++) {
            atHand.put(key(i), result(1), MAX);
        }
        assertThat(held(100)).isBetween(1L, ResultsAtHand.MAX_BYTES / MAX);
        assertThat(atHand.get(key(99))).isNotNull();
    }

    @Test
    void countsTheObjectsOfFilesToo() {
        for (int i = 0; i < 100; i++) {
            atHand.put(key(i), result(10_000), 10);
        }
        assertThat(held(100)).isLessThan(30);
    }

    @Test
    void forgetsWhatWasReplacedOrRemoved() {
        for (int i = 0; i < 100; i++) {
            atHand.put(key(0), result(1), MAX);
            atHand.put(key(1), result(1), MAX);
            atHand.remove(key(1));
        }
        assertThat(List.of(held(1), held(2))).containsExactly(1L, 1L);
    }
}
