package dev.floe.node.cli.doctor.checks;

import java.util.ArrayList;
import java.util.List;

import dev.floe.node.cli.doctor.DoctorCheck;
import dev.floe.node.cli.doctor.DoctorDiagnosis;
import dev.floe.node.cli.doctor.DoctorHost;
import dev.floe.node.cli.doctor.DoctorHost.NetworkLink;
import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.node.report.findings.DoctorFinding;
import dev.floe.node.report.findings.DoctorTopic;

/** Whether a network interface takes packets so small that IPv6 and some VPNs do not work over it. */
final class LinkCheck implements DoctorCheck {
    static final int MIN_MTU = 1280; // RFC 8200

    @Override
    public List<DoctorDiagnosis> run(DoctorHost host, DoctorPaths paths) {
        List<DoctorFinding> findings = new ArrayList<>();
        for (NetworkLink link : host.links()) {
            if (link.mtu() > 0 && link.mtu() < MIN_MTU) {
                findings.add(DoctorFinding.note(DoctorTopic.MTU, "network", "the interface " + link.name()
                        + " has an MTU of " + link.mtu() + ", less than " + MIN_MTU
                        + "; IPv6 does not work over it, and nodes may seem to hang (ip link set " + link.name()
                        + " mtu " + MIN_MTU + ", if what it runs over allows it)"));
            }
        }
        return DoctorCheck.found(findings);
    }
}
