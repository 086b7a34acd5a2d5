package dev.floe.node.watch;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobTotals;
import dev.floe.node.joblog.RunningJob;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;

/**
 * The mesh at one moment, as one node sees it.
 *
 * @param time  by the clock of that node
 * @param names of that node and of its mesh
 */
public record MeshSnapshot(Instant time, MeshWatcher.Names names, List<NodeStatus> nodes, JobActivity activity) {
    private static final JsonFactory JSON = new JsonFactory();

    /** A node, and what it says of its work; empty if it is not watched. */
    record NodeStatus(Peer peer, Optional<NodeSample> sample) {}

    /** Why compiles were local, how many, and what a user can do about it. */
    record Reason(String text, int count, String advice) {}

    /**
     * The jobs of the mesh.
     *
     * @param jobsPerSecond that ended, over the last ten seconds
     * @param recent        newest first
     * @param reasons       why compiles were local, most frequent first
     * @param lost          jobs of peers that this node did not receive because it was too slow
     */
    record JobActivity(double jobsPerSecond, List<JobRecord> recent, List<Reason> reasons, long lost) {
        public JobActivity {
            recent = List.copyOf(recent);
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * Sums over all nodes.
     *
     * @param hitPercent of the jobs for which the cache was asked
     */
    record Totals(int nodes, SlotSums slots, double hitPercent, double savedSeconds, JobSums jobs) {}

    /**
     * Slots of all nodes.
     *
     * @param free    of nodes that execute
     * @param offline of nodes that do not execute
     */
    record SlotSums(int all, int busy, int free, int queued, int offline) {}

    /** How many jobs ended, and where they ran. */
    record JobSums(long all, long remote, long cached, long local) {}

    public MeshSnapshot {
        nodes = List.copyOf(nodes);
    }

    List<JobRecord> recent() {
        return activity.recent();
    }

    List<Reason> reasons() {
        return activity.reasons();
    }

    double jobsPerSecond() {
        return activity.jobsPerSecond();
    }

    long lost() {
        return activity.lost();
    }

    /** The jobs that have not ended, of all nodes. */
    List<RunningJob> running() {
        return nodes.stream().flatMap(node -> node.sample().stream()).flatMap(sample -> sample.running().stream())
                .toList();
    }

    Totals totals() {
        int slots = 0;
        int busy = 0;
        int free = 0;
        int queued = 0;
        int offline = 0;
        long asked = 0;
        JobTotals sum = JobTotals.NONE;
        for (NodeStatus node : nodes) {
            NodeCapabilities offering = node.peer().info().offering();
            int occupied = busy(node);
            slots += offering.slots();
            busy += occupied;
            queued += queued(node);
            if (executes(node)) {
                free += Math.max(0, offering.slots() - occupied);
            } else {
                offline += offering.slots();
            }
            if (node.sample().isPresent()) {
                JobTotals totals = node.sample().get().totals();
                asked += totals.asked();
                sum = sum.plus(totals);
            }
        }
        return new Totals(nodes.size(), new SlotSums(slots, busy, free, queued, offline),
                asked == 0 ? 0 : 100.0 * sum.cached() / asked, sum.saved().plus(sum.offloaded()).toMillis() / 1000.0,
                new JobSums(sum.jobs(), sum.remote(), sum.cached(), sum.local()));
    }

    private static boolean executes(NodeStatus node) {
        return node.peer().info().offering().executes()
                && !node.peer().state().map(NodeState::draining).orElse(false);
    }

    private static int busy(NodeStatus node) {
        return node.sample().map(NodeSample::busy)
                .orElseGet(() -> node.peer().state().map(NodeState::running).orElse(0));
    }

    private static int queued(NodeStatus node) {
        return node.sample().map(NodeSample::queued)
                .orElseGet(() -> node.peer().state().map(NodeState::queued).orElse(0));
    }

    /** One JSON object on one line; docs/json.md has its keys. */
    public String toJson() {
        StringWriter text = new StringWriter(4096);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("time", time.toString());
            json.writeStringField("self", names.self());
            json.writeStringField("mesh", names.mesh());
            json.writeStringField("meshId", names.meshId());
            write(json, totals());
            json.writeArrayFieldStart("nodes");
            for (NodeStatus node : nodes) {
                write(json, node);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("running");
            for (RunningJob job : running()) {
                write(json, job);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("recent");
            for (JobRecord job : recent()) {
                json.writeRawValue(job.toJson());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("reasons");
            for (Reason reason : reasons()) {
                json.writeStartObject();
                json.writeStringField("reason", reason.text());
                json.writeNumberField("count", reason.count());
                json.writeStringField("advice", reason.advice());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberField("lost", lost());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private void write(JsonGenerator json, Totals totals) throws IOException {
        json.writeObjectFieldStart("totals");
        json.writeNumberField("nodes", totals.nodes());
        json.writeNumberField("slots", totals.slots().all());
        json.writeNumberField("busy", totals.slots().busy());
        json.writeNumberField("free", totals.slots().free());
        json.writeNumberField("queued", totals.slots().queued());
        json.writeNumberField("offline", totals.slots().offline());
        write(json, "jobsPerSecond", jobsPerSecond());
        write(json, "hitPercent", totals.hitPercent());
        write(json, "savedSeconds", totals.savedSeconds());
        json.writeNumberField("jobs", totals.jobs().all());
        json.writeNumberField("remote", totals.jobs().remote());
        json.writeNumberField("cached", totals.jobs().cached());
        json.writeNumberField("local", totals.jobs().local());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, double number) throws IOException {
        json.writeFieldName(name);
        json.writeNumber(String.format(Locale.ROOT, "%.2f", number));
    }

    private static void write(JsonGenerator json, NodeStatus node) throws IOException {
        NodeInfo info = node.peer().info();
        NodeCapabilities offering = info.offering();
        json.writeStartObject();
        json.writeStringField("name", info.name());
        json.writeStringField("id", info.id().toString());
        json.writeBooleanField("self", node.peer().self());
        json.writeStringField("address", AddressText.of(info.host(), info.dataPort()));
        json.writeStringField("architecture", info.machine().architecture());
        json.writeNumberField("cores", info.machine().cores());
        json.writeNumberField("memoryBytes", info.machine().memoryBytes());
        json.writeNumberField("freeMemoryBytes", node.sample().map(NodeSample::freeMemoryBytes)
                .orElseGet(() -> node.peer().state().map(NodeState::freeMemoryBytes).orElse(0L)));
        write(json, "load", node.sample().map(NodeSample::load).orElse(-1.0));
        json.writeNumberField("slots", offering.slots());
        json.writeNumberField("busy", busy(node));
        json.writeNumberField("queued", queued(node));
        write(json, "speed", info.machine().speed());
        json.writeNumberField("toolchains", offering.toolchains().size());
        json.writeStringField("version", info.version());
        json.writeBooleanField("executes", offering.executes());
        json.writeStringField("notExecutingReason", offering.whyNot());
        json.writeStringField("why", offering.whyNot()); // as in version 0.1
        json.writeStringField("trouble", offering.trouble());
        json.writeBooleanField("paused", offering.paused());
        json.writeBooleanField("draining", node.peer().state().map(NodeState::draining).orElse(false));
        json.writeBooleanField("watched", node.sample().isPresent());
        if (node.sample().isPresent()) {
            write(json, node.sample().get());
        }
        json.writeNumberField("ageMillis", node.peer().age().toMillis());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, NodeSample sample) throws IOException {
        JobTotals totals = sample.totals();
        json.writeNumberField("jobs", totals.jobs());
        json.writeNumberField("remote", totals.remote());
        json.writeNumberField("cached", totals.cached());
        json.writeNumberField("local", totals.local());
        json.writeNumberField("savedMillis", totals.saved().toMillis());
        json.writeNumberField("offloadedMillis", totals.offloaded().toMillis());
        json.writeNumberField("bytesSent", totals.bytesSent());
        json.writeNumberField("bytesReceived", totals.bytesReceived());
        json.writeNumberField("done", sample.executed().done());
        json.writeNumberField("failed", sample.executed().failed());
        json.writeNumberField("refused", sample.executed().refused());
        json.writeNumberField("cancelled", sample.executed().cancelled());
        json.writeNumberField("cpuMillisForOthers", sample.executed().compiler().toMillis());
    }

    private static void write(JsonGenerator json, RunningJob job) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", job.id());
        json.writeStringField("build", job.build());
        json.writeStringField("source", job.source());
        json.writeStringField("directory", job.directory());
        json.writeStringField("submitter", job.submitter());
        json.writeStringField("executor", job.executor());
        json.writeStringField("step", job.step().key());
        json.writeStringField("started", job.started().toString());
        json.writeNumberField("elapsedMillis", job.elapsed().toMillis());
        json.writeNumberField("predictedMillis", job.predicted().toMillis());
        json.writeEndObject();
    }
}
