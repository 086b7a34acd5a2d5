package dev.floe.node.joblog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

final class JobRecordTest {
    private static JobRecord job(List<String> argv, String source) {
        return new JobRecord("desk/7", Instant.parse("2026-11-29T10:00:00.5Z"), source, "a.o", "/p", argv,
                JobRecord.Decision.REMOTE, "compiled remotely", "pc2", 0, Duration.ofMillis(120),
                Map.of(JobStep.PARSE, Duration.ofNanos(1_500_000), JobStep.RUN, Duration.ofMillis(90)),
                Map.of(JobStep.PARSE, Duration.ofMillis(1)), Duration.ofMillis(80),
                List.of(new JobRecord.Attempt("pc1", "refused: full"), new JobRecord.Attempt("pc2", "done")), "abc", 12,
                1000, 2000, 3000, "miss: not known", Duration.ofMillis(5),
                new ResultProof(ResultProof.ProofKind.REPAIRED, List.of("/p/a.h"), ""), "desk", "lua-1");
    }

    @Test
    void isReadBackAsItWasWritten() throws IOException {
        JobRecord job = job(List.of("gcc", "-c", "a \"quoted\" ü.c"), "/p/ä.c");

        assertThat(JobRecord.parse(job.toJson())).isEqualTo(job);
    }

    @Test
    void timesHaveTwoDigitsAfterThePoint() {
        assertThat(Stream.of(0L, 4_999L, 5_000L, 99_999L, 1_000_000L, 1_234_567L, 12_345_678_901L, -1_234_567L)
                .map(nanos -> JobRecord.millis(Duration.ofNanos(nanos))))
                .containsExactly("0.00", "0.00", "0.01", "0.10", "1.00", "1.23", "12345.68", "-1.23");
    }

    @Test
    void skipsFieldsAndStepsOfALaterVersion() throws IOException {
        JobRecord job = job(List.of("gcc"), "/p/a.c");
        String later = job.toJson().replaceFirst("\\{", "{\"shiny\":true,\"nothing\":null,")
                .replace("\"steps\":{", "\"steps\":{\"teleport\":1.0,");

        assertThat(JobRecord.parse(later)).isEqualTo(job);
    }

    @Test
    void takesNoControlCharactersFromAPeer() throws IOException {
        assertThat(JobRecord.parse(job(List.of("gcc"), "/p/\u001b[2J\u202e.c").toJson()).source())
                .isEqualTo("/p/?[2J?.c");
    }

    @Test
    void refusesWhatIsNoRecord() {
        for (String bad : List.of("", "[]", "{", "{\"id\":\"a\"}", "{\"started\":\"2026-11-29T10:00:00Z\"}",
                "{\"attempts\":[{\"node\":1}]}", "{\"steps\":{\"run\":\"x\"}}", "{\"argv\":[1]}",
                "{\"a\":".repeat(20))) {
            assertThatThrownBy(() -> JobRecord.parse(bad)).as(bad).isInstanceOf(IOException.class);
        }
    }

    @Test
    void refusesMoreThanItsBound() {
        JobRecord job = job(Collections.nCopies(100, "x".repeat(1000)), "/p/a.c");

        assertThatThrownBy(() -> JobRecord.parse(job.toJson())).isInstanceOf(IOException.class);
    }

    @Test
    void aBriefRecordStaysWithinTheBound() throws IOException {
        JobRecord job = job(Collections.nCopies(100, "x".repeat(1000)), "/p/a.c").brief();

        JobRecord read = JobRecord.parse(job.toJson());

        assertThat(read.argv()).hasSizeLessThan(20).last().isEqualTo("... (84 more)");
        assertThat(job(List.of("gcc"), "/p/a.c").brief().argv()).containsExactly("gcc");
    }

    @Test
    void sumsGrowByEachJob() {
        JobTotals totals = JobTotals.NONE.plus(job(List.of("gcc"), "/p/a.c")).plus(job(List.of("gcc"), "/p/b.c"));

        assertThat(totals).isEqualTo(new JobTotals(2, 2, 0, 0, 2, Duration.ZERO, Duration.ofMillis(160), 2000, 4000));
    }
}
