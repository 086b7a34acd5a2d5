package dev.floe.node.top.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.floe.node.top.feed.WatchedMesh.EndedRow;
import dev.floe.node.top.feed.WatchedMesh.RunningRow;
import dev.floe.node.top.view.MeshFixture;

final class TopModelTest {
    private static List<RunningRow> jobs(String... ids) {
        return Arrays.stream(ids)
                .map(id -> new RunningRow(new WatchedMesh.JobIdentity(id, "", "f", "a"), "b", "run", 1, 1)).toList();
    }

    private static List<String> ids(List<RunningRow> jobs) {
        return jobs.stream().map(RunningRow::id).toList();
    }

    private static EndedRow ended(String id) {
        return new EndedRow(new WatchedMesh.JobIdentity(id, "", "f", "a"), "b", "remote", 0, 1, "");
    }

    @Test
    void aJobKeepsItsPlaceAndANewOneTakesThatOfOneThatHasEnded() {
        assertThat(ids(TopModel.keepPlaces(jobs("1", "2", "3"), jobs("1", "3", "4")))).containsExactly("1", "4", "3");
    }

    @Test
    void placesWithoutAJobAreFilledFromTheEnd() {
        assertThat(ids(TopModel.keepPlaces(jobs("1", "2", "3", "4"), jobs("3", "4")))).containsExactly("4", "3");
        assertThat(ids(TopModel.keepPlaces(jobs("1", "2"), jobs()))).isEmpty();
        assertThat(ids(TopModel.keepPlaces(jobs(), jobs("1", "2")))).containsExactly("1", "2");
    }

    @Test
    void noJobIsLostAndNoneIsShownTwice() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<RunningRow> places = List.of();
            for (int step = 0; step < 10; step++) {
                String[] now = IntStream.range(0, 12).filter(_ -> random.nextBoolean()).mapToObj(Integer::toString)
                        .toArray(String[]::new);
                places = TopModel.keepPlaces(places, jobs(now));
                assertThat(ids(places)).as("seed %d", seed).containsExactlyInAnyOrder(now);
            }
        }
    }

    @Test
    void endsAreTheNewestFirstOnceAndBounded() {
        TopModel model = new TopModel();
        model.receive(new WatchLine.EndedJobRows(List.of(ended("1"), ended("2"))));
        model.receive(new WatchLine.EndedJobRows(List.of(ended("2"), ended("3"))));
        assertThat(model.ended()).extracting(EndedRow::id).containsExactly("3", "2", "1");
        List<EndedRow> many = new ArrayList<>();
        IntStream.range(0, 3000).forEach(number -> many.add(ended("x" + number)));
        model.receive(new WatchLine.EndedJobRows(many));
        assertThat(model.ended()).hasSize(TopModel.MAX_ENDED);
        assertThat(model.ended().getFirst().id()).isEqualTo("x2999");
        assertThat(new HashSet<>(model.ended())).hasSize(TopModel.MAX_ENDED);
    }

    @Test
    void aRestartForgetsJobs() {
        TopModel model = MeshFixture.model();
        assertThat(model.ended()).hasSize(3);
        assertThat(model.running()).hasSize(4);
        model.receive(new WatchLine.Restart());
        assertThat(model.ended()).isEmpty();
        assertThat(model.running()).isEmpty();
        assertThat(model.mesh()).isPresent();
    }

    @Test
    void theTroubleIsOverWithTheNextSnapshot() {
        TopModel model = MeshFixture.model();
        model.lose("the node is gone");
        assertThat(model.trouble()).isEqualTo("the node is gone");
        model.receive(MeshFixture.line());
        assertThat(model.trouble()).isEmpty();
    }

    @Test
    void twoMinutesOfRatesAreKept() throws IOException {
        TopModel model = new TopModel();
        for (int second = 0; second < 500; second++) {
            model.receive(WatchLine.parse("{\"snapshot\":{\"time\":\"" + Instant.ofEpochSecond(second)
                    + "\",\"totals\":{\"jobsPerSecond\":" + second + "}}}"));
        }
        assertThat(model.rates()).hasSize(TopModel.MAX_RATES).endsWith(497.0, 499.0);
        model.receive(WatchLine.parse("{\"snapshot\":{\"time\":\"yesterday\"}}"));
        assertThat(model.rates()).endsWith(499.0, 0.0);
    }

    @Test
    void aSubmitterKeepsItsLetterWhenOthersCome() {
        SubmitterMarks marks = new SubmitterMarks();
        marks.add(List.of("m", "z"));
        SubmitterMarks.Mark before = marks.get("m");
        marks.add(List.of("a", "m"));
        assertThat(marks.get("m")).isEqualTo(before);
        assertThat(marks.get("a").letter()).isEqualTo('c');
        assertThat(marks.get("nobody")).isEqualTo(SubmitterMarks.Mark.UNKNOWN);
    }
}
