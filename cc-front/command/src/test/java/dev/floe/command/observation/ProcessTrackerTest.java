package dev.floe.command.observation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

/** Whether every process of a job has a record from its start to its end. */
final class ProcessTrackerTest {
    private final List<String> gaps = new ArrayList<>();
    private final ProcessTracker tracker = new ProcessTracker(gaps::add);

    private List<String> finish() {
        tracker.finish();
        return gaps;
    }

    @Test
    void aDriverThatForksItsParts() {
        tracker.image(1, "gcc");
        tracker.execute(2, "cc1");
        tracker.image(2, "cc1");
        tracker.end(2);
        tracker.end(1);
        assertThat(finish()).isEmpty();
    }

    @Test
    void aSpawnedProgramMaySpeakBeforeItsParent() {
        tracker.image(1, "clang");
        tracker.image(2, "as");
        tracker.spawned(2, "as");
        tracker.end(2);
        tracker.end(1);
        assertThat(finish()).isEmpty();
    }

    @Test
    void anExecuteThatFailsInAChild() {
        tracker.image(1, "gcc");
        tracker.execute(2, "/a/as");
        tracker.notExecuted(2);
        tracker.execute(2, "/b/as");
        tracker.image(2, "as");
        tracker.end(2);
        tracker.execute(3, "/a/none");
        tracker.notExecuted(3);
        tracker.end(3);
        tracker.end(1);
        assertThat(finish()).isEmpty();
    }

    @Test
    void aProcessIdThatIsUsedAgain() {
        tracker.image(1, "sh");
        for (int times = 0; times < 3; times++) {
            tracker.forked(2, "sh");
            tracker.execute(2, "as");
            tracker.image(2, "as");
            tracker.end(2);
        }
        tracker.end(1);
        assertThat(finish()).isEmpty();
    }

    @Test
    void noRecordAtAll() {
        assertThat(finish()).containsExactly("no program has left a record");
    }

    @Test
    void aProgramThatLeavesNoRecord() {
        tracker.image(1, "sh");
        tracker.execute(2, "static");
        tracker.end(1);
        assertThat(finish()).containsExactly("static was executed and has left no record");
    }

    @Test
    void aSpawnedProgramThatLeavesNoRecord() {
        tracker.image(1, "clang");
        tracker.spawned(2, "as");
        tracker.spawned(3, "ld");
        tracker.image(3, "ld");
        tracker.end(3);
        tracker.end(1);
        assertThat(finish()).containsExactly("as was executed and has left no record");
    }

    @Test
    void aProgramThatNobodyExecuted() {
        tracker.image(1, "sh");
        tracker.image(2, "other");
        tracker.end(2);
        tracker.end(1);
        assertThat(finish()).containsExactly("a program was started in a way that is not observed");
    }

    @Test
    void aChildThatNobodyHasHeardOf() {
        tracker.image(1, "sh");
        tracker.reaped(2);
        tracker.end(1);
        assertThat(finish()).containsExactly("a process was started in a way that is not observed");
    }

    @Test
    void childrenWithRecordsAreReaped() {
        tracker.image(1, "sh");
        tracker.execute(2, "none");
        tracker.notExecuted(2);
        tracker.end(2);
        tracker.reaped(2);
        tracker.forked(2, "sh");
        tracker.end(2);
        tracker.reaped(2);
        tracker.spawned(3, "as");
        tracker.image(3, "as");
        tracker.end(3);
        tracker.reaped(3);
        tracker.end(1);
        assertThat(finish()).isEmpty();
    }

    @Test
    void aProcessThatIsKilled() {
        tracker.image(1, "gcc");
        tracker.execute(2, "cc1");
        tracker.image(2, "cc1");
        tracker.end(1);
        assertThat(finish()).containsExactly("cc1 has not ended in an orderly way");
    }

    @Test
    void aKilledProcessWhoseIdIsUsedAgain() {
        tracker.image(1, "sh");
        tracker.forked(2, "sh");
        tracker.forked(2, "sh");
        tracker.end(2);
        tracker.end(1);
        assertThat(finish()).containsExactly("sh has not ended in an orderly way");
    }
}
