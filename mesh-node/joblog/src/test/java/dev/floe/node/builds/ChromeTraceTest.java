package dev.floe.node.builds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;

import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobStep;

final class ChromeTraceTest {
    private record Block(long pid, long tid, String name, String category, long start, long length, JsonFields args) {
        long end() {
            return start + length;
        }
    }

    private final List<Block> blocks = new ArrayList<>();
    private final Map<String, String> names = new LinkedHashMap<>(); // of processes and threads
    @SuppressWarnings("NullAway.Init") // trace() sets it
    private JsonFields about;

    /** Parses the trace as the format's description has it, which fails if it is none. */
    private void trace(List<JobRecord> jobs) throws IOException {
        List<String> lines = new ArrayList<>();
        List<JobRecord> sorted = new ArrayList<>(jobs);
        sorted.sort(Comparator.comparing(JobRecord::started));
        ChromeTrace.write("b", sorted, lines::add);
        assertThat(values(String.join("\n", lines))).as("values at the outermost").isEqualTo(1);
        about = JsonFields.parse(lines.getFirst() + "]}").object("otherData");
        for (String line : lines.subList(1, lines.size() - 1)) {
            JsonFields event = JsonFields.parse(line.replaceFirst("^,", ""));
            assertThat(event.number("pid")).isPositive();
            switch (event.text("ph")) {
                case "M" -> names.put(event.text("name") + " " + event.number("pid") + " " + event.number("tid"),
                        event.object("args").text("name"));
                case "X" -> blocks.add(new Block(event.number("pid"), event.number("tid"), event.text("name"),
                        event.text("cat"), event.number("ts"), event.number("dur"), event.object("args")));
                default -> throw new AssertionError("phase " + event.text("ph"));
            }
        }
    }

    /** Fails if the text is no JSON. */
    private static int values(String text) throws IOException {
        int count = 0;
        try (JsonParser json = new JsonFactory().createParser(text)) {
            while (json.nextToken() != null) {
                count += json.getParsingContext().inRoot() ? 1 : 0;
            }
        }
        return count;
    }

    private List<Block> jobBlocks() {
        return blocks.stream().filter(block -> !block.category().equals("step")).toList();
    }

