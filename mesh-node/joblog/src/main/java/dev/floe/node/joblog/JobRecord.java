package dev.floe.node.joblog;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import dev.floe.node.bounds.PeerText;

/**
 * The record of one job: the decision and its reason, the executor, and the time of each step.
 *
 * @param reason       why it was decided so, in words
 * @param node         name of the executor; the submitter's own for a local job
 * @param exit         the compiler's exit code; -1 if it ran locally, where the build alone sees it
 * @param attempts     executors that were asked, in order, with what came of it
 * @param cpu          CPU time of the steps on the node that took them: of discovery on the submitter, of all on
 *                     the executor
 * @param compiler     CPU time of the compiler on the executor; zero for a local job
 * @param bytesSent    of inputs, before compression
 * @param bytesReceived of outputs, before compression
 * @param cache         what the mesh's cache had for it, in words that begin with hit or miss; empty if it was not
 *                      asked
 * @param saved         CPU time that a cached result took when it was made
 * @param proof         whether the result is known to be the plain compiler's
 * @param submitter     name of the node that submitted it
 * @param build         id of the build that it belongs to; empty if it is not known
 */
public record JobRecord(String id, Instant started, String source, String output, String directory, List<String> argv,
        Decision decision, String reason, String node, int exit, Duration total, Map<JobStep, Duration> steps,
        Map<JobStep, Duration> cpu, Duration compiler,
        List<Attempt> attempts, String toolchain, int inputs, long bytesSent, long bytesReceived, long maxRssBytes,
        String cache, Duration saved, ResultProof proof, String submitter, String build) {
    /** Longest JSON form that {@link #parse} reads. */
    static final int MAX_JSON_CHARACTERS = 64 << 10;

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_BRIEF_ARGUMENTS = 16 << 10;
    private static final long NANOS_PER_HUNDREDTH = 10_000; // of a millisecond

    /** Where a job ran. */
    public enum Decision {
        REMOTE, LOCAL, CACHED
    }

    /** One executor that was asked. */
    public record Attempt(String node, String result) {}

    public JobRecord {
        argv = List.copyOf(argv);
        steps = Map.copyOf(steps);
        cpu = Map.copyOf(cpu);
        attempts = List.copyOf(attempts);
    }

    /** The same with so few of its arguments that its JSON form can be parsed; for peers and files. */
    public JobRecord brief() {
        int characters = 0;
        for (int i = 0; i < argv.size(); i++) {
            characters += argv.get(i).length() + 3;
            if (characters > MAX_BRIEF_ARGUMENTS) {
                List<String> some = new ArrayList<>(argv.subList(0, i));
                some.add("... (" + (argv.size() - i) + " more)");
                return withArguments(some);
            }
        }
        return this;
    }

    /** The same, submitted by this node: what a peer sends counts as its own. */
    public JobRecord submittedBy(String name) {
        return submitter.equals(name)
                ? this
                : new JobRecord(id, started, source, output, directory, argv, decision, reason, node, exit, total,
                        steps, cpu, compiler, attempts, toolchain, inputs, bytesSent, bytesReceived, maxRssBytes,
                        cache, saved, proof, name, build);
    }

    private JobRecord withArguments(List<String> arguments) {
        return new JobRecord(id, started, source, output, directory, arguments, decision, reason, node, exit, total,
                steps, cpu, compiler, attempts, toolchain, inputs, bytesSent, bytesReceived, maxRssBytes, cache, saved,
                proof, submitter, build);
    }

    /**
     * The record that {@link #toJson} has written, on this node or on a peer. Text is shortened as {@link PeerText}
     * does.
     *
     * @throws IOException if it is no such object; the message names the field
     */
    public static JobRecord parse(String json) throws IOException {
        return JobRecordParser.parse(json);
    }

    /** One JSON object on one line. */
    public String toJson() {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("id", id);
            json.writeStringField("submitter", submitter);
            json.writeStringField("build", build);
            json.writeStringField("started", started.toString());
            json.writeStringField("source", source);
            json.writeStringField("output", output);
            json.writeStringField("directory", directory);
            json.writeStringField("decision", decision.name().toLowerCase(Locale.ROOT));
            json.writeStringField("reason", reason);
            json.writeStringField("node", node);
            json.writeNumberField("exit", exit);
            json.writeNumberField("totalMillis", total.toMillis());
            json.writeNumberField("compilerMillis", compiler.toMillis());
            json.writeStringField("cache", cache);
            json.writeNumberField("cacheSavedMillis", saved.toMillis());
            json.writeNumberField("savedMillis", saved.toMillis()); // as in version 0.1
            json.writeStringField("proof", proof.kind().key());
            json.writeStringField("notObserved", proof.gap());
            json.writeArrayFieldStart("missed");
            for (String name : proof.missed()) {
                json.writeString(name);
            }
            json.writeEndArray();
            write(json, "steps", steps);
            write(json, "cpu", cpu);
            json.writeArrayFieldStart("attempts");
            for (Attempt attempt : attempts) {
                json.writeStartObject();
                json.writeStringField("node", attempt.node());
                json.writeStringField("result", attempt.result());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("toolchain", toolchain);
            json.writeNumberField("inputs", inputs);
            json.writeNumberField("bytesSent", bytesSent);
            json.writeNumberField("bytesReceived", bytesReceived);
            json.writeNumberField("maxRssBytes", maxRssBytes);
            json.writeArrayFieldStart("argv");
            for (String argument : argv) {
                json.writeString(argument);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** With two digits after the point; a formatter would take longer than all of the other fields. */
    static String millis(Duration time) {
        long hundredths = (Math.abs(time.toNanos()) + NANOS_PER_HUNDREDTH / 2) / NANOS_PER_HUNDREDTH;
        String digits = (hundredths < 10 ? "00" : hundredths < 100 ? "0" : "") + hundredths;
        int point = digits.length() - 2;
        return (time.isNegative() && hundredths > 0 ? "-" : "") + digits.substring(0, point) + "."
                + digits.substring(point);
    }

    private static void write(JsonGenerator json, String name, Map<JobStep, Duration> times) throws IOException {
        json.writeObjectFieldStart(name);
        for (JobStep step : JobStep.values()) {
            Duration time = times.get(step);
            if (time != null) {
                String millis = millis(time);
                json.writeFieldName(step.key());
                json.writeNumber(millis);
                if (!step.oldKey().equals(step.key())) {
                    json.writeFieldName(step.oldKey());
                    json.writeNumber(millis);
                }
            }
        }
        json.writeEndObject();
    }
}
