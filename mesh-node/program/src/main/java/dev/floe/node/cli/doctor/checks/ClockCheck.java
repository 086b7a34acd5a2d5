package dev.floe.node.cli.doctor.checks;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

import dev.floe.node.cli.doctor.DoctorCheck;
import dev.floe.node.cli.doctor.DoctorDiagnosis;
import dev.floe.node.cli.doctor.DoctorHost;
import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.node.report.findings.DoctorFinding;
import dev.floe.node.report.findings.DoctorTopic;

/** Whether the clock is behind files that exist already; then make and Floe take files for new that are old. */
final class ClockCheck implements DoctorCheck {
    private static final Duration TOLERANCE = Duration.ofMinutes(1);

    @Override
    public List<DoctorDiagnosis> run(DoctorHost host, DoctorPaths paths) {
        Instant now = host.now();
        for (Path file : List.of(paths.wrapper(), paths.meshKey(), Path.of("/etc/passwd"), Path.of("/var/lib"))) {
            Optional<Instant> modified = host.file(file).map(DoctorHost.FileFacts::modified);
            if (modified.isPresent() && modified.get().isAfter(now.plus(TOLERANCE))) {
                return List.of(DoctorDiagnosis.of(DoctorFinding.problem(DoctorTopic.CLOCK_PAST, "clock",
                        "it is " + now.truncatedTo(ChronoUnit.SECONDS) + " by the clock of this machine, and " + file
                                + " is of " + modified.get().truncatedTo(ChronoUnit.SECONDS)
                                + "; set the clock (timedatectl set-ntp true)")));
            }
        }
        return List.of();
    }
}
