package dev.floe.node.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import dev.floe.node.Node;
import dev.floe.node.executor.Sandbox.Availability;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.submitter.NodeSocketServer.LineSink;
import dev.floe.node.toolchains.ToolchainStore;

/**
 * What the node itself knows of what keeps it from submitting or executing; {@code floe doctor} also looks at the
 * surroundings of the user who calls it.
 */
final class DoctorReport {
    private static final long LITTLE_SPACE = 2L << 30;
    private static final String WARNING = "warning: ";

    private final Node node;
    private final List<Finding> findings = new ArrayList<>();

    /** One finding; its state is ok, note or problem. */
    private record Finding(String state, String part, String text) {}

    DoctorReport(Node node) {
        this.node = node;
    }

    void write(boolean json, LineSink lines) throws IOException {
        sandbox();
        mesh();
        peers();
        toolchains();
        space();
        for (Finding finding : findings) {
            lines.accept(json
                    ? JsonLine.object(out -> {
                        out.writeStringField("state", finding.state());
                        out.writeStringField("part", finding.part());
                        out.writeStringField("text", finding.text());
                    })
                    : String.format("%-8s %s: %s", finding.state(), finding.part(), finding.text()));
        }
    }

    private void add(String state, String part, String text) {
        findings.add(new Finding(state, part, text));
    }

    private void sandbox() {
        switch (node.ownSandbox()) {
            case Availability.Available _ -> add("ok", "sandbox", "bubblewrap works, this node can execute");
            case Availability.Unavailable(String why) ->
                add("problem", "sandbox", "this node can submit but not execute: " + why);
        }
        if (node.ownSandbox() instanceof Availability.Available
                && node.sandbox() instanceof Availability.Unavailable(String why)) {
            add("note", "executing", "this node does not execute for others: " + why);
        }
    }

    private void mesh() {
        node.mesh().map(MeshKey::name).ifPresentOrElse(name -> add("ok", "mesh", "this node is in " + name),
                () -> add("note", "mesh", "this node is in none; run: floe mesh create, or: floe mesh join TOKEN"));
    }

    private void peers() throws IOException {
        NodesReport.of(node).text(line -> {
            if (line.startsWith(WARNING)) {
                add("problem", "nodes", line.substring(WARNING.length()));
            }
        });
        new ReachReport(node).write(line -> add("problem", "network", line));
    }

    private void toolchains() throws IOException {
        if (node.shelf().descriptions().isEmpty()) {
            add("note", "toolchains", "none yet: the first compile packs one, or: floe toolchain create gcc");
        }
        for (ToolchainStore.Description held : node.shelf().descriptions()) {
            node.gaps().of(held.id()).ifPresent(gap -> add("note", "toolchains", held.family() + " " + held.version()
                    + " is not observed: " + gap + "; its inputs are what the compiler lists (-M)"));
        }
    }

    private void space() {
        long free = node.settings().dataDir().toFile().getUsableSpace();
        String text = (free >> 20) + " MiB free for " + node.settings().dataDir();
        if (free < LITTLE_SPACE) {
            add("problem", "space", text + "; free some, or choose another --data-dir");
        } else {
            add("ok", "space", text);
        }
    }
}
