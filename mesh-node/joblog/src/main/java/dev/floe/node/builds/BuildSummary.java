package dev.floe.node.builds;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

/**
 * The summary of the jobs of one build.
 *
 * @param directory    in which all its commands were called, or which holds theirs
 * @param started      start of its first command
 * @param ended        end of its last command so far
 * @param active       time in which at least one of its commands ran
 * @param localReasons why commands stayed local, with how many, most frequent first
 * @param executors    remote jobs by node, most first
 * @param compiler     CPU time of compilers on other nodes
 * @param cacheSaved   CPU time that cached results once took
 * @param slowest      the jobs that took longest, longest first
 * @param proofs       jobs by what is known of their results, such as {@code proven}
 */
public record BuildSummary(String id, String submitter, String directory, Instant started, Instant ended,
        Duration active, int jobs, int remote, int cached, int local, Map<String, Integer> localReasons,
        Map<String, Integer> executors, Duration compiler, Duration cacheSaved, List<SlowJob> slowest,
        Map<String, Integer> proofs, long bytesSent, long bytesReceived) {
    private static final JsonFactory JSON = new JsonFactory();

    /** One of the jobs that took longest. */
    public record SlowJob(String source, Duration total, String decision, String node) {}

    public BuildSummary {
        localReasons = Collections.unmodifiableMap(new LinkedHashMap<>(localReasons));
        executors = Collections.unmodifiableMap(new LinkedHashMap<>(executors));
        proofs = Collections.unmodifiableMap(new LinkedHashMap<>(proofs));
        slowest = List.copyOf(slowest);
    }

    /** From the first command's start to the last one's end. */
    public Duration wall() {
        return Duration.between(started, ended);
    }

    /**
     * CPU time of compilers that this machine did not spend: what other nodes spent, and what the cache made needless.
     */
    public Duration saved() {
        return compiler.plus(cacheSaved);
    }

    /** One JSON object on one line; {@link #parse} reads it. */
    String toJson() {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            writeFields(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** Its fields, into an object that the caller has begun. */
    public void writeFields(JsonGenerator json) throws IOException {
        json.writeStringField("id", id);
        json.writeStringField("submitter", submitter);
        json.writeStringField("directory", directory);
        json.writeStringField("started", started.toString());
        json.writeStringField("ended", ended.toString());
        json.writeNumberField("wallMillis", wall().toMillis());
        json.writeNumberField("activeMillis", active.toMillis());
        json.writeNumberField("jobs", jobs);
        json.writeNumberField("remote", remote);
        json.writeNumberField("cached", cached);
        json.writeNumberField("local", local);
        counts(json, "localReasons", localReasons);
        counts(json, "executors", executors);
        json.writeNumberField("compilerMillis", compiler.toMillis());
        json.writeNumberField("cacheSavedMillis", cacheSaved.toMillis());
        json.writeNumberField("savedMillis", saved().toMillis());
        json.writeArrayFieldStart("slowest");
        for (SlowJob job : slowest) {
            json.writeStartObject();
            json.writeStringField("source", job.source());
            json.writeNumberField("totalMillis", job.total().toMillis());
            json.writeStringField("decision", job.decision());
            json.writeStringField("node", job.node());
            json.writeEndObject();
        }
        json.writeEndArray();
        counts(json, "proofs", proofs);
        json.writeNumberField("bytesSent", bytesSent);
        json.writeNumberField("bytesReceived", bytesReceived);
    }

    private static void counts(JsonGenerator json, String name, Map<String, Integer> counts) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Integer> entry : counts.entrySet()) {
            json.writeNumberField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }

    /** @throws IOException if it is no such object; the message names the field */
    static BuildSummary parse(String line) throws IOException {
        JsonFields fields = JsonFields.parse(line);
        List<SlowJob> slowest = new ArrayList<>();
        for (JsonFields job : fields.objects("slowest")) {
            slowest.add(new SlowJob(job.text("source"), job.millis("totalMillis"), job.text("decision"),
                    job.text("node")));
        }
        return new BuildSummary(fields.text("id"), fields.text("submitter"), fields.text("directory"),
                fields.time("started"), fields.time("ended"), fields.millis("activeMillis"), fields.count("jobs"),
                fields.count("remote"), fields.count("cached"), fields.count("local"), fields.counts("localReasons"),
                fields.counts("executors"), fields.millis("compilerMillis"), fields.millis("cacheSavedMillis"),
                slowest, fields.counts("proofs"), fields.number("bytesSent"), fields.number("bytesReceived"));
    }
}
