package dev.floe.node.watch;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import dev.floe.node.web.events.LiveFeed;
import dev.floe.node.web.events.WebReports;

/**
 * A mesh that exists in numbers only, the same for the same seed; its time is moved by {@link #advance}. What it shows
 * is what a node gives to the page and to {@code floe top}.
 */
public final class SimulatedMesh implements LiveFeed {
    /** A source whose name would be markup if the page took it for that. */
    private static final String MARKUP = "src/<img src=x onerror=document.title='broken'>.c";

    private static final JsonFactory JSON = new JsonFactory();
    private static final List<String> DIRECTORIES = List.of("/home/ada/lua-5.4", "/home/grace/zlib",
            "/home/linus/linux-6.12/kernel");
    private static final List<String> LOCAL = List.of("neither -c nor -S: links or makes no object",
            "fastest here: no executor was expected to be first", "reads standard input");
    private static final int MAX_RECENT = 50;

    private final Random random;
    private final List<Node> nodes;
    private final Load load;
    private final List<Job> running = new ArrayList<>(); // guarded by this, as all below
    private final List<String> ended = new ArrayList<>();
    private String endedNow = "[]"; // in the last step
    private final Map<String, Integer> reasons = new LinkedHashMap<>();
    private final List<LiveFeedListener> listeners = new CopyOnWriteArrayList<>();
    private Instant now;
    private final Map<String, Integer> executed = new HashMap<>(); // remote jobs, by executor
    private int next;
    private int remote;
    private int cached;
    private int local;
    private double saved;

    /** Makes jobs begin until the mesh has as many as it should have at the moment. */
    private interface Load {
        void begin();
    }

    private record Node(String name, int slots, double speed, boolean executes) {}

    private record Job(String id, String source, String directory, String submitter, String executor, String decision,
            Instant begin,
            Duration length) {
        Instant end() {
            return begin.plus(length);
        }
    }

    /** An office: five nodes, of which one executes nothing, and three builds whose load rises and falls. */
    public SimulatedMesh(long seed, Instant start) {
        random = new Random(seed);
        now = start;
        nodes = List.of(new Node("desk", 4, 1.0, true), new Node("build1", 16, 1.31, true),
                new Node("build2", 12, 1.18, true), new Node("attic", 8, 0.62, true),
                new Node("laptop", 8, 0.9, false));
        load = this::beginBuilds;
    }

    /** Nodes that are alike and almost always busy, with jobs that take half to one and a half times the mean. */
    public SimulatedMesh(long seed, int nodeCount, int slots, Duration mean) {
        random = new Random(seed);
        now = Instant.EPOCH;
        nodes = IntStream.rangeClosed(1, nodeCount).mapToObj(i -> new Node("node" + i, slots, 1.07, true)).toList();
        load = () -> fillSlots(mean.toMillis());
    }

    /** Lets time pass: jobs end and others begin. */
    public void advance(Duration time) {
        List<String> batch = new ArrayList<>();
        synchronized (this) {
            now = now.plus(time);
            for (Job job : List.copyOf(running)) {
                if (!job.end().isAfter(now)) {
                    running.remove(job);
                    batch.add(record(job));
                }
            }
            ended.addAll(batch);
            while (ended.size() > 10_000) {
                ended.removeFirst();
            }
            load.begin();
        }
        String json = "[" + String.join(",", batch) + "]";
        endedNow = json;
        if (!batch.isEmpty()) {
            listeners.forEach(listener -> listener.ended(json));
        }
    }

    private void fillSlots(long meanMillis) {
        for (Node node : nodes) {
            long free = node.slots() - running.stream().filter(job -> job.executor().equals(node.name())).count();
            for (; free > 0 && random.nextInt(8) > 0; free--) {
                String submitter = nodes.get(random.nextInt(Math.min(4, nodes.size()))).name();
                running.add(new Job(submitter + "/" + ++next,
                        "/home/user/project/src/part" + random.nextInt(9) + "/file" + random.nextInt(1000) + ".cpp",
                        "/home/user/project", submitter, node.name(),
                        submitter.equals(node.name()) ? "local" : "remote", now,
                        Duration.ofMillis(meanMillis / 2 + random.nextLong(meanMillis))));
            }
        }
    }

    private void beginBuilds() {
        int wanted = 22 + (int) (10 * Math.sin(now.toEpochMilli() / 9000.0));
        while (running.size() < wanted) {
            beginJob();
        }
    }

    private void beginJob() {
        int at = random.nextInt(DIRECTORIES.size());
        String submitter = List.of("desk", "laptop", "build1").get(at);
        double draw = random.nextDouble();
        String decision = draw < 0.62 ? "remote" : draw < 0.9 ? "cached" : "local";
        String executor = switch (decision) {
            case "remote" -> nodes.get(1 + random.nextInt(3)).name();
            default -> submitter;
        };
        int number = ++next;
        String source = number % 97 == 0
                ? MARKUP
                : "src/" + List.of("lex", "parser", "code", "gc", "string", "table", "vm", "inflate", "sched")
                        .get(random.nextInt(9))
                        + "_" + random.nextInt(400) + (at == 2 ? ".c" : ".cc");
        long millis = switch (decision) {
            case "cached" -> 4 + random.nextInt(12);
            default -> 120 + (long) (900 * Math.abs(random.nextGaussian()));
        };
        running.add(new Job(submitter + "/" + number, source, DIRECTORIES.get(at), submitter, executor, decision,
                now.plusMillis(random.nextInt(40)), Duration.ofMillis(millis)));
    }

