package dev.floe.node.builds;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import dev.floe.node.joblog.JobRecord;

/**
 * A build in the trace event format of Chrome, which ui.perfetto.dev and about:tracing show: a process is a node, a
 * thread a lane of it, a block a job with its steps inside. A job has the first lane of its node that is free at its
 * start, so lanes are as many as jobs ran at once; cache hits have lanes of their own, on the submitter. All times are
 * the submitter's, in microseconds since the first job's start.
 */
public final class ChromeTrace {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int LANES_OF_A_KIND = 100_000;

    private final String build;
    private final Instant start;
    private final String submitter;
    private final Map<String, Integer> processes = new LinkedHashMap<>(); // pid by name of node
    // When each is free, by name of node.
    private final Map<String, Map<TraceEventKind, List<Instant>>> lanes = new LinkedHashMap<>();
    private final TraceSink sink;
    private boolean first = true;

    /** Takes the trace, a line at a time. */
    @FunctionalInterface
    public interface TraceSink {
        void accept(String line) throws IOException;
    }

    /** Which lanes a job may have. */
    private enum TraceEventKind {
        SLOT, LOCAL, CACHE;

        static TraceEventKind of(JobRecord job) {
            return switch (job.decision()) {
                case REMOTE -> SLOT;
                case LOCAL -> LOCAL;
                case CACHED -> CACHE;
            };
        }

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        int thread(int lane) {
            return ordinal() * LANES_OF_A_KIND + lane + 1;
        }
    }

    private ChromeTrace(String build, List<JobRecord> jobs, TraceSink sink) {
        this.build = build;
        this.start = jobs.isEmpty() ? Instant.EPOCH : jobs.getFirst().started();
        this.submitter = jobs.isEmpty() ? "" : jobs.getFirst().submitter();
        this.sink = sink;
    }

    /** @param jobs of the build, by their start */
    public static void write(String build, List<JobRecord> jobs, TraceSink sink) throws IOException {
        new ChromeTrace(build, jobs, sink).write(jobs);
    }

    private void write(List<JobRecord> jobs) throws IOException {
        String about = object(json -> {
            json.writeStringField("build", build);
            json.writeStringField("submitter", submitter);
            json.writeStringField("started", start.toString());
            json.writeNumberField("jobs", jobs.size());
        });
        sink.accept("{\"displayTimeUnit\":\"ms\",\"otherData\":" + about + ",\"traceEvents\":[");
        process(submitter);
        for (JobRecord job : jobs) {
            job(job);
        }
        sink.accept("]}");
    }

    /** Names a process when it comes first. */
    private int process(String node) throws IOException {
        Integer known = processes.get(node);
        if (known != null) {
            return known;
        }
        int pid = processes.size() + 1;
        processes.put(node, pid);
        metadata(pid, 0, "process_name", node + (node.equals(submitter) ? " (submitter)" : ""));
        return pid;
    }

    private int lane(String node, int pid, TraceEventKind kind, Instant from, Instant end) throws IOException {
        List<Instant> free = lanes.computeIfAbsent(node, _ -> new EnumMap<>(TraceEventKind.class)).computeIfAbsent(kind,
                _ -> new ArrayList<>());
        for (int lane = 0; lane < free.size(); lane++) {
            if (!free.get(lane).isAfter(from)) {
                free.set(lane, end);
                return kind.thread(lane);
            }
        }
        free.add(end);
        int thread = kind.thread(free.size() - 1);
        metadata(pid, thread, "thread_name", kind.key() + " " + free.size());
        return thread;
    }

    private void metadata(int pid, int thread, String what, String name) throws IOException {
        event(json -> {
            json.writeStringField("ph", "M");
            json.writeNumberField("pid", pid);
            json.writeNumberField("tid", thread);
            json.writeStringField("name", what);
            json.writeObjectFieldStart("args");
            json.writeStringField("name", name);
            json.writeEndObject();
        });
    }

    private void job(JobRecord job) throws IOException {
        TraceEventKind kind = TraceEventKind.of(job);
        String node = kind == TraceEventKind.CACHE ? submitter : job.node();
        int pid = process(node);
        int thread = lane(node, pid, kind, job.started(), job.started().plus(job.total()));
        long from = micros(Duration.between(start, job.started()));
        long end = micros(Duration.between(start, job.started().plus(job.total())));
        event(json -> {
            block(json, pid, thread, name(job), job.decision().name().toLowerCase(Locale.ROOT), from, end - from);
            json.writeObjectFieldStart("args");
            arguments(json, job);
            json.writeEndObject();
        });
        for (StepLayout.Block block : StepLayout.of(job.steps(), end - from)) {
            event(json -> block(json, pid, thread, block.step().key(), "step", from + block.start(), block.length()));
        }
    }

    private static void block(JsonGenerator json, int pid, int thread, String name, String category, long from,
            long length) throws IOException {
        json.writeStringField("ph", "X");
        json.writeNumberField("pid", pid);
        json.writeNumberField("tid", thread);
        json.writeStringField("name", name);
        json.writeStringField("cat", category);
        json.writeNumberField("ts", from);
        json.writeNumberField("dur", length);
    }

    private static void arguments(JsonGenerator json, JobRecord job) throws IOException {
        json.writeStringField("id", job.id());
        json.writeStringField("source", job.source());
        json.writeStringField("directory", job.directory());
        json.writeStringField("decision", job.decision().name().toLowerCase(Locale.ROOT));
        json.writeStringField("reason", job.reason());
        json.writeArrayFieldStart("attempts");
        for (JobRecord.Attempt attempt : job.attempts()) {
            json.writeString(attempt.node() + ": " + attempt.result());
        }
        json.writeEndArray();
        json.writeNumberField("compilerMillis", job.compiler().toMillis());
        json.writeNumberField("bytesSent", job.bytesSent());
        json.writeNumberField("bytesReceived", job.bytesReceived());
        json.writeStringField("cache", job.cache());
        json.writeStringField("proof", job.proof().text());
    }

    private static String name(JobRecord job) {
        String source = job.source().isEmpty() ? job.argv().isEmpty() ? "" : job.argv().getFirst() : job.source();
        Path file = Path.of(source.replace("\0", "")).getFileName();
        return file == null ? "?" : file.toString();
    }

    private static long micros(Duration time) {
        return time.toNanos() / 1000;
    }

    private interface TraceBody {
        void write(JsonGenerator json) throws IOException;
    }

    private void event(TraceBody body) throws IOException {
        sink.accept((first ? "" : ",") + object(body));
        first = false;
    }

    private static String object(TraceBody body) throws IOException {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        }
        return text.toString();
    }
}
