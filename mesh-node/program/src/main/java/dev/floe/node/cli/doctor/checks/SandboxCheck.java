package dev.floe.node.cli.doctor.checks;

import java.nio.file.Path;
import java.util.List;

import dev.floe.node.cli.doctor.DoctorCheck;
import dev.floe.node.cli.doctor.DoctorDiagnosis;
import dev.floe.node.cli.doctor.DoctorHost;
import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.node.executor.sandbox.Sandbox.Availability;
import dev.floe.node.report.findings.DoctorFinding;
import dev.floe.node.report.findings.DoctorTopic;

/** Whether this machine can execute; if the kernel forbids it, by which setting. */
final class SandboxCheck implements DoctorCheck {
    private static final String PART = "sandbox";
    private static final Path CLONE = Path.of("/proc/sys/kernel/unprivileged_userns_clone");
    private static final Path MAX = Path.of("/proc/sys/user/max_user_namespaces");
    private static final Path APPARMOR = Path.of("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");

    @Override
    public List<DoctorDiagnosis> run(DoctorHost host, DoctorPaths paths) {
        Availability sandbox = host.sandbox();
        DoctorFinding general = DoctorFinding.sandbox(sandbox);
        if (sandbox instanceof Availability.Available
                || !general.topic().map(DoctorTopic.USER_NAMESPACES::equals).orElse(false)) {
            return List.of(DoctorDiagnosis.of(general));
        }
        return List.of(DoctorDiagnosis.of(cause(host, general)));
    }

    private static DoctorFinding cause(DoctorHost host, DoctorFinding general) {
        if (isSet(host, CLONE, "0")) {
            return forbidden("kernel.unprivileged_userns_clone=0", "sysctl -w kernel.unprivileged_userns_clone=1");
        }
        if (isSet(host, MAX, "0")) {
            return forbidden("user.max_user_namespaces=0", "sysctl -w user.max_user_namespaces=15000");
        }
        if (isSet(host, APPARMOR, "1")) {
            return DoctorFinding.problem(DoctorTopic.APPARMOR, PART,
                    "this machine can submit but not execute: AppArmor forbids user namespaces"
                            + " (kernel.apparmor_restrict_unprivileged_userns=1); load an AppArmor profile for the"
                            + " Java that starts floe-run, such as that of Floe's .deb, or set it to 0");
        }
        return general;
    }

    private static DoctorFinding forbidden(String setting, String remedy) {
        return DoctorFinding.problem(DoctorTopic.USER_NAMESPACES, PART,
                "this machine can submit but not execute: user namespaces are forbidden (" + setting + "); allow them: "
                        + remedy + ", and in /etc/sysctl.d for good");
    }

    private static boolean isSet(DoctorHost host, Path file, String value) {
        return host.text(file).map(String::strip).map(value::equals).orElse(false);
    }
}
