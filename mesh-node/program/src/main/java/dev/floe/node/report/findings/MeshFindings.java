package dev.floe.node.report.findings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.mesh.GroupStatus;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeRelease;
import dev.floe.node.mesh.state.Peer;

/** The findings about a mesh, from what its nodes publish. */
public final class MeshFindings {
    private static final String PART = "nodes";
    private static final int MAX_NAMED = 5;
    /** How nodes describe one that does not know their key; see FailedJoinAttempts. */
    private static final String OTHER_KEY = "it belongs to another mesh";
    private static final String COME_IN = "to be in the mesh of the other run floe mesh invite there,"
            + " and here floe mesh join --force INVITATION and floe restart";
    private static final String FIRST_NODE = "no other node of the mesh has been found yet; on each other machine run"
            + " floe setup --join INVITATION, with what floe mesh invite prints here";

    private MeshFindings() {}

    /**
     * @param peers       the nodes of the mesh, this one among them
     * @param refusal     why the mesh refuses this node, if it does
     * @param otherMeshes addresses from which nodes of other meshes search the LAN
     */
    public static List<DoctorFinding> of(List<Peer> peers, GroupStatus status, Optional<String> refusal,
            Set<String> otherMeshes) {
        List<DoctorFinding> findings = new ArrayList<>();
        refused(refusal).or(() -> alone(status)).ifPresent(findings::add);
        others(otherMeshes, status, findings);
        sameNames(peers, findings);
        status.duplicateNodeId().ifPresent(twin -> findings.add(DoctorFinding.problem(DoctorTopic.SAME_ID, PART,
                "node " + twin + " has the same id as this one; its data directory seems to be a copy: remove node-id"
                        + " there")));
        oldNodes(peers, findings);
        slots(peers, findings);
        return findings;
    }

    /**
     * @param address at which peers reach this node
     * @param present whether this machine has it
     */
    public static Optional<DoctorFinding> ofAddress(String address, boolean present) {
        return present
                ? Optional.empty()
                : Optional.of(DoctorFinding.problem(DoctorTopic.OWN_ADDRESS, "network", "this machine no longer has the"
                        + " address " + address + " at which peers reach this node; if --listen names it, give another"
                        + " or none, and restart this node"));
    }

    /** @param names seeds whose names have no address, with the reason */
    public static List<DoctorFinding> ofNames(Map<String, String> names) {
        return new TreeMap<>(names).entrySet().stream()
                .map(entry -> DoctorFinding.problem(DoctorTopic.PEER_NAME, "network", "the name " + entry.getKey()
                        + ", at which a node of the mesh should be, has no address: " + entry.getValue()
                        + "; correct --join, or join again with what floe mesh invite prints on a member"))
                .toList();
    }

    /** @param refusal why the mesh refuses this node, with the address of the member that has said so */
    public static Optional<DoctorFinding> refused(Optional<String> refusal) {
        return refusal.map(why -> DoctorFinding.problem(DoctorTopic.EXPELLED, PART, "the mesh refuses this node (" + why
                + "), so all compiles are local; to bring it back run floe mesh invite on a member, floe mesh join"
                + " --force INVITATION here, and restart this node"));
    }

    /** Whether the node should have found others by now. */
    public static Optional<DoctorFinding> alone(GroupStatus status) {
        if (!status.isolated()) {
            return Optional.empty();
        }
        if (status.unreachable().isEmpty()) {
            return Optional.of(DoctorFinding.note(DoctorTopic.ALONE, PART, FIRST_NODE));
        }
        String tried = new TreeMap<>(status.unreachable()).entrySet().stream().limit(MAX_NAMED)
                .map(entry -> entry.getKey() + ": " + entry.getValue()).collect(Collectors.joining("; "));
        return Optional.of(DoctorFinding.problem(DoctorTopic.ALONE, PART,
                "this node is alone, although it was told to join a mesh: no other node has answered for "
                        + status.unchangedFor().toSeconds()
                        + " s (" + tried + "). " + advice(status)));
    }

    private static String advice(GroupStatus status) {
        return status.unreachable().values().stream().anyMatch(why -> why.contains(OTHER_KEY))
                ? "A node with another mesh key answers: it is of another mesh, or this mesh got a new key while this"
                        + " machine was away. floe mesh info shows name and id on both; " + COME_IN
                : "Is another node running there, and do firewalls let TCP ports 7079 and 7080 through?";
    }

    private static void others(Set<String> otherMeshes, GroupStatus status, List<DoctorFinding> findings) {
        if (otherMeshes.isEmpty()) {
            return;
        }
        String text = "nodes with another mesh key are on this LAN (" + otherMeshes.stream().sorted().limit(MAX_NAMED)
                .collect(Collectors.joining(", "))
                + "): they are of another mesh, or of this one with a key that it got while this machine was"
                + " away; if all machines should be in one mesh, choose one, and run"
                + " floe mesh join with an invitation of it on the machines of the other";
        findings.add(status.members() == 1
                ? DoctorFinding.problem(DoctorTopic.TWO_MESHES, PART, text)
                : DoctorFinding.note(DoctorTopic.TWO_MESHES, PART, text));
    }

    private static void sameNames(List<Peer> peers, List<DoctorFinding> findings) {
        Map<String, List<Peer>> named = peers.stream()
                .collect(Collectors.groupingBy(peer -> peer.info().name(), TreeMap::new, Collectors.toList()));
        named.forEach((name, all) -> {
            if (all.size() > 1) {
                findings.add(DoctorFinding.problem(DoctorTopic.SAME_NAME, "node", all.size() + " nodes are called "
                        + name + " (" + all.stream().map(MeshFindings::address).collect(Collectors.joining(", "))
                        + "): FLOE_NODE and reports cannot tell them apart; start one with another --name"));
            }
        });
    }

    private static String address(Peer peer) {
        NodeInfo info = peer.info();
        return AddressText.of(info.host(), info.dataPort());
    }

    /** Those that are behind the newest release of the mesh. */
    private static void oldNodes(List<Peer> peers, List<DoctorFinding> findings) {
        peers.stream().map(Peer::info).filter(info -> NodeRelease.behind(info, peers).isPresent()).limit(MAX_NAMED)
                .forEach(info -> NodeRelease.behind(info, peers)
                        .ifPresent(lag -> findings.add(DoctorFinding.note(DoctorTopic.OLD_NODE, PART,
                                info.name() + " (" + info.version() + ") is behind: " + lag + "; upgrade it"))));
    }

    private static void slots(List<Peer> peers, List<DoctorFinding> findings) {
        List<Peer> others = peers.stream().filter(peer -> !peer.self()).toList();
        if (others.isEmpty() || others.stream().anyMatch(MeshFindings::hasSlots)) {
            return;
        }
        String reasons = others.stream().limit(MAX_NAMED).map(peer -> {
            NodeCapabilities offering = peer.info().offering();
            return peer.info().name() + ": " + (offering.executes() ? "has no slots" : offering.whyNot());
        }).collect(Collectors.joining("; "));
        findings.add(DoctorFinding.problem(DoctorTopic.NO_FREE_SLOTS, PART,
                "no other node executes, so all compiles are local (" + reasons + "); on one of these machines run"
                        + " floe resume to end a pause, or floe setup --share, or floe doctor, which says what else"
                        + " prevents it"));
    }

    private static boolean hasSlots(Peer peer) {
        NodeCapabilities offering = peer.info().offering();
        return offering.executes() && offering.slots() > 0;
    }
}
