package dev.floe.node.top.feed;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

import dev.floe.node.top.feed.WatchedMesh.Condition;
import dev.floe.node.top.feed.WatchedMesh.EndedRow;
import dev.floe.node.top.feed.WatchedMesh.ExecutedTotals;
import dev.floe.node.top.feed.WatchedMesh.LocalReasonCount;
import dev.floe.node.top.feed.WatchedMesh.MemberMachine;
import dev.floe.node.top.feed.WatchedMesh.MeshMember;
import dev.floe.node.top.feed.WatchedMesh.MeshTotals;
import dev.floe.node.top.feed.WatchedMesh.Outcomes;
import dev.floe.node.top.feed.WatchedMesh.RunningRow;
import dev.floe.node.top.feed.WatchedMesh.SlotCounts;

/** A line of the node's answer to the request {@code watch}. */
public sealed interface WatchLine {
    /** The mesh as it is now. */
    record WholeMesh(WatchedMesh mesh) implements WatchLine {}

    /** Jobs that ended since the line before. */
    record EndedJobRows(List<EndedRow> jobs) implements WatchLine {}

    /** Events are lost; what is known of jobs is forgotten. */
    record Restart() implements WatchLine {}

    /** A line of a newer release. */
    record UnknownLine() implements WatchLine {}

    /** @throws IOException if the line is no JSON object; the message says so */
    static WatchLine parse(String line) throws IOException {
        WatchJsonFields fields = WatchJsonFields.parse(line);
        if (fields.has("snapshot")) {
            return new WholeMesh(mesh(fields.object("snapshot")));
        }
        if (fields.has("ended")) {
            return new EndedJobRows(fields.objects("ended").stream().map(WatchLine::ended).toList());
        }
        return fields.flag("restart") ? new Restart() : new UnknownLine();
    }

    private static WatchedMesh mesh(WatchJsonFields fields) {
        return new WatchedMesh(
                new WatchedMesh.Viewpoint(seconds(fields.text("time")), fields.text("self"), fields.text("mesh")),
                totals(fields.object("totals")), fields.objects("nodes").stream().map(WatchLine::member).toList(),
                new WatchedMesh.JobRows(fields.objects("running").stream().map(WatchLine::running).toList(),
                        fields.objects("recent").stream().map(WatchLine::ended).toList(),
                        fields.objects("reasons").stream().map(WatchLine::reason).toList()),
                fields.amount("lost"));
    }

    private static long seconds(String time) {
        try {
            return Instant.parse(time).getEpochSecond();
        } catch (DateTimeParseException _) {
            return 0;
        }
    }

    private static MeshTotals totals(WatchJsonFields fields) {
        return new MeshTotals(fields.count("nodes"),
                new WatchedMesh.SlotTotals(fields.count("slots"), fields.count("busy"), fields.count("free"),
                        fields.count("queued"), fields.count("offline")),
                fields.number("jobsPerSecond"), fields.number("hitPercent"), fields.number("savedSeconds"),
                outcomes(fields));
    }

    private static Outcomes outcomes(WatchJsonFields fields) {
        return new Outcomes(fields.amount("jobs"), fields.amount("remote"), fields.amount("cached"),
                fields.amount("local"));
    }

    private static MeshMember member(WatchJsonFields fields) {
        return new MeshMember(
                new WatchedMesh.MemberIdentity(fields.text("name"), fields.flag("self"), fields.text("address")),
                new MemberMachine(fields.text("architecture"), fields.count("cores"),
                        new WatchedMesh.MemberMemory(fields.amount("memoryBytes"), fields.amount("freeMemoryBytes")),
                        fields.number("load"), fields.number("speed"), fields.text("version")),
                new SlotCounts(fields.count("slots"), fields.count("busy"), fields.count("queued")),
                new Condition(fields.flag("executes"), fields.text("notExecutingReason"), fields.text("trouble"),
                        fields.flag("paused"), fields.flag("draining"), fields.flag("watched")),
                outcomes(fields),
                new ExecutedTotals(fields.amount("done"), fields.amount("failed"), fields.amount("refused"),
                        fields.amount("cancelled"), fields.amount("cpuMillisForOthers"),
                        new WatchedMesh.Traffic(fields.amount("bytesSent"), fields.amount("bytesReceived"))));
    }

    private static RunningRow running(WatchJsonFields fields) {
        return new RunningRow(
                new WatchedMesh.JobIdentity(fields.text("id"), fields.text("build"), file(fields),
                        fields.text("submitter")),
                fields.text("executor"), fields.text("step"), fields.amount("elapsedMillis"),
                fields.amount("predictedMillis"));
    }

    private static EndedRow ended(WatchJsonFields fields) {
        return new EndedRow(
                new WatchedMesh.JobIdentity(fields.text("id"), fields.text("build"), file(fields),
                        fields.text("submitter")),
                fields.text("node"), fields.text("decision"), fields.integer("exit"), fields.amount("totalMillis"),
                note(fields));
    }

    /** The source; the command if the job has none. */
    private static String file(WatchJsonFields fields) {
        String source = fields.text("source");
        return source.isEmpty() ? String.join(" ", fields.texts("argv")) : source;
    }

    private static String note(WatchJsonFields fields) {
        StringBuilder note = new StringBuilder(fields.text("reason"));
        append(note, fields.text("cache"));
        List<WatchJsonFields> attempts = fields.objects("attempts");
        for (WatchJsonFields attempt : attempts.subList(0, Math.max(0, attempts.size() - 1))) {
            append(note, "after " + attempt.text("node") + " (" + attempt.text("result") + ")");
        }
        return note.toString();
    }

    private static void append(StringBuilder note, String text) {
        if (!text.isEmpty()) {
            note.append(note.isEmpty() ? "" : "; ").append(text);
        }
    }

    private static LocalReasonCount reason(WatchJsonFields fields) {
        return new LocalReasonCount(fields.text("reason"), fields.amount("count"), fields.text("advice"));
    }
}
