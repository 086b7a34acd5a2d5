package dev.floe.node.top;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.floe.node.top.feed.TopModel;
import dev.floe.node.top.feed.WatchJsonFields;
import dev.floe.node.top.feed.WatchLine;
import dev.floe.node.top.feed.WatchedMesh;
import dev.floe.node.top.feed.WatchedMesh.EndedRow;
import dev.floe.node.top.feed.WatchedMesh.LocalReasonCount;
import dev.floe.node.top.feed.WatchedMesh.MeshMember;
import dev.floe.node.top.feed.WatchedMesh.RunningRow;
import dev.floe.node.top.terminal.DisplayText;
import dev.floe.node.top.view.AmountFormat;
import dev.floe.node.top.view.HeaderLines;
import dev.floe.node.top.view.JobTables;
import dev.floe.node.top.view.NodeTable;
import dev.floe.node.top.view.SlotBar;

/** The mesh in plain lines, for scripts and for terminals without a cursor. */
public final class PlainReport {
    private static final int BAR_COLUMNS = 34;

    private PlainReport() {}

    /**
     * The lines of a snapshot.
     *
     * @param line the node's answer
     * @throws IOException if the node's answer is no snapshot
     */
    public static List<String> lines(String line) throws IOException {
        WatchLine answer = WatchLine.parse(line);
        if (!(answer instanceof WatchLine.WholeMesh(WatchedMesh mesh))) {
            throw new IOException("the node's answer is no snapshot; is it of another release?");
        }
        TopModel model = new TopModel();
        model.receive(answer);
        return lines(mesh, model).stream().map(DisplayText::clean).toList();
    }

    /**
     * The snapshot itself, one JSON object on one line.
     *
     * @param line the node's answer
     * @throws IOException if the node's answer is no snapshot
     */
    public static String json(String line) throws IOException {
        return WatchJsonFields.copy(line, "snapshot");
    }

    private static List<String> lines(WatchedMesh mesh, TopModel model) {
        List<String> lines = new ArrayList<>();
        lines.add(String.join(", ", HeaderLines.mesh(mesh).subList(1, HeaderLines.mesh(mesh).size())));
        lines.add(String.join(", ", HeaderLines.slots(mesh.totals())));
        lines.add(String.join(", ", HeaderLines.jobs(mesh.totals())));
        lines.add("");
        lines.add("nodes: name, slots, busy, waiting, speed, load, free memory, done, in, out, submitted, version");
        mesh.nodes().forEach(node -> lines.add(line(node, model)));
        lines.add("");
        lines.add("running: " + mesh.running().size());
        mesh.running().forEach(job -> lines.add(line(job)));
        lines.add("");
        lines.add("ended: the last " + mesh.recent().size());
        mesh.recent().forEach(job -> lines.add(line(job)));
        lines.add("");
        lines.add("local: " + mesh.reasons().size() + " reasons");
        mesh.reasons().forEach(reason -> lines.add(line(reason)));
        return lines;
    }

    private static String line(MeshMember node, TopModel model) {
        String bar = SlotBar.of(node, model.running(), model.marks(), BAR_COLUMNS).toString();
        String counts = node.condition().watched()
                ? String.format(Locale.ROOT, "%3d %5.2f %5.1f %6s %6d %6s %6s %6d", node.slots().queued(),
                        node.machine().speed(), node.machine().load(),
                        AmountFormat.bytes(node.machine().freeMemoryBytes()),
                        node.executed().done(), AmountFormat.bytes(node.executed().bytesReceived()),
                        AmountFormat.bytes(node.executed().bytesSent()), node.submitted().all())
                : String.format(Locale.ROOT, "%3s %5.2f %5s %6s %6s %6s %6s %6s", "-", node.machine().speed(), "-", "-",
                        "-", "-", "-", "-");
        return String.format(Locale.ROOT, "  %c %-16s %s %d/%d %s  %s  %s", model.marks().get(node.name()).letter(),
                node.name() + (node.self() ? " *" : ""), bar, node.slots().busy(), node.slots().all(), counts,
                node.machine().version(), NodeTable.note(node)).stripTrailing();
    }

    private static String line(RunningRow job) {
        return String.format(Locale.ROOT, "  %-14s %-14s %-10s %7s, predicted %s  %s", job.submitter(),
                job.executor().isEmpty() ? "-" : job.executor(), job.step(), AmountFormat.time(job.elapsedMillis()),
                job.predictedMillis() > 0 ? AmountFormat.time(job.predictedMillis()) : "-", job.file());
    }

    private static String line(EndedRow job) {
        return String.format(Locale.ROOT, "  %-14s %-14s %-6s %7s  %s  %s", job.submitter(), job.executor(),
                job.decision(), AmountFormat.time(job.totalMillis()), job.file(), JobTables.why(job)).stripTrailing();
    }

    private static String line(LocalReasonCount reason) {
        return String.format(Locale.ROOT, "  %6d  %s%s", reason.count(), reason.reason(),
                reason.advice().isEmpty() ? "" : "; " + reason.advice());
    }
}
