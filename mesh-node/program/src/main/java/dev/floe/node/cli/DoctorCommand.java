package dev.floe.node.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import dev.floe.node.cli.doctor.DoctorDiagnosis;
import dev.floe.node.cli.doctor.DoctorHost;
import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.node.cli.doctor.LocalDoctorHost;
import dev.floe.node.cli.doctor.checks.DoctorChecks;
import dev.floe.node.cli.options.NodeClientOptions;
import dev.floe.node.cli.options.TerminalQuestion;
import dev.floe.node.report.findings.DoctorFinding;
import dev.floe.node.report.findings.DoctorFinding.Severity;
import dev.floe.node.report.findings.DoctorTopic;
import dev.floe.store.FailureText;

/** {@code floe doctor}: what would keep this machine from submitting or executing. */
@Command(name = "doctor", mixinStandardHelpOptions = true, description = {
        "Checks whether this machine can submit and execute jobs, and says how to fix what it finds.",
        "The word in brackets names a section of the documentation: floe help WORD.",
        "The exit code is 1 if there is a problem. With --json it prints a line for each finding, and one with the "
                + "number of problems."})
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private NodeClientOptions node = new NodeClientOptions();

    @Mixin
    private NodeClientOptions.OutputOptions form = new NodeClientOptions.OutputOptions();

    @Option(names = "--fix", description = "afterwards do what repairs some of it and loses nothing; asks before")
    private boolean fix;

    @Option(names = "--yes", description = "with --fix: do not ask")
    private boolean yes;

    private final DoctorHost host;

    DoctorCommand() {
        this(new LocalDoctorHost());
    }

    DoctorCommand(DoctorHost host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        DoctorPaths paths = DoctorPaths.of(node.socket());
        List<DoctorDiagnosis> all = DoctorChecks.run(host, paths, finding -> {
            out.println(form.isJson() ? finding.json() : finding.line());
            out.flush();
        });
        long problems = all.stream().filter(each -> each.finding().severity() == Severity.PROBLEM).count();
        String sum = problems == 0 ? nothing(all) : problems + (problems == 1 ? " problem" : " problems");
        out.println(form.isJson() ? DoctorFinding.summary((int) problems, sum) : sum);
        long repaired = fix
                ? repair(all.stream().map(DoctorDiagnosis::fix).flatMap(Optional::stream).toList(), out)
                : 0;
        out.flush();
        return problems > repaired ? 1 : 0;
    }

    private static String nothing(List<DoctorDiagnosis> all) {
        return all.stream().anyMatch(each -> each.finding().topic().equals(Optional.of(DoctorTopic.NO_MESH)))
                ? "no problems found, but this machine is in no mesh: all compiles are local"
                : "no problems found";
    }

    /** @return how many remedies have worked */
    private long repair(List<DoctorDiagnosis.DoctorFix> fixes, PrintWriter out) {
        long done = 0;
        if (fixes.isEmpty()) {
            out.println("nothing that --fix could repair");
        }
        for (DoctorDiagnosis.DoctorFix each : fixes) {
            if (!yes && !TerminalQuestion.isYes(out, each.description() + "?")) {
                out.println("not done: " + each.description()
                        + (TerminalQuestion.hasTerminal() ? "" : " (without a terminal only with --yes)"));
                continue;
            }
            try {
                each.action().run();
                done++;
                out.println("done: " + each.description());
            } catch (IOException e) {
                out.println("failed: " + each.description() + ": " + FailureText.of(e));
            }
        }
        return done;
    }
}
