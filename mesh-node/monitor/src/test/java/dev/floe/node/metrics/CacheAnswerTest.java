package dev.floe.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CacheAnswerTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"hit: held here | hit | held", "hit: fetched from pc2 | hit | fetched",
            "hit: made at this moment by another build | hit | awaited",
            "miss: not compiled here before | miss | new", "miss: /home/u/x.h changed | miss | changed",
            "miss: the variable CPATH changed | miss | changed", "miss: the names in /x changed | miss | changed",
            "miss: no node holds it | miss | not_held", "miss: not held | miss | not_held",
            "miss: those who should hold it do not | miss | not_held",
            "miss: /x/clang.cfg was missed when the result was made | miss | unproven",
            "miss: the result from pc2 cannot be read | miss | unusable",
            "miss: the result from pc2 has /x.o twice | miss | unusable",
            "miss: what pc2 holds is not accepted: no seal | miss | unusable",
            "miss: its maker pc2 is in quarantine | miss | distrusted",
            "miss: the compile does not repeat itself, as an audit has found | miss | distrusted",
            "miss: its holders do not answer | miss | unanswered",
            "miss: pc2 makes it, but does not answer | miss | unanswered",
            "miss: results are not looked up here | miss | not_read",
            "miss: a new reason with /a/file.h | miss | other", "not cached: -fplugin | none | not_cacheable"})
    void reducesWhatTheRecordSays(String text, String result, String reason) {
        CacheAnswer answer = CacheAnswer.of(text);
        assertThat(answer.result()).isEqualTo(result);
        assertThat(answer.reason()).isEqualTo(reason);
    }
}
