package dev.floe.node.report;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.floe.node.Node;
import dev.floe.node.bounds.AddressText;
import dev.floe.node.membership.MembershipService;
import dev.floe.node.mesh.GroupStatus;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeRelease;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.report.findings.BuildFindings;
import dev.floe.node.report.findings.DoctorFinding;
import dev.floe.node.report.findings.DoctorFinding.Severity;
import dev.floe.node.report.findings.DoctorTopic;
import dev.floe.node.report.findings.MeshFindings;
import dev.floe.node.report.format.ControlReport;
import dev.floe.node.report.format.JsonLine;
import dev.floe.node.report.format.TextTable;
import dev.floe.node.submitter.NodeSocketServer.LineSink;

/**
 * The report of the nodes of the mesh.
 *
 * @param names     of this node, and of the one that coordinates the group
 * @param mesh      that it is in
 * @param findings  what is wrong with this node's membership, or with its last build
 * @param ways      from this node to the peers
 */
public record NodesReport(ReportedNames names, Optional<MeshKey> mesh, List<Peer> peers, GroupStatus status,
        List<DoctorFinding> findings, KnownWays ways) implements ControlReport {
    private static final String WARNING = "warning: ";
    private static final String NOTE = "note: ";
    private static final int BRIEF = 12;

    /** The name of this node and that of the group's coordinator, empty if it is not known. */
    public record ReportedNames(String self, String coordinator) {}

    /**
     * The ways from this node to the peers.
     *
     * @param unreached the peers that it does not reach, and why
     * @param reversed  the peers for which one side holds connections open, because the other cannot open them
     */
    public record KnownWays(Map<NodeId, String> unreached, Set<NodeId> reversed) {
        /** All peers are reached, each over connections that this node opens. */
        public static final KnownWays ALL_DIRECT = new KnownWays(Map.of(), Set.of());

        public KnownWays {
            unreached = Map.copyOf(unreached);
            reversed = Set.copyOf(reversed);
        }

        static KnownWays of(Node node) {
            Map<NodeId, String> unreached = new HashMap<>();
            Set<NodeId> reversed = new HashSet<>();
            for (Peer peer : node.group().roster().others()) {
                NodeInfo info = peer.info();
                node.reach().reason(info).ifPresent(why -> unreached.put(info.id(), why));
                if (node.isReversed(new InetSocketAddress(info.host(), info.dataPort()))) {
                    reversed.add(info.id());
                }
            }
            return new KnownWays(unreached, reversed);
        }
    }

    public NodesReport {
        peers = List.copyOf(peers);
        findings = List.copyOf(findings);
    }

    static NodesReport of(Node node) {
        return new NodesReport(new ReportedNames(node.name(), node.group().coordinator().orElse("")), node.mesh(),
                node.group().roster().peers(), node.group().status(),
                findings(node), KnownWays.of(node));
    }

    private static List<DoctorFinding> findings(Node node) {
        return Stream.of(MeshFindings.refused(node.membership().flatMap(MembershipService::refusal)),
                BuildFindings.nothingRemote(node.buildLog().last(), node.group().roster())).flatMap(Optional::stream)
                .toList();
    }

    @Override
    public void json(LineSink lines) throws IOException {
        lines.accept(JsonLine.object(this::write));
    }

    @Override
    public void text(LineSink lines) throws IOException {
        TextTable table = new TextTable("NAME", "ADDRESS", "ARCH", "SLOTS", "RUNNING", "SPEED", "TOOLCHAINS", "VERSION",
                "NOTE");
        for (Peer peer : peers) {
            NodeInfo info = peer.info();
            NodeCapabilities offering = info.offering();
            table.row(info.name() + (peer.self() ? " *" : ""), AddressText.of(info.host(), info.dataPort()),
                    architecture(info.machine()),
                    offering.slots(), busy(peer), String.format(Locale.ROOT, "%.2f", info.machine().speed()),
                    brief(offering.toolchains()),
                    info.version(), note(peer));
        }
        table.write(lines);
        for (String warning : warnings()) {
            lines.accept(warning);
        }
        for (Peer peer : peers) {
            Optional<String> behind = behind(peer);
            if (behind.isPresent()) {
                lines.accept(NOTE + peer.info().name() + " (" + peer.info().version() + ") is behind: "
                        + behind.get() + "; upgrade it");
            }
        }
    }

    private Optional<String> behind(Peer peer) {
        return NodeRelease.behind(peer.info(), peers);
    }

    private static String architecture(MachineInfo machine) {
        if (machine.emulated().isEmpty()) {
            return machine.architecture();
        }
        return machine.emulated().equals(List.of(machine.architecture()))
                ? machine.architecture() + " (emulated)"
                : machine.architecture() + " (" + String.join(", ", machine.emulated()) + " emulated)";
    }

    private static int busy(Peer peer) {
        return peer.state().map(NodeState::running).orElse(0);
    }

    private static String brief(List<String> toolchains) {
        return toolchains.isEmpty()
                ? "-"
                : String.join(",", toolchains.stream().map(id -> id.substring(0, BRIEF)).toList());
    }

    private String note(Peer peer) {
        return Stream.of(ways.unreached().containsKey(peer.info().id()) ? "not reached from here" : "",
                peer.info().dialsOut() ? "opens all connections itself" : "", remark(peer),
                behind(peer).isEmpty() ? "" : "behind").filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private static String remark(Peer peer) {
        NodeCapabilities offering = peer.info().offering();
        if (!offering.executes()) {
            return "not executing: " + offering.whyNot();
        }
        return peer.state().map(NodeState::draining).orElse(false) ? "draining" : offering.trouble();
    }

    /** Nodes that cannot be told apart by name, as {@code FLOE_NODE} and all reports do. */
    static List<String> sameNames(List<Peer> peers) {
        Map<String, List<String>> addresses = new TreeMap<>();
        for (Peer peer : peers) {
            addresses.computeIfAbsent(peer.info().name(), _ -> new ArrayList<>())
                    .add(AddressText.of(peer.info().host(), peer.info().dataPort()));
        }
        List<String> warnings = new ArrayList<>();
        addresses.forEach((name, at) -> {
            if (at.size() > 1) {
                warnings.add("warning: " + at.size() + " nodes are called " + name + " (" + String.join(", ", at)
                        + "): FLOE_NODE and reports cannot tell them apart; start one with another --name");
            }
        });
        return warnings;
    }

    private List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        boolean isRefused = findings.stream().anyMatch(each -> each.topic().equals(Optional.of(DoctorTopic.EXPELLED)));
        if (!isRefused) {
            MeshFindings.alone(status).ifPresent(finding -> warnings.add(line(finding)));
        }
        status.duplicateNodeId()
                .ifPresent(twin -> warnings
                        .add("warning: node " + twin + " has the same id as this one; its data directory seems to"
                                + " be a copy: remove node-id there"));
        long refused = status.refused();
        if (refused > 0) {
            warnings.add("refused " + refused + " connections of strangers"
                    + status.lastRefusal().map(last -> ", the last from " + last.address() + ": " + last.reason())
                            .orElse(""));
        }
        warnings.addAll(sameNames(peers));
        for (Peer peer : peers) {
            String why = ways.unreached().get(peer.info().id());
            if (why != null) {
                warnings.add(WARNING + peer.info().name() + " cannot be reached from here, although it is in the mesh: "
                        + why + "; this node gives it no jobs, and tries it again. floe doctor tests the way");
            }
        }
        findings.forEach(finding -> warnings.add(line(finding)));
        return warnings;
    }

    private static String line(DoctorFinding finding) {
        return (finding.severity() == Severity.PROBLEM ? WARNING : NOTE) + finding.message();
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStringField("self", names.self());
        json.writeStringField("mesh", mesh.map(MeshKey::name).orElse(""));
        json.writeStringField("meshId", mesh.map(MeshKey::id).orElse(""));
        json.writeArrayFieldStart("warnings");
        for (String warning : warnings()) {
            json.writeString(warning.replaceFirst("^(" + WARNING + "|" + NOTE + ")", ""));
        }
        json.writeEndArray();
        json.writeBooleanField("isolated", status.isolated());
        json.writeBooleanField("alone", status.isolated()); // as in version 0.1
        json.writeNumberField("refused", status.refused());
        json.writeNumberField("aborted", status.strangers().aborted());
        json.writeStringField("coordinator", names.coordinator());
        json.writeArrayFieldStart("nodes");
        for (Peer peer : peers) {
            NodeInfo info = peer.info();
            json.writeStartObject();
            json.writeStringField("name", info.name());
            json.writeStringField("id", info.id().toString());
            json.writeBooleanField("self", peer.self());
            json.writeStringField("address", AddressText.of(info.host(), info.dataPort()));
            json.writeStringField("architecture", info.machine().architecture());
            json.writeArrayFieldStart("emulated");
            for (String processor : info.machine().emulated()) {
                json.writeString(processor);
            }
            json.writeEndArray();
            json.writeNumberField("cores", info.machine().cores());
            json.writeNumberField("memoryBytes", info.machine().memoryBytes());
            json.writeNumberField("slots", info.offering().slots());
            json.writeNumberField("busy", busy(peer));
            json.writeNumberField("queued", peer.state().map(NodeState::queued).orElse(0));
            json.writeNumberField("speed", info.machine().speed());
            json.writeArrayFieldStart("toolchains");
            for (String id : info.offering().toolchains()) {
                json.writeString(id);
            }
            json.writeEndArray();
            json.writeStringField("version", info.version());
            json.writeNumberField("protocol", info.protocol());
            json.writeArrayFieldStart("features");
            for (String feature : info.allFeatures()) {
                json.writeString(feature);
            }
            json.writeEndArray();
            json.writeStringField("behind", behind(peer).orElse(""));
            json.writeBooleanField("executes", info.offering().executes());
            json.writeStringField("notExecutingReason", info.offering().whyNot());
            json.writeStringField("why", info.offering().whyNot()); // as in version 0.1
            json.writeBooleanField("dialsOut", info.dialsOut());
            json.writeStringField("unreachable", ways.unreached().getOrDefault(info.id(), ""));
            json.writeBooleanField("reversed", ways.reversed().contains(info.id()));
            json.writeStringField("trouble", info.offering().trouble());
            json.writeArrayFieldStart("unavailable");
            for (String id : info.offering().unavailable()) {
                json.writeString(id);
            }
            json.writeEndArray();
            json.writeBooleanField("paused", info.offering().paused());
            json.writeBooleanField("draining", peer.state().map(NodeState::draining).orElse(false));
            json.writeNumberField("ageMillis", peer.age().toMillis());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
