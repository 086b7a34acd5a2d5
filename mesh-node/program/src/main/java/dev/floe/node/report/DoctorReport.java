package dev.floe.node.report;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.floe.node.Node;
import dev.floe.node.builds.BuildSummary;
import dev.floe.node.executor.sandbox.Sandbox.Availability;
import dev.floe.node.membership.MembershipService;
import dev.floe.node.mesh.GroupConfig;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.report.findings.BuildFindings;
import dev.floe.node.report.findings.DoctorFinding;
import dev.floe.node.report.findings.DoctorTopic;
import dev.floe.node.report.findings.MeshFindings;
import dev.floe.node.report.findings.ReachFindings;
import dev.floe.node.submitter.NodeSocketServer.LineSink;
import dev.floe.node.toolchains.store.ToolchainStore;

/**
 * The findings of a node about itself, for its page; {@code floe doctor} also checks the environment of the user who
 * calls it.
 */
final class DoctorReport {
    private final Node node;
    private final List<DoctorFinding> findings = new ArrayList<>();

    DoctorReport(Node node) {
        this.node = node;
    }

    void write(boolean json, LineSink lines) throws IOException {
        sandbox();
        mesh();
        peers();
        builds();
        toolchains();
        findings.add(DoctorFinding.space(node.settings().dataDir()));
        for (DoctorFinding finding : findings) {
            lines.accept(json ? finding.json() : finding.line());
        }
    }

    /** Writes what only a running node knows, each finding encoded: its mesh, its peers, its builds. */
    void writeOwn(LineSink lines) throws IOException {
        peers();
        builds();
        findings.addAll(troubles());
        for (DoctorFinding finding : findings) {
            lines.accept(finding.encode());
        }
    }

    private List<DoctorFinding> troubles() {
        return ReachFindings.reported(node.group().roster().peers());
    }

    private void sandbox() {
        findings.add(DoctorFinding.sandbox(node.ownSandbox()));
        if (node.ownSandbox() instanceof Availability.Available
                && node.sandbox() instanceof Availability.Unavailable(String why)) {
            findings.add(DoctorFinding.note(DoctorTopic.NO_FREE_SLOTS, "executing",
                    "this node does not execute for others: " + why));
        }
    }

    private void mesh() {
        findings.add(node.mesh().map(key -> DoctorFinding.mesh(key, ""))
                .orElseGet(() -> DoctorFinding.noMesh("this node")));
    }

    private void peers() {
        List<Peer> peers = node.group().roster().peers();
        findings.addAll(MeshFindings.of(peers, node.group().status(),
                node.membership().flatMap(MembershipService::refusal), node.group().otherMeshes()));
        MeshFindings.ofAddress(node.address(), GroupConfig.isPresent(node.address())).ifPresent(findings::add);
        findings.addAll(MeshFindings.ofNames(node.group().unresolved()));
        findings.addAll(ReachFindings.of(node.reachTest().run(),
                peer -> node.isReversed(new InetSocketAddress(peer.host(), peer.dataPortNumber()))));
    }

    private void builds() {
        Optional<BuildSummary> last = node.buildLog().last();
        BuildFindings.nothingRemote(last, node.group().roster()).ifPresent(findings::add);
        last.flatMap(build -> BuildFindings.serial(node.buildLog().jobs(build.id()))).ifPresent(findings::add);
    }

    private void toolchains() throws IOException {
        if (node.toolchainStore().descriptions().isEmpty()) {
            findings.add(DoctorFinding.note(DoctorTopic.TOOLCHAIN, "toolchains",
                    "none yet: the first compile packs one, or: floe toolchain add gcc"));
        }
        for (ToolchainStore.Description held : node.toolchainStore().descriptions()) {
            node.gaps().of(held.id())
                    .ifPresent(gap -> findings.add(DoctorFinding.note(DoctorTopic.TOOLCHAIN, "toolchains",
                            held.family() + " " + held.version() + " is not observed: " + gap
                                    + "; its inputs are what the compiler lists (-M)")));
        }
    }
}
