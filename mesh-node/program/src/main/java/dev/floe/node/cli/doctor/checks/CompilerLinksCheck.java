package dev.floe.node.cli.doctor.checks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import dev.floe.node.cli.doctor.DoctorCheck;
import dev.floe.node.cli.doctor.DoctorDiagnosis;
import dev.floe.node.cli.doctor.DoctorHost;
import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.node.cli.doctor.checks.CompilerPath.ProgramKind;
import dev.floe.node.report.findings.DoctorFinding;
import dev.floe.node.report.findings.DoctorTopic;

/** Whether the links to the wrapper are in PATH, once, and before the compilers. */
final class CompilerLinksCheck implements DoctorCheck {
    private static final String PART = "path";

    @Override
    public List<DoctorDiagnosis> run(DoctorHost host, DoctorPaths paths) {
        CompilerPath search = CompilerPath.of(host, paths);
        List<Path> links = search.directories(ProgramKind.FLOE);
        List<DoctorFinding> findings = new ArrayList<>();
        if (links.isEmpty()) {
            findings.add(DoctorFinding.note(DoctorTopic.PATH_WITHOUT_LINKS, PART,
                    "the links to the wrapper are not in PATH, so only builds that call floe-cc themselves use Floe"
                            + " (CC='floe-cc gcc'); for all others: PATH=" + paths.links() + ":$PATH"));
            return DoctorCheck.found(findings);
        }
        if (links.size() > 1) {
            findings.add(DoctorFinding.problem(DoctorTopic.PATH_LINKS_TWICE, PART,
                    "links to the wrapper are in PATH more than once ("
                            + links.stream().map(Path::toString).collect(Collectors.joining(", "))
                            + "), so each compile starts the wrapper again; leave one of them in PATH"));
        }
        List<String> behind = CompilerPath.NAMES.stream().filter(name -> isBehind(search.kinds(name))).toList();
        if (behind.isEmpty()) {
            findings.add(DoctorFinding.ok(PART, links.getFirst() + " comes before the compilers"));
        } else {
            findings.add(DoctorFinding.problem(DoctorTopic.PATH_LINKS_BEHIND, PART, "the links to the wrapper in "
                    + links.getFirst() + " come behind " + behind.stream()
                            .map(name -> search.compiler(name).map(Path::toString).orElse(name))
                            .collect(Collectors.joining(", "))
                    + ", so Floe is not called; put them first: PATH=" + links.getFirst() + ":$PATH"));
        }
        return DoctorCheck.found(findings);
    }

    private static boolean isBehind(List<ProgramKind> kinds) {
        int floe = kinds.indexOf(ProgramKind.FLOE);
        int compiler = kinds.indexOf(ProgramKind.COMPILER);
        return floe >= 0 && compiler >= 0 && compiler < floe;
    }
}
