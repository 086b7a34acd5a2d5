package dev.floe.node.cli.doctor.checks;

import java.util.List;

import dev.floe.node.cli.doctor.DoctorCheck;
import dev.floe.node.cli.doctor.DoctorDiagnosis;
import dev.floe.node.cli.doctor.DoctorHost;
import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.node.report.findings.DoctorFinding;
import dev.floe.node.report.findings.DoctorTopic;

/** Whether the data directory has room and can be written. */
final class SpaceCheck implements DoctorCheck {
    @Override
    public List<DoctorDiagnosis> run(DoctorHost host, DoctorPaths paths) {
        return List.of(DoctorDiagnosis.of(host.isWritable(paths.data())
                ? DoctorFinding.space(host.freeBytes(paths.data()), paths.data())
                : DoctorFinding.problem(DoctorTopic.DISK_SPACE, "space",
                        paths.data() + " is not writable; choose another --data-dir")));
    }
}
