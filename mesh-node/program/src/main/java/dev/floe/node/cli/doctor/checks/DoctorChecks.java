package dev.floe.node.cli.doctor.checks;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import dev.floe.node.cli.doctor.DoctorCheck;
import dev.floe.node.cli.doctor.DoctorDiagnosis;
import dev.floe.node.cli.doctor.DoctorHost;
import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.node.report.findings.DoctorFinding;

/** All checks of {@code floe doctor}. */
public final class DoctorChecks {
    private DoctorChecks() {}

    /** Runs all checks, and prints each finding as soon as it is there. */
    public static List<DoctorDiagnosis> print(DoctorHost host, DoctorPaths paths, PrintWriter out) {
        return run(host, paths, finding -> {
            out.println(finding.line());
            out.flush();
        });
    }

    /** Runs all checks, and gives each finding away as soon as it is there. */
    public static List<DoctorDiagnosis> run(DoctorHost host, DoctorPaths paths, Consumer<DoctorFinding> findings) {
        List<DoctorDiagnosis> all = new ArrayList<>();
        for (DoctorCheck check : all()) {
            for (DoctorDiagnosis diagnosis : check.run(host, paths)) {
                all.add(diagnosis);
                findings.accept(diagnosis.finding());
            }
        }
        return all;
    }

    /** In the order in which their findings are printed. */
    public static List<DoctorCheck> all() {
        return List.of(new PlaceCheck(), new ClockCheck(), new SandboxCheck(), new EmulatorCheck(), new MeshKeyCheck(),
                new NodeCheck(), new LinkCheck(), new CompilerCheck(), new CompilerLinksCheck(), new CcacheCheck(),
                new SpaceCheck());
    }
}