    private static List<JobRecord> manyJobs(int count) {
        Random random = new Random(7);
        List<JobRecord> jobs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long start = random.nextInt(3_000);
            long total = 10 + random.nextInt(500);
            jobs.add(switch (i % 4) {
                case 0 -> JobFixtures.cached("b", i, start, total, 99);
                case 1 -> JobFixtures.local("b", i, "links", start, total);
                default -> JobFixtures.remote("b", i, "pc" + (2 + i % 3), start, total);
            });
        }
        return jobs;
    }

    @Test
    void addsUpToTheRecords() throws IOException {
        List<JobRecord> jobs = manyJobs(400);
        trace(jobs);
        assertThat(jobBlocks()).hasSize(jobs.size());
        assertThat(jobBlocks().stream().mapToLong(Block::length).sum())
                .isEqualTo(jobs.stream().mapToLong(job -> job.total().toNanos() / 1000).sum());
        assertThat(about.number("jobs")).isEqualTo(jobs.size());
        assertThat(jobBlocks()).extracting(block -> block.args().text("id"))
                .containsExactlyInAnyOrderElementsOf(jobs.stream().map(JobRecord::id).toList());
    }

    @Test
    void hasNoTwoJobsAtOnceInALane() throws IOException {
        trace(manyJobs(400));
        Map<String, Long> free = new LinkedHashMap<>();
        for (Block job : jobBlocks().stream().sorted(Comparator.comparing(Block::start)).toList()) {
            String lane = job.pid() + " " + job.tid();
            assertThat(job.start()).as("in lane %s", lane).isGreaterThanOrEqualTo(free.getOrDefault(lane, 0L));
            free.put(lane, job.end());
            assertThat(names).containsKeys("process_name " + job.pid() + " 0", "thread_name " + lane);
        }
    }

    @Test
    void needsNoMoreLanesThanJobsRunAtOnce() throws IOException {
        List<JobRecord> jobs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            jobs.add(JobFixtures.remote("b", i, "pc2", 10L * i, 30));
        }
        trace(jobs);
        assertThat(jobBlocks()).extracting(Block::tid).containsOnly(1L, 2L, 3L);
    }

    @Test
    void placesJobsOnTheNodesThatDidThem() throws IOException {
        trace(List.of(JobFixtures.remote("b", 1, "pc2", 0, 100), JobFixtures.local("b", 2, "links", 0, 100),
                JobFixtures.cached("b", 3, 0, 100, 9), JobFixtures.cached("b", 4, 50, 100, 9)));
        Map<String, String> places = new LinkedHashMap<>();
        for (Block job : jobBlocks()) {
            places.put(job.args().text("id"), names.get("process_name " + job.pid() + " 0") + ": "
                    + names.get("thread_name " + job.pid() + " " + job.tid()));
        }
        assertThat(places).containsOnly(Map.entry("desk/1", "pc2: slot 1"),
                Map.entry("desk/2", "desk (submitter): local 1"), Map.entry("desk/3", "desk (submitter): cache 1"),
                Map.entry("desk/4", "desk (submitter): cache 2"));
        Block first = jobBlocks().getFirst();
        assertThat(first.name()).isEqualTo("f1.c");
        assertThat(first.args().number("bytesSent")).isEqualTo(100);
        assertThat(first.args().text("proof")).isEqualTo("proven");
    }

    @Test
    void nestsTheStepsInTheirJobs() throws IOException {
        trace(manyJobs(100));
        for (Block job : jobBlocks()) {
            List<Block> steps = blocks.stream().filter(step -> step.category().equals("step")
                    && step.pid() == job.pid() && step.tid() == job.tid() && step.start() >= job.start()
                    && step.start() < job.end()).toList();
            assertThat(steps).as("%s", job).isNotEmpty()
                    .allSatisfy(step -> assertThat(step.end()).isLessThanOrEqualTo(job.end()));
        }
    }

    @Test
    void isATraceOfNothingForABuildWithoutRecords() throws IOException {
        trace(List.of());
        assertThat(jobBlocks()).isEmpty();
    }

    private static Map<JobStep, Duration> steps(Object... pairs) {
        Map<JobStep, Duration> steps = new EnumMap<>(JobStep.class);
        for (int i = 0; i < pairs.length; i += 2) {
            steps.put((JobStep) pairs[i], Duration.ofNanos(1000L * (int) pairs[i + 1]));
        }
        return steps;
    }

    private static StepLayout.Block block(JobStep step, long start, long length) {
        return new StepLayout.Block(step, start, length);
    }

    @Test
    void laysTheExecutorsStepsWithinTheWaitForIt() {
        assertThat(StepLayout.of(
                steps(JobStep.PARSE, 10, JobStep.UPLOAD, 20, JobStep.REMOTE_TOTAL, 100, JobStep.WRITE, 5, JobStep.QUEUE,
                        30,
                        JobStep.RUN, 60),
                140)).containsExactly(block(JobStep.PARSE, 0, 10), block(JobStep.UPLOAD, 10, 20),
                        block(JobStep.REMOTE_TOTAL, 30, 100), block(JobStep.QUEUE, 30, 30), block(JobStep.RUN, 60, 60),
                        block(JobStep.WRITE, 130, 5));
    }

    @Test
    void cutsOffWhatAnExecutorTookWhileInputsWereOnTheirWay() {
        assertThat(StepLayout.of(steps(JobStep.REMOTE_TOTAL, 100, JobStep.FETCH_INPUTS, 50, JobStep.RUN, 70), 100))
                .containsExactly(
                        block(JobStep.REMOTE_TOTAL, 0, 100), block(JobStep.FETCH_INPUTS, 0, 30),
                        block(JobStep.RUN, 30, 70));
        assertThat(StepLayout.of(steps(JobStep.REMOTE_TOTAL, 100, JobStep.FETCH_INPUTS, 50, JobStep.RUN, 170), 100))
                .containsExactly(
                        block(JobStep.REMOTE_TOTAL, 0, 100), block(JobStep.RUN, 0, 100));
    }

    @Test
    void endsNoStepAfterItsJob() {
        assertThat(StepLayout.of(steps(JobStep.PARSE, 60, JobStep.SCAN, 60, JobStep.LOCAL_RUN, 60), 100))
                .containsExactly(
                        block(JobStep.PARSE, 0, 60), block(JobStep.SCAN, 60, 40));
        assertThat(StepLayout.of(Map.of(), 100)).isEmpty();
    }
}