    private String record(Job job) {
        long total = job.length().toMillis();
        boolean isRemote = job.decision().equals("remote");
        String reason = switch (job.decision()) {
            case "remote" -> "compiled remotely";
            case "cached" -> "";
            default -> LOCAL.get(random.nextInt(LOCAL.size()));
        };
        switch (job.decision()) {
            case "remote" -> {
                remote++;
                executed.merge(job.executor(), 1, Integer::sum);
            }
            case "cached" -> cached++;
            default -> {
                local++;
                reasons.merge(reason, 1, Integer::sum);
            }
        }
        saved += isRemote ? total / 1000.0 : job.decision().equals("cached") ? 0.8 : 0;
        return object(json -> {
            json.writeStringField("id", job.id());
            json.writeStringField("started", job.begin().toString());
            json.writeStringField("source", job.source());
            json.writeStringField("output", job.source().replaceAll("\\.c+$", ".o"));
            json.writeStringField("directory", job.directory());
            json.writeStringField("decision", job.decision());
            json.writeStringField("reason", reason);
            json.writeStringField("node", job.executor());
            json.writeStringField("submitter", job.submitter());
            json.writeStringField("build", "b" + Math.abs(job.directory().hashCode() % 10_000));
            json.writeNumberField("exit", job.decision().equals("local") ? -1 : 0);
            json.writeNumberField("totalMillis", total);
            json.writeNumberField("compilerMillis", isRemote ? total * 8 / 10 : 0);
            json.writeStringField("cache",
                    job.decision().equals("cached") ? "hit: fetched from build2" : "miss: no node holds it");
            json.writeNumberField("savedMillis", job.decision().equals("cached") ? 800 : 0);
            json.writeStringField("proof", isRemote ? "proven" : "");
            json.writeStringField("notObserved", "");
            json.writeArrayFieldStart("missed");
            json.writeEndArray();
            json.writeObjectFieldStart("steps");
            if (isRemote) {
                double each = total / 100.0;
                for (Map.Entry<String, Integer> step : Map
                        .of("parse", 1, "scan", 6, "schedule", 2, "upload", 3, "fetch-inputs", 1, "queue", 2,
                                "exec-root", 2, "run", 76, "collect", 1)
                        .entrySet()) {
                    json.writeNumberField(step.getKey(), each * step.getValue());
                }
                json.writeNumberField("remote-total", each * 86);
                json.writeNumberField("write", each * 2);
            } else {
                json.writeNumberField(job.decision().equals("cached") ? "cache" : "local-run", total);
            }
            json.writeEndObject();
            json.writeObjectFieldStart("cpu");
            json.writeEndObject();
            json.writeArrayFieldStart("attempts");
            if (isRemote) {
                json.writeStartObject();
                json.writeStringField("node", job.executor());
                json.writeStringField("result", "accepted");
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("toolchain", "4f1c0d2ab37e99");
            json.writeNumberField("inputs", 240);
            json.writeNumberField("bytesSent", 18_300);
            json.writeNumberField("bytesReceived", 91_000);
            json.writeNumberField("maxRssBytes", 83L << 20);
            json.writeArrayFieldStart("argv");
            for (String word : List.of("gcc", "-O2", "-Wall", "-Iinclude", "-DNAME=\"a b\"", "-c", job.source())) {
                json.writeString(word);
            }
            json.writeEndArray();
        });
    }

    @Override
    public LiveSubscription subscribe(Duration interval, LiveFeedListener listener) {
        listeners.add(listener);
        listener.snapshot(snapshot());
        return () -> listeners.remove(listener);
    }

    /** How many are subscribed. */
    public int subscriptions() {
        return listeners.size();
    }

    /** Gives all listeners a snapshot. */
    public void tick() {
        String json = snapshot();
        listeners.forEach(listener -> listener.snapshot(json));
    }

    /** Gives all listeners jobs that have ended, as they are. */
    public void end(String json) {
        listeners.forEach(listener -> listener.ended(json));
    }

    @Override
    public synchronized void recent(WebReports.Lines jobs) throws IOException {
        for (String job : ended) {
            jobs.accept(job);
        }
    }

    @Override
    public String snapshot() {
        return snapshot(0);
    }

    /** The line with a snapshot that a node sends to {@code floe top}; it has the jobs that ended last. */
    public String snapshotLine() {
        return "{\"snapshot\":" + snapshot(MAX_RECENT) + "}";
    }

    /** The line for the jobs that ended in the last step. */
    public synchronized String endedLine() {
        return "{\"ended\":" + endedNow + "}";
    }

    private synchronized String snapshot(int recentJobs) {
        return object(json -> {
            json.writeStringField("time", now.toString());
            json.writeStringField("self", nodes.getFirst().name());
            json.writeStringField("mesh", "office");
            json.writeStringField("meshId", "c0ffee");
            json.writeObjectFieldStart("totals");
            int slots = nodes.stream().mapToInt(Node::slots).sum();
            int offline = nodes.stream().filter(node -> !node.executes()).mapToInt(Node::slots).sum();
            int busy = (int) running.stream().filter(job -> !job.decision().equals("cached")).count();
            json.writeNumberField("nodes", nodes.size());
            json.writeNumberField("slots", slots);
            json.writeNumberField("busy", busy);
            json.writeNumberField("free", Math.max(0, slots - offline - busy));
            json.writeNumberField("queued", Math.max(0, busy - 2 * (slots - offline) / 3));
            json.writeNumberField("offline", offline);
            json.writeNumberField("jobsPerSecond", 18.4 + 6 * Math.sin(now.toEpochMilli() / 7000.0));
            json.writeNumberField("hitPercent", 100.0 * cached / Math.max(1, cached + remote + local));
            json.writeNumberField("savedSeconds", saved);
            json.writeNumberField("jobs", cached + remote + local);
            json.writeNumberField("remote", remote);
            json.writeNumberField("cached", cached);
            json.writeNumberField("local", local);
            json.writeEndObject();
            json.writeArrayFieldStart("nodes");
            for (Node node : nodes) {
                write(json, node);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("running");
            for (Job job : running) {
                write(json, job);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("recent");
            for (String job : ended.subList(Math.max(0, ended.size() - recentJobs), ended.size()).reversed()) {
                json.writeRawValue(job);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("reasons");
            for (Map.Entry<String, Integer> reason : reasons.entrySet()) {
                json.writeStartObject();
                json.writeStringField("reason", reason.getKey());
                json.writeNumberField("count", reason.getValue());
                json.writeStringField("advice",
                        reason.getKey().startsWith("fastest") ? "nothing to do: this node was free" : "");
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberField("lost", 0);
        });
    }

    private void write(JsonGenerator json, Node node) throws IOException {
        int busy = (int) running.stream().filter(job -> job.executor().equals(node.name())).count();
        int done = executed.getOrDefault(node.name(), 0);
        json.writeStartObject();
        json.writeStringField("name", node.name());
        json.writeStringField("id", "id-" + node.name());
        json.writeBooleanField("self", node.equals(nodes.getFirst()));
        json.writeStringField("address", "192.168.1." + (10 + nodes.indexOf(node)) + ":7080");
        json.writeStringField("architecture", node.name().equals("attic") ? "aarch64" : "x86_64");
        json.writeNumberField("cores", node.slots());
        json.writeNumberField("memoryBytes", 32L << 30);
        json.writeNumberField("freeMemoryBytes", (21L << 30) + random.nextInt(1 << 30));
        json.writeNumberField("load", busy * 0.93 + 0.1);
        json.writeNumberField("slots", node.slots());
        json.writeNumberField("busy", Math.min(node.slots(), busy));
        json.writeNumberField("queued", Math.max(0, busy - node.slots()));
        json.writeNumberField("speed", node.speed());
        json.writeNumberField("toolchains", 2);
        json.writeStringField("version", "0.1.0");
        json.writeBooleanField("executes", node.executes());
        json.writeStringField("notExecutingReason", node.executes() ? "" : "started with --no-execute");
        json.writeStringField("trouble", "");
        json.writeBooleanField("paused", false);
        json.writeBooleanField("draining", false);
        json.writeBooleanField("watched", true);
        for (String field : List.of("jobs", "remote", "cached", "local", "done", "failed", "refused", "cancelled")) {
            json.writeNumberField(field,
                    field.equals("done") ? done : field.equals("jobs") ? (remote + cached) / 3 : 0);
        }
        json.writeNumberField("savedMillis", 1000);
        json.writeNumberField("cpuMillisForOthers", 91_000);
        json.writeNumberField("bytesSent", 48_000_000L + done * 18_300L);
        json.writeNumberField("bytesReceived", 91_000L * done);
        json.writeNumberField("ageMillis", 300);
        json.writeEndObject();
    }

    private void write(JsonGenerator json, Job job) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", job.id());
        json.writeStringField("build", "b1");
        json.writeStringField("source", job.source());
        json.writeStringField("directory", job.directory());
        json.writeStringField("submitter", job.submitter());
        json.writeStringField("executor", job.decision().equals("remote") ? job.executor() : "");
        json.writeStringField("step", switch (job.decision()) {
            case "remote" -> "run";
            case "cached" -> "cache";
            default -> "local-run";
        });
        json.writeStringField("started", job.begin().toString());
        json.writeNumberField("elapsedMillis", Math.max(0, Duration.between(job.begin(), now).toMillis()));
        json.writeNumberField("predictedMillis", job.length().toMillis());
        json.writeEndObject();
    }

    /** Fills an object. */
    @FunctionalInterface
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
