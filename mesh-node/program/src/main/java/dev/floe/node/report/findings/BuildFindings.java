package dev.floe.node.report.findings;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

import dev.floe.node.builds.BuildSummary;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.mesh.state.Roster;

/** The findings about the last build of this machine, from the records of its jobs. */
public final class BuildFindings {
    /** Fewer jobs than this say nothing about a build. */
    static final int MIN_JOBS = 8;

    private static final String PART = "build";

    private BuildFindings() {}

    /** That nothing of a build left this machine although there are peers; empty if something did. */
    public static Optional<DoctorFinding> nothingRemote(Optional<BuildSummary> last, Roster roster) {
        return last.filter(build -> build.jobs() >= MIN_JOBS && build.local() == build.jobs()
                && !roster.others().isEmpty()).map(build -> {
                    Map.Entry<String, Integer> reason = build.localReasons().entrySet().stream().findFirst()
                            .orElse(Map.entry("not known", build.jobs()));
                    return DoctorFinding.problem(DoctorTopic.NOTHING_REMOTE, PART, "nothing of the last build ("
                            + build.id() + ", " + build.jobs() + " jobs) left this machine; the reason of "
                            + reason.getValue() + ": " + reason.getKey()
                            + "; floe explain -- COMMAND says more about one");
                });
    }

    /** That a build never ran more than one job at once; empty if it did. */
    public static Optional<DoctorFinding> serial(List<JobRecord> jobs) {
        return jobs.size() < MIN_JOBS || mostAtOnce(jobs) > 1
                ? Optional.empty()
                : Optional.of(DoctorFinding.note(DoctorTopic.SERIAL_BUILD, PART, "the last build ("
                        + jobs.getFirst().build() + ", " + jobs.size() + " jobs) never ran more than one job at once;"
                        + " use floe run -- make, or make -j with the number that floe capacity prints"));
    }

    /** How many jobs were running at the busiest moment. */
    static int mostAtOnce(List<JobRecord> jobs) {
        PriorityQueue<Instant> ends = new PriorityQueue<>();
        int most = 0;
        for (JobRecord job : jobs.stream().sorted(Comparator.comparing(JobRecord::started))
                .toList()) {
            while (!ends.isEmpty() && !ends.peek().isAfter(job.started())) {
                ends.poll();
            }
            ends.add(job.started().plus(job.total()));
            most = Math.max(most, ends.size());
        }
        return most;
    }
}
