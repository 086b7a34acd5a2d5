package dev.floe.node.executor.exectree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.floe.command.observation.Observation;
import dev.floe.command.observation.PathSet;
import dev.floe.command.observation.SystemQuery;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.messages.WireObservation;

/** What a submitter is told of an observed job, and whether its result may serve again. */
final class WireObservationsTest {
    private static final int EPERM = 1;
    private static final int EACCES = 13;
    private static final int EROFS = 30;
    private static final int ENAMETOOLONG = 36;

    @TempDir
    Path directory;
    private final List<WireInput> inputs = List.of(input(InputKind.DIRECTORY, "/w", ""),
            input(InputKind.FILE, "/w/a.c", ""), input(InputKind.LINK, "/w/l", "inc"),
            input(InputKind.FILE, "/w/inc/a.h", ""), input(InputKind.FILE, "/usr/share/x", ""));
    private ExecRootPlan plan;

    @BeforeEach
    void plan() throws IOException {
        plan = new ExecRootPlan(List.of());
        for (WireInput input : inputs) {
            plan.add(input);
        }
    }

    private static WireInput input(InputKind kind, String path, String target) {
        return new WireInput(kind, path, 0644, new byte[32], 1, target, 0, 0);
    }

    /** An observation of which each part can be changed. */
    private static final class Draft {
        List<String> gaps = List.of();
        Set<String> missed = Set.of();
        Map<String, Integer> failed = Map.of();
        Set<String> read = Set.of();
        Set<String> listed = Set.of();
        Set<String> written = Set.of();
        Set<String> removed = Set.of();
        Set<String> asked = Set.of();
        Map<SystemQuery, Set<String>> queries = Map.of();

        Observation observation() {
            return new Observation(gaps, new Observation.Lookups(missed, failed, read, listed, Set.of(), Set.of()),
                    new Observation.Changes(written, Set.of(), removed), new Observation.Variables(Set.of(), asked),
                    queries);
        }
    }

    private final Draft draft = new Draft();

    private WireObservation observation() {
        ObservedTree tree = new ObservedTree(plan, inputs, "/w");
        return WireObservations.of(tree.withoutProcess(draft.observation()), tree);
    }

    private BitSet used() {
        return BitSet.valueOf(observation().used());
    }

    @Test
    void tellsWhatWasMissedButNotOfTheSandboxNorOfTheJobsOwnFiles() throws IOException {
        draft.missed = Set.of("/w/opt.h", "/proc/1/x", "/dev/tty9", "/dev/shm/x", "/.floe/status", "/tmp/cc1.s",
                "/w/gone.d", "/proc/../etc/x");
        draft.written = Set.of("/tmp/cc1.s");
        draft.removed = Set.of("/w/gone.d");
        assertThat(PathSet.decode(observation().missed())).containsExactlyInAnyOrder("/w/opt.h", "/dev/shm/x",
                "/proc/../etc/x");
    }

    @Test
    void whatAProcessNamesByItselfIsToldByItsPlace() throws IOException {
        draft.missed = Set.of("/proc/self/cwd/opt.h", "/proc/thread-self/cwd/a/b.h", "/proc/self/root/etc/x",
                "/proc/self/cwd2", "/proc/self/maps");
        draft.listed = Set.of("/proc/self/cwd");
        assertThat(PathSet.decode(observation().missed())).containsExactlyInAnyOrder("/w/opt.h", "/w/a/b.h", "/etc/x");
        assertThat(PathSet.decode(observation().listed())).containsExactly("/w");
    }

    @ParameterizedTest
    @EnumSource(value = SystemQuery.class, names = {"DATE", "REALTIME_CLOCK", "PROCESSORS", "HOST_NAME", "SYSTEM_NAME",
            "USER"})
    void aResultThatMayDependOnTimeOrMachineIsNotRepeatable(SystemQuery query) {
        draft.queries = Map.of(query, Set.of("/usr/lib/gcc/cc1"));
        assertThat(observation().queries()).containsExactly(query + ":cc1");
        assertThat(WireObservations.isRepeatable(observation())).isFalse();
    }

    @ParameterizedTest
    @EnumSource(value = SystemQuery.class, names = {"RANDOM", "CALENDAR"})
    void whatOneAnswerIsAsGoodAsAnotherForIsToldAndRepeatable(SystemQuery query) {
        draft.queries = Map.of(query, Set.of("cc1"));
        assertThat(observation().queries()).containsExactly(query + ":cc1");
        assertThat(WireObservations.isRepeatable(observation())).isTrue();
    }

    @Test
    void questionsWithoutAnAnswerInAnOutputAreNotTold() {
        draft.queries = Map.of(SystemQuery.MEMORY, Set.of("cc1"), SystemQuery.TIME_OF_DAY, Set.of("cc1"),
                SystemQuery.OTHER_CLOCK, Set.of("cc1"), SystemQuery.RANDOM, Set.of("/usr/bin/clang-19"));
        assertThat(observation().queries()).isEmpty();
    }

    @Test
    void whatOnlyTheSandboxForbidsIsAGap() {
        for (int error : new int[]{EPERM, EACCES, EROFS}) {
            draft.failed = Map.of("/w/a.c", error);
            assertThat(observation().gap()).isEqualTo("the sandbox forbids what the command did with /w/a.c");
        }
        draft.failed = Map.of("/w/a.c", ENAMETOOLONG, "/proc/1", EACCES);
        assertThat(observation().gap()).isEmpty();
    }

    @Test
    void moreVariablesThanAnyCompilerAsksForAreAGap() {
        draft.asked = IntStream.rangeClosed(1, 1000).mapToObj(number -> "V" + number).collect(Collectors.toSet());
        assertThat(observation().gap()).isEmpty();
        draft.asked = IntStream.rangeClosed(1, 1001).mapToObj(number -> "V" + number).collect(Collectors.toSet());
        assertThat(observation().gap()).contains("more than 1000 variables");
        assertThat(observation().missingVariables()).isEmpty();
    }

    @Test
    void aRecordThatCannotBeReadIsAGap() throws IOException {
        Path record = Files.write(directory.resolve("record"), new byte[]{1, 2, 3});
        assertThat(WireObservations.read(record, new ObservedTree(plan, inputs, "/w")).gap())
                .startsWith("the record cannot be read");
        assertThat(WireObservations.read(directory.resolve("none"), new ObservedTree(plan, inputs, "/w")).gap())
                .isNotEmpty();
    }

    @Test
    void aFileThatWasReadThroughALinkIsUsed() {
        draft.read = Set.of("/w/l/a.h");
        assertThat(used().stream()).as("a.h, and what the C library opens unseen").containsExactly(1, 2);
    }

    @Test
    void allFilesAreUsedIfSomethingWasReadThatIsNotKnown() {
        draft.read = Set.of("/elsewhere/x.h");
        assertThat(used().cardinality()).isEqualTo(3);
        draft.written = Set.of("/elsewhere/x.h");
        assertThat(used().cardinality()).as("the job has made it").isEqualTo(1);
    }

    @Test
    void tellsWhatAListedDirectoryHeld() throws IOException {
        draft.listed = Set.of("/w/l", "/dev", "/gone");
        assertThat(PathSet.decode(observation().listed())).containsExactlyInAnyOrder("/w/l", "/gone");
        assertThat(PathSet.decode(observation().listedNames())).containsExactly("/w/l/a.h");
        draft.listed = Set.of("/w/");
        assertThat(PathSet.decode(observation().listedNames())).containsExactlyInAnyOrder("/w/a.c", "/w/inc", "/w/l");
    }
}
