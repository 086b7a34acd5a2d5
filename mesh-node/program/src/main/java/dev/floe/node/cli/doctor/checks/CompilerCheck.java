package dev.floe.node.cli.doctor.checks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.floe.node.cli.doctor.DoctorCheck;
import dev.floe.node.cli.doctor.DoctorDiagnosis;
import dev.floe.node.cli.doctor.DoctorHost;
import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.node.report.findings.DoctorFinding;
import dev.floe.node.report.findings.DoctorTopic;

/** The compilers in PATH, and whether Floe can send them. */
final class CompilerCheck implements DoctorCheck {
    @Override
    public List<DoctorDiagnosis> run(DoctorHost host, DoctorPaths paths) {
        CompilerPath search = CompilerPath.of(host, paths);
        List<DoctorFinding> findings = new ArrayList<>();
        for (String name : CompilerPath.NAMES) {
            search.compiler(name).ifPresent(path -> findings.add(compiler(host, path)));
        }
        if (findings.isEmpty()) {
            findings.add(DoctorFinding.note(DoctorTopic.NO_COMPILER, "compilers",
                    "neither gcc nor clang is in PATH, so nothing can be submitted here; install one (apt-get install"
                            + " gcc g++). This machine can still execute for others"));
        }
        return DoctorCheck.found(findings);
    }

    private static DoctorFinding compiler(DoctorHost host, Path path) {
        DoctorHost.LocalCompilerFacts facts = host.compiler(path);
        return facts.obstacle().map(why -> DoctorFinding.problem(DoctorTopic.COMPILER, "compiler", path + ": " + why))
                .orElseGet(() -> DoctorFinding.ok("compiler", path + " is " + facts.description()));
    }
}
