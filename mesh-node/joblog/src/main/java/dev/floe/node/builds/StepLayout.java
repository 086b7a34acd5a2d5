package dev.floe.node.builds;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.floe.node.joblog.JobStep;

/**
 * The layout of the steps of a job on a time line. A record holds only how long each took: they are laid one behind
 * another in the order in which jobs take them, those of the executor within the time that the submitter waited for it.
 * What an executor took before that wait began, while inputs were still on their way, is cut off.
 */
final class StepLayout {
    private static final List<JobStep> OF_SUBMITTER = List.of(JobStep.PARSE, JobStep.TOOLCHAIN, JobStep.SCAN,
            JobStep.CACHE,
            JobStep.SCHEDULE, JobStep.UPLOAD, JobStep.REMOTE_TOTAL, JobStep.CHECK, JobStep.LOCAL_QUEUE,
            JobStep.LOCAL_RUN,
            JobStep.WRITE);
    private static final List<JobStep> OF_EXECUTOR = List.of(JobStep.FETCH_INPUTS, JobStep.QUEUE, JobStep.EXEC_ROOT,
            JobStep.RUN,
            JobStep.COLLECT);

    /** A step, in microseconds since the start of its job. */
    record Block(JobStep step, long start, long length) {
        long end() {
            return start + length;
        }
    }

    private StepLayout() {}

    /** @param total of the job, in microseconds; no step ends later */
    static List<Block> of(Map<JobStep, Duration> steps, long total) {
        List<Block> blocks = new ArrayList<>();
        boolean remote = steps.containsKey(JobStep.REMOTE_TOTAL);
        long at = 0;
        for (JobStep step : OF_SUBMITTER) {
            long length = Math.min(micros(steps, step), total - at);
            if (length > 0) {
                blocks.add(new Block(step, at, length));
                if (step == JobStep.REMOTE_TOTAL) {
                    blocks.addAll(executor(steps, at, length));
                }
                at += length;
            }
        }
        if (!remote) {
            blocks.addAll(executor(steps, at, total - at));
        }
        return blocks;
    }

    private static List<Block> executor(Map<JobStep, Duration> steps, long from, long room) {
        long all = OF_EXECUTOR.stream().mapToLong(step -> micros(steps, step)).sum();
        long early = Math.max(0, all - room);
        List<Block> blocks = new ArrayList<>();
        long at = from;
        for (JobStep step : OF_EXECUTOR) {
            long length = micros(steps, step);
            long cut = Math.min(early, length);
            early -= cut;
            if (length > cut) {
                blocks.add(new Block(step, at, length - cut));
                at += length - cut;
            }
        }
        return blocks;
    }

    private static long micros(Map<JobStep, Duration> steps, JobStep step) {
        return steps.getOrDefault(step, Duration.ZERO).toNanos() / 1000;
    }
}
