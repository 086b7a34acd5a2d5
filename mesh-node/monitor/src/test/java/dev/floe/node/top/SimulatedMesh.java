package dev.floe.node.top;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

/**
 * A mesh that is made up: nodes submit jobs, execute them for a while and end them. The same seed gives the same
 * snapshots.
 */
public final class SimulatedMesh {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String[] STEPS = {"upload", "run", "run", "run", "check"};
    private static final int MAX_RECENT = 50;

    private final Random random;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<SimulatedJob> running = new ArrayList<>();
    private final Deque<SimulatedJob> recent = new ArrayDeque<>();
    private final List<SimulatedJob> endedNow = new ArrayList<>();
    private final int meanMillis;
    private long now;
    private int jobs;
    private int local;

    private static final class SimulatedNode {
        private final String name;
        private final int slots;
        private int busy;
        private long done;
        private long bytes;

        SimulatedNode(String name, int slots) {
            this.name = name;
            this.slots = slots;
        }
    }

    private record SimulatedJob(int number, String source, SimulatedNode submitter, SimulatedNode executor,
            long started, long ends) {}

    public SimulatedMesh(long seed, int nodeCount, int slots, int meanMillis) {
        random = new Random(seed);
        this.meanMillis = meanMillis;
        for (int node = 1; node <= nodeCount; node++) {
            nodes.add(new SimulatedNode("node" + node, slots));
        }
    }

    /** Lets time pass; the free slots are filled again. */
    public void advance(long millis) {
        now += millis;
        endedNow.clear();
        for (SimulatedJob job : List.copyOf(running)) {
            if (job.ends() <= now) {
                running.remove(job);
                job.executor().busy--;
                job.executor().done++;
                job.executor().bytes += 20_000 + random.nextInt(200_000);
                endedNow.add(job);
                recent.addFirst(job);
                if (recent.size() > MAX_RECENT) {
                    recent.removeLast();
                }
            }
        }
        for (SimulatedNode node : nodes) {
            while (node.busy < node.slots && random.nextInt(8) > 0) {
                SimulatedNode submitter = nodes.get(random.nextInt(Math.min(4, nodes.size())));
                long time = meanMillis / 2 + random.nextInt(meanMillis);
                running.add(new SimulatedJob(++jobs, "/home/user/project/src/part" + random.nextInt(9) + "/file"
                        + random.nextInt(1000) + ".cpp", submitter, node, now, now + time));
                node.busy++;
                local += submitter == node ? 1 : 0;
            }
        }
    }

    /** The line that a node answers. */
    public String snapshotLine() {
        return object(json -> {
            json.writeObjectFieldStart("snapshot");
            json.writeStringField("time", Instant.ofEpochMilli(now).toString());
            json.writeStringField("self", "node1");
            json.writeStringField("mesh", "office");
            json.writeObjectFieldStart("totals");
            int slots = nodes.stream().mapToInt(node -> node.slots).sum();
            json.writeNumberField("nodes", nodes.size());
            json.writeNumberField("slots", slots);
            json.writeNumberField("busy", running.size());
            json.writeNumberField("free", slots - running.size());
            json.writeNumberField("queued", random.nextInt(3));
            json.writeNumberField("jobsPerSecond", running.size() * 1000.0 / meanMillis + random.nextDouble());
            json.writeNumberField("hitPercent", 41.5);
            json.writeNumberField("savedSeconds", now / 100.0);
            json.writeNumberField("jobs", jobs);
            json.writeNumberField("remote", jobs - local);
            json.writeNumberField("cached", 0);
            json.writeNumberField("local", local);
            json.writeEndObject();
            json.writeArrayFieldStart("nodes");
            for (SimulatedNode node : nodes) {
                write(json, node);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("running");
            for (SimulatedJob job : running) {
                json.writeStartObject();
                json.writeStringField("step", step(job));
                json.writeStringField("executor", job.executor().name);
                json.writeNumberField("elapsedMillis", now - job.started());
                json.writeNumberField("predictedMillis", meanMillis);
                writeJob(json, job);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("recent");
            for (SimulatedJob job : recent) {
                writeEnded(json, job);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("reasons");
            json.writeStartObject();
            json.writeStringField("reason", "links or makes no object");
            json.writeNumberField("count", 211);
            json.writeStringField("advice", "nothing to do: linking needs files of this machine");
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** The line for the jobs that ended in the last step. */
    public String endedLine() {
        return object(json -> {
            json.writeArrayFieldStart("ended");
            for (SimulatedJob job : endedNow) {
                writeEnded(json, job);
            }
            json.writeEndArray();
        });
    }

    private void write(JsonGenerator json, SimulatedNode node) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", node.name);
        json.writeBooleanField("self", node == nodes.getFirst());
        json.writeStringField("address", "10.0.0.1:7081");
        json.writeNumberField("slots", node.slots);
        json.writeNumberField("busy", node.busy);
        json.writeNumberField("speed", 1.07);
        json.writeNumberField("load", node.busy + random.nextInt(10) / 10.0);
        json.writeNumberField("memoryBytes", 16L << 30);
        json.writeNumberField("freeMemoryBytes", (8L << 30) + random.nextInt(1 << 30));
        json.writeStringField("version", "0.1.0");
        json.writeBooleanField("executes", true);
        json.writeBooleanField("watched", true);
        json.writeNumberField("done", node.done);
        json.writeNumberField("bytesSent", node.bytes / 3);
        json.writeNumberField("bytesReceived", node.bytes);
        json.writeEndObject();
    }

    private static String step(SimulatedJob job) {
        return job.submitter() == job.executor() ? "local-run" : STEPS[job.number() % STEPS.length];
    }

    private static void writeJob(JsonGenerator json, SimulatedJob job) throws IOException {
        json.writeStringField("id", job.submitter().name + "/" + job.number());
        json.writeStringField("build", "build-" + job.submitter().name);
        json.writeStringField("source", job.source());
        json.writeStringField("submitter", job.submitter().name);
    }

    private static void writeEnded(JsonGenerator json, SimulatedJob job) throws IOException {
        boolean local = job.submitter() == job.executor();
        json.writeStartObject();
        writeJob(json, job);
        json.writeStringField("node", job.executor().name);
        json.writeStringField("decision", local ? "local" : "remote");
        json.writeStringField("reason", local ? "it is done first here" : "");
        json.writeNumberField("exit", 0);
        json.writeNumberField("totalMillis", job.ends() - job.started());
        json.writeEndObject();
    }

    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private static String object(Body body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
