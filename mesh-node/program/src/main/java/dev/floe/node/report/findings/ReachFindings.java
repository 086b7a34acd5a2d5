package dev.floe.node.report.findings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.reach.PeerReach;
import dev.floe.node.reach.ReachMonitor;

/** The findings about the connections between this node and its peers, from a test in both directions. */
public final class ReachFindings {
    /** Clocks that differ by less do no harm. */
    static final Duration MAX_SKEW = Duration.ofSeconds(5);

    private static final String PART = "network";
    private static final Set<DoctorTopic> PORTS = EnumSet.of(DoctorTopic.DATA_PORT, DoctorTopic.GROUP_PORT,
            DoctorTopic.OWN_DATA_PORT, DoctorTopic.OWN_GROUP_PORT);
    /** What is not so if one side holds connections open for the other. */
    private static final Pattern NOT_DIRECT = Pattern
            .compile("; (no job goes there|it sends no job here|the mesh may split)");

    private ReachFindings() {}

    public static List<DoctorFinding> of(List<PeerReach> peers) {
        return of(peers, _ -> false);
    }

    /** @param reversed whether one of the two sides holds connections open because the other cannot connect to it */
    public static List<DoctorFinding> of(List<PeerReach> peers, Predicate<PeerReach> reversed) {
        List<DoctorFinding> findings = new ArrayList<>();
        for (PeerReach peer : peers) {
            if (reversed.test(peer)) {
                reversed(peer, findings);
            } else {
                there(peer, findings);
                back(peer, findings);
            }
        }
        return findings;
    }

    private static void reversed(PeerReach peer, List<DoctorFinding> findings) {
        List<DoctorFinding> direct = new ArrayList<>();
        there(peer, direct);
        back(peer, direct);
        for (DoctorFinding finding : direct) {
            findings.add(finding.topic().filter(PORTS::contains)
                    .map(topic -> DoctorFinding.note(topic, PART, NOT_DIRECT.matcher(finding.message())
                            .replaceFirst("; its jobs go over connections that the other side opens")))
                    .orElse(finding));
        }
    }

    /** What nodes report of themselves: this one all, the others whom they do not reach. */
    public static List<DoctorFinding> reported(List<Peer> peers) {
        List<DoctorFinding> findings = new ArrayList<>();
        for (Peer peer : peers) {
            List<String> own = new ArrayList<>();
            for (String trouble : peer.info().offering().trouble().split("; ", -1)) {
                if (trouble.startsWith(ReachMonitor.WORDS)) {
                    findings.add(DoctorFinding.problem(DoctorTopic.DATA_PORT, PART,
                            peer.info().name() + (peer.self() ? " (this node) " : " ") + trouble
                                    + "; it gives no jobs there. Run floe doctor on both machines"));
                } else if (!trouble.isEmpty()) {
                    own.add(trouble);
                }
            }
            if (peer.self() && !own.isEmpty()) {
                findings.add(DoctorFinding.problem(DoctorTopic.TOOLCHAIN, "node", String.join("; ", own)));
            }
        }
        return findings;
    }

    private static void there(PeerReach peer, List<DoctorFinding> findings) {
        peer.dataPort().ifPresent(why -> findings.add(DoctorFinding.problem(DoctorTopic.DATA_PORT, PART,
                "the data port of " + peer.name() + " (" + AddressText.of(peer.host(), peer.dataPortNumber())
                        + ") cannot be reached from here: " + why
                        + "; no job goes there. Open this TCP port on that machine and between")));
        peer.groupPort().ifPresent(why -> findings.add(DoctorFinding.problem(DoctorTopic.GROUP_PORT, PART,
                "the group's port of " + peer.name() + " (" + AddressText.of(peer.host(), peer.dataPortNumber() - 1)
                        + ") cannot be reached from here: " + why
                        + "; the mesh may split. Open this TCP port on that machine and between")));
    }

    private static void back(PeerReach peer, List<DoctorFinding> findings) {
        peer.answer().ifPresent(answer -> {
            failure(answer.dataPort()).ifPresent(why -> findings.add(DoctorFinding.problem(DoctorTopic.OWN_DATA_PORT,
                    PART, peer.name() + " cannot reach the data port of this machine: " + why
                            + "; it sends no job here. Open this TCP port on this machine and between")));
            failure(answer.groupPort()).ifPresent(why -> findings.add(DoctorFinding.problem(DoctorTopic.OWN_GROUP_PORT,
                    PART, peer.name() + " cannot reach the group's port of this machine: " + why
                            + "; the mesh may split. Open this TCP port on this machine and between")));
            Duration skew = answer.clockAhead();
            if (skew.abs().compareTo(MAX_SKEW) > 0) {
                findings.add(DoctorFinding.problem(DoctorTopic.CLOCK_SKEW, PART, "the clock of " + peer.name() + " is "
                        + skew.abs().toSeconds() + " s " + (skew.isNegative() ? "behind" : "ahead of")
                        + " this machine's; set both by NTP (timedatectl set-ntp true)"));
            }
            if (answer.dropsLargePackets()) {
                findings.add(DoctorFinding.problem(DoctorTopic.MTU, PART, peer.name()
                        + " accepts connections and answers no large requests: the path to it drops large packets, as"
                        + " a VPN with a smaller MTU does, or it is frozen; lower the MTU of the interface"
                        + " (ip link set DEV mtu 1280)"));
            }
        });
    }

    private static Optional<String> failure(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
