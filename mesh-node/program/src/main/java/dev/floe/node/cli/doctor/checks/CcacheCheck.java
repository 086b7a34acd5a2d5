package dev.floe.node.cli.doctor.checks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.floe.node.cli.doctor.DoctorCheck;
import dev.floe.node.cli.doctor.DoctorDiagnosis;
import dev.floe.node.cli.doctor.DoctorHost;
import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.node.cli.doctor.checks.CompilerPath.ProgramKind;
import dev.floe.node.report.findings.DoctorFinding;
import dev.floe.node.report.findings.DoctorTopic;
import dev.floe.store.files.ExecutablePath;

/** Whether ccache and Floe call each other in the right order. */
final class CcacheCheck implements DoctorCheck {
    private static final String PART = "ccache";

    @Override
    public List<DoctorDiagnosis> run(DoctorHost host, DoctorPaths paths) {
        List<DoctorFinding> findings = new ArrayList<>();
        String prefix = host.environment().getOrDefault("CCACHE_PREFIX", "").strip().split("\\s", 2)[0];
        if (!prefix.isEmpty() && !isFound(host, prefix)) {
            findings.add(DoctorFinding.problem(DoctorTopic.CCACHE_PREFIX, PART, "CCACHE_PREFIX=" + prefix
                    + " is not in PATH, so ccache fails; set it to " + paths.wrapper()));
        }
        CompilerPath search = CompilerPath.of(host, paths);
        for (String name : CompilerPath.NAMES) {
            List<ProgramKind> kinds = search.kinds(name);
            int ccache = kinds.indexOf(ProgramKind.CCACHE);
            int floe = kinds.indexOf(ProgramKind.FLOE);
            if (ccache < 0) {
                continue;
            }
            if (floe >= 0 && floe < ccache) {
                findings.add(DoctorFinding.problem(DoctorTopic.CCACHE_ORDER, PART,
                        "Floe's links come before ccache's in PATH, so Floe sends nothing that ccache answers, and"
                                + " calls ccache as the compiler; take Floe's links out of PATH and set CCACHE_PREFIX="
                                + paths.wrapper()));
                break;
            }
            if (prefix.isEmpty()) {
                findings.add(DoctorFinding.problem(DoctorTopic.CCACHE_ORDER, PART, "ccache comes first in PATH and "
                        + (floe >= 0 ? "skips Floe's links behind it" : "does not call Floe")
                        + "; set CCACHE_PREFIX=" + paths.wrapper() + ", and let only ccache's links be in PATH"));
                break;
            }
        }
        return DoctorCheck.found(findings);
    }

    /** ccache looks for its prefix in PATH; where it is not there, each compile fails. */
    private static boolean isFound(DoctorHost host, String prefix) {
        return prefix.contains("/")
                ? host.isExecutable(Path.of(prefix))
                : ExecutablePath.candidates(host.environment().getOrDefault("PATH", ""), prefix).stream()
                        .anyMatch(host::isExecutable);
    }
}
