package dev.floe.node.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import dev.floe.node.Node;
import dev.floe.node.executor.sandbox.Sandbox.Availability;
import dev.floe.node.submitter.NodeSocketServer.LineSink;
import dev.floe.node.toolchains.store.ToolchainStore;

/**
 * The findings of a node about itself, for its page; {@code floe doctor} also checks the environment of the user who
 * calls it.
 */
final class DoctorReport {
    private static final String WARNING = "warning: ";

    private final Node node;
    private final List<DoctorFinding> findings = new ArrayList<>();

    DoctorReport(Node node) {
        this.node = node;
    }

    void write(boolean json, LineSink lines) throws IOException {
        sandbox();
        mesh();
        peers();
        toolchains();
        findings.add(DoctorFinding.space(node.settings().dataDir()));
        for (DoctorFinding finding : findings) {
            lines.accept(json ? finding.json() : finding.line());
        }
    }

    private void sandbox() {
        findings.add(DoctorFinding.sandbox(node.ownSandbox()));
        if (node.ownSandbox() instanceof Availability.Available
                && node.sandbox() instanceof Availability.Unavailable(String why)) {
            findings.add(DoctorFinding.note("executing", "this node does not execute for others: " + why));
        }
    }

    private void mesh() {
        findings.add(node.mesh().map(key -> DoctorFinding.mesh(key, ""))
                .orElseGet(() -> DoctorFinding.noMesh("this node")));
    }

    private void peers() throws IOException {
        NodesReport.of(node).text(line -> {
            if (line.startsWith(WARNING)) {
                findings.add(DoctorFinding.problem("nodes", line.substring(WARNING.length())));
            } else if (line.startsWith(NodesReport.BEHIND)) {
                findings.add(DoctorFinding.note("nodes", line.substring(NodesReport.BEHIND.length())));
            }
        });
        new ReachReport(node).write(line -> findings.add(DoctorFinding.problem("network", line)));
    }

    private void toolchains() throws IOException {
        if (node.toolchainStore().descriptions().isEmpty()) {
            findings.add(DoctorFinding.note("toolchains",
                    "none yet: the first compile packs one, or: floe toolchain add gcc"));
        }
        for (ToolchainStore.Description held : node.toolchainStore().descriptions()) {
            node.gaps().of(held.id()).ifPresent(gap -> findings.add(DoctorFinding.note("toolchains",
                    held.family() + " " + held.version() + " is not observed: " + gap
                            + "; its inputs are what the compiler lists (-M)")));
        }
    }
}
