package dev.floe.node.joblog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

final class JobEventTest {
    private static final JobRecord JOB = new JobRecord("desk/7", Instant.EPOCH, "/p/a.c", "a.o", "/p",
            List.of("gcc", "-c", "a.c"), JobRecord.Decision.REMOTE, "compiled remotely", "pc2", 0,
            Duration.ofMillis(900),
            Map.of(JobStep.SCAN, Duration.ofMillis(3), JobStep.RUN, Duration.ofMillis(800), JobStep.LOCAL_RUN,
                    Duration.ofMillis(2)),
            Map.of(), Duration.ofMillis(700), List.of(), "b42e", 3, 1, 2, 3, "miss: not compiled here before",
            Duration.ZERO, new ResultProof(ResultProof.ProofKind.PROVEN, List.of(), ""), "desk", "nightly");

    @TempDir
    private Path directory;

    @Test
    void isRecordedWithItsSteps() throws IOException {
        Path file = directory.resolve("jobs.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("dev.floe.Job");
            recording.start();
            JobEvent event = new JobEvent();
            event.begin();
            event.record(JOB);
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertThat(events).hasSize(1);
        RecordedEvent event = events.getFirst();
        assertThat(event.getEventType().getName()).isEqualTo("dev.floe.Job");
        assertThat(event.getString("id")).isEqualTo("desk/7");
        assertThat(event.getString("build")).isEqualTo("nightly");
        assertThat(event.getString("source")).isEqualTo("/p/a.c");
        assertThat(event.getString("decision")).isEqualTo("remote");
        assertThat(event.getString("reason")).isEqualTo("compiled remotely");
        assertThat(event.getString("executor")).isEqualTo("pc2");
        assertThat(event.getString("proof")).isEqualTo("proven");
        assertThat(event.getDuration("discoverTime")).isEqualTo(Duration.ofMillis(3));
        assertThat(event.getDuration("runTime")).isEqualTo(Duration.ofMillis(800));
        assertThat(event.getDuration("localRunTime")).isEqualTo(Duration.ofMillis(2));
        assertThat(event.getDuration("queueTime")).isZero();
        assertThat(event.getDuration("compiler")).isEqualTo(Duration.ofMillis(700));
        assertThat(event.getDuration()).isPositive();
        assertThat(event.getStackTrace()).isNull();
    }

    @Test
    void isNotMadeUnlessSomebodyRecords() {
        JobEvent event = new JobEvent();
        event.begin();
        event.record(JOB);
        assertThat(event.id).as("not even described").isEmpty();
    }
}
