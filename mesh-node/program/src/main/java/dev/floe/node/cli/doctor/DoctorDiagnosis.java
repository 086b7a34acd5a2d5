package dev.floe.node.cli.doctor;

import java.io.IOException;
import java.util.Optional;

import dev.floe.node.report.findings.DoctorFinding;

/** A finding, and what {@code floe doctor --fix} can do about it. */
public record DoctorDiagnosis(DoctorFinding finding, Optional<DoctorFix> fix) {
    /**
     * A remedy that loses nothing.
     *
     * @param description what it does, as in "close X to others"
     */
    public record DoctorFix(String description, FixAction action) {}

    /** Applies a remedy. */
    @FunctionalInterface
    public interface FixAction {
        void run() throws IOException;
    }

    public static DoctorDiagnosis of(DoctorFinding finding) {
        return new DoctorDiagnosis(finding, Optional.empty());
    }

    public static DoctorDiagnosis of(DoctorFinding finding, String fix, FixAction action) {
        return new DoctorDiagnosis(finding, Optional.of(new DoctorFix(fix, action)));
    }
}
