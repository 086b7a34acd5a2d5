package dev.floe.node.cli.doctor.checks;

import java.util.ArrayList;
import java.util.List;

import dev.floe.node.cli.doctor.DoctorCheck;
import dev.floe.node.cli.doctor.DoctorDiagnosis;
import dev.floe.node.cli.doctor.DoctorHost;
import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.node.report.findings.DoctorFinding;
import dev.floe.node.report.findings.DoctorTopic;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.elf.BinfmtEmulator;

/** The architectures whose programs this machine could run for others through an emulator. */
final class EmulatorCheck implements DoctorCheck {
    private static final String PART = "emulators";

    @Override
    public List<DoctorDiagnosis> run(DoctorHost host, DoctorPaths paths) {
        String own = Platform.current().processor();
        List<DoctorFinding> findings = new ArrayList<>();
        List<String> able = new ArrayList<>();
        for (BinfmtEmulator emulator : BinfmtEmulator.registered(BinfmtEmulator.REGISTRY)) {
            if (emulator.processor().equals(own) || able.contains(emulator.processor())) {
                continue;
            }
            emulator.obstacle().ifPresentOrElse(
                    why -> findings.add(DoctorFinding.note(DoctorTopic.EMULATORS, PART,
                            "none for " + emulator.processor() + ": " + why)),
                    () -> able.add(emulator.processor()));
        }
        if (!able.isEmpty()) {
            findings.add(DoctorFinding.note(DoctorTopic.EMULATORS, PART, "the kernel runs programs of "
                    + String.join(", ", able) + "; floe node --emulate PROCESSOR,... compiles with such for others"));
        }
        return DoctorCheck.found(findings);
    }
}
