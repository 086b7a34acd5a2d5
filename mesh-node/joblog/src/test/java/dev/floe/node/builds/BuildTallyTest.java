package dev.floe.node.builds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

final class BuildTallyTest {
    private static BuildTally some() {
        BuildTally tally = new BuildTally("b");
        tally.add(JobFixtures.remote("b", 1, "pc2", 1000, 500));
        tally.add(JobFixtures.remote("b", 2, "pc3", 1100, 900));
        tally.add(JobFixtures.remote("b", 3, "pc3", 1200, 100));
        tally.add(JobFixtures.cached("b", 4, 3000, 10, 700));
        tally.add(JobFixtures.local("b", 5, "links", 4000, 50));
        tally.add(JobFixtures.local("b", 6, "asks", 4050, 5));
        tally.add(JobFixtures.local("b", 7, "links", 4060, 40));
        return tally;
    }

    @Test
    void sumsUpItsJobs() {
        BuildSummary sums = some().summary();
        assertThat(sums.submitter()).isEqualTo("desk");
        assertThat(sums.directory()).isEqualTo("/home/u/p/src");
        assertThat(sums.started()).isEqualTo(Instant.EPOCH.plusSeconds(1));
        assertThat(sums.wall()).isEqualTo(Duration.ofMillis(3100));
        assertThat(sums.active()).isEqualTo(Duration.ofMillis(1000 + 10 + 55 + 40));
        assertThat(List.of(sums.jobs(), sums.remote(), sums.cached(), sums.local())).containsExactly(7, 3, 1, 3);
        assertThat(sums.localReasons().entrySet()).containsExactly(Map.entry("links", 2), Map.entry("asks", 1));
        assertThat(sums.executors().entrySet()).containsExactly(Map.entry("pc3", 2), Map.entry("pc2", 1));
        assertThat(sums.compiler()).isEqualTo(Duration.ofMillis(494 + 894 + 94));
        assertThat(sums.saved()).isEqualTo(Duration.ofMillis(494 + 894 + 94 + 700));
        assertThat(sums.slowest()).extracting(BuildSummary.SlowJob::source).startsWith("src/f2.c", "src/f1.c")
                .hasSize(7);
        assertThat(sums.proofs()).containsOnly(Map.entry("proven", 3), Map.entry("not_observed", 1));
        assertThat(sums.bytesSent()).isEqualTo(700);
        assertThat(sums.bytesReceived()).isEqualTo(350);
    }

    @Test
    void goesOnFromWhatWasKept() throws IOException {
        BuildSummary once = some().summary();
        BuildTally again = new BuildTally(BuildSummary.parse(once.toJson()));
        assertThat(again.summary()).isEqualTo(once);
        again.add(JobFixtures.local("b", 8, "asks", 5000, 5000));
        BuildSummary sums = again.summary();
        assertThat(sums.jobs()).isEqualTo(8);
        assertThat(sums.active()).isEqualTo(once.active().plusMillis(5000));
        assertThat(sums.slowest().getFirst().source()).isEqualTo("src/f8.c");
    }

    @Test
    void keepsOnlyTheSlowest() {
        BuildTally tally = new BuildTally("b");
        for (int i = 1; i <= 100; i++) {
            tally.add(JobFixtures.remote("b", i, "pc2", i, 10 + (i * 37) % 101));
        }
        assertThat(tally.summary().slowest()).hasSize(BuildTally.MAX_SLOWEST).extracting(BuildSummary.SlowJob::total)
                .startsWith(Duration.ofMillis(110), Duration.ofMillis(109)).isSortedAccordingTo(
                        Comparator.reverseOrder());
    }

    @Test
    void boundsTheReasons() {
        BuildTally tally = new BuildTally("b");
        for (int i = 0; i < 1000; i++) {
            tally.add(JobFixtures.local("b", i, "reason " + i, i, 1));
        }
        Map<String, Integer> reasons = tally.summary().localReasons();
        assertThat(reasons).hasSize(BuildTally.MAX_REASONS);
        assertThat(reasons.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(1000);
    }

    @Test
    void countsTheTimeOfJobsThatOverlapOnce() {
        ActiveTime active = new ActiveTime(Duration.ZERO);
        active.add(at(0), at(1));
        active.add(at(5), at(6));
        assertThat(active.sum()).isEqualTo(Duration.ofSeconds(2));
        active.add(at(0), at(10));
        assertThat(active.sum()).isEqualTo(Duration.ofSeconds(10));
        active.add(at(20), at(21));
        active.add(at(12), at(13));
        assertThat(active.sum()).isEqualTo(Duration.ofSeconds(12));
        for (int i = 0; i < 10 * ActiveTime.MAX_INTERVALS; i++) {
            active.add(at(100 + 2 * i), at(101 + 2 * i));
        }
        assertThat(active.sum()).isEqualTo(Duration.ofSeconds(12 + 10 * ActiveTime.MAX_INTERVALS));
    }

    private static Instant at(long second) {
        return Instant.EPOCH.plusSeconds(second);
    }

    @Test
    void saysWhatIsWrongWithAKeptSummary() {
        assertThatThrownBy(() -> BuildSummary.parse("{\"id\":\"b\"}")).hasMessageContaining("started");
        for (String broken : new String[]{"", "[]", "{\"id\":", "{\"slowest\":[[[[[[[[1]]]]]]]]}"}) {
            assertThatThrownBy(() -> BuildSummary.parse(broken)).as(broken).isInstanceOf(IOException.class);
        }
    }
}
