package dev.floe.node.cli.doctor;

import java.util.List;

import dev.floe.node.report.findings.DoctorFinding;

/** One check of {@code floe doctor}. */
@FunctionalInterface
public interface DoctorCheck {
    /** What it finds, in the order in which it is printed; nothing if there is nothing to say. */
    List<DoctorDiagnosis> run(DoctorHost host, DoctorPaths paths);

    /** The diagnoses without a remedy of their findings. */
    static List<DoctorDiagnosis> found(List<DoctorFinding> findings) {
        return findings.stream().map(DoctorDiagnosis::of).toList();
    }
}
