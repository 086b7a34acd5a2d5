package dev.floe.node.report.findings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

import dev.floe.node.executor.sandbox.Sandbox.Availability;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.report.format.JsonLine;

/**
 * A finding of {@code floe doctor} or of the node about itself. What both check has one wording, which is here.
 *
 * @param part    the part of the machine, such as {@code sandbox}
 * @param message what is the case and, for a problem, what to do; lines after the first are details for people
 * @param topic   the section of docs/troubles.md about it; empty if nothing is wrong
 */
public record DoctorFinding(Severity severity, String part, String message, Optional<DoctorTopic> topic) {
    /** Less than this is a problem: a toolchain, its archive and the inputs of a build need about as much. */
    public static final long MIN_FREE_BYTES = 2L << 30;

    private static final String SEPARATOR = "\t";
    private static final int FIELDS = 4;

    /** How bad a finding is. */
    public enum Severity {
        OK, NOTE, PROBLEM;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static DoctorFinding ok(String part, String message) {
        return new DoctorFinding(Severity.OK, part, message, Optional.empty());
    }

    public static DoctorFinding note(DoctorTopic topic, String part, String message) {
        return new DoctorFinding(Severity.NOTE, part, message, Optional.of(topic));
    }

    public static DoctorFinding problem(DoctorTopic topic, String part, String message) {
        return new DoctorFinding(Severity.PROBLEM, part, message, Optional.of(topic));
    }

    /** Whether jobs can run in a sandbox. */
    public static DoctorFinding sandbox(Availability sandbox) {
        return switch (sandbox) {
            case Availability.Available _ -> ok("sandbox", "the sandbox works, this machine can execute");
            case Availability.Unavailable(String why) ->
                problem(topicOf(why), "sandbox", "this machine can submit but not execute: " + why);
        };
    }

    private static DoctorTopic topicOf(String why) {
        return why.startsWith("the runner") ? DoctorTopic.NO_WRAPPER : DoctorTopic.USER_NAMESPACES;
    }

    /** Which mesh the machine or the node is in. */
    public static DoctorFinding mesh(MeshKey key, String source) {
        return ok("mesh", key.name() + ", id " + key.id() + source);
    }

    public static DoctorFinding noMesh(String subject) {
        return note(DoctorTopic.NO_MESH, "mesh",
                subject + " is in none; run: floe mesh create, or: floe mesh join INVITATION");
    }

    /** Whether the data directory, which need not exist yet, has room and can be written. */
    public static DoctorFinding space(Path dataDirectory) {
        Path existing = dataDirectory.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return Files.isWritable(existing)
                ? space(existing.toFile().getUsableSpace(), dataDirectory)
                : problem(DoctorTopic.DISK_SPACE, "space", existing + " is not writable; choose another --data-dir");
    }

    /** Whether so much space is enough. */
    public static DoctorFinding space(long freeBytes, Path dataDirectory) {
        String text = (freeBytes >> 20) + " MiB free for " + dataDirectory;
        return freeBytes < MIN_FREE_BYTES
                ? problem(DoctorTopic.DISK_SPACE, "space", text + "; free some, or choose another --data-dir")
                : ok("space", text);
    }

    /** One line for {@link #decode}, between a node and the command line. */
    public String encode() {
        return String.join(SEPARATOR, severity.key(), part, topic.map(DoctorTopic::key).orElse(""),
                message.replaceAll("\\p{Cntrl}", " "));
    }

    /** What {@link #encode} has made; empty for anything else. */
    public static Optional<DoctorFinding> decode(String line) {
        String[] fields = line.split(SEPARATOR, FIELDS);
        Optional<Severity> severity = Arrays.stream(Severity.values()).filter(each -> each.key().equals(fields[0]))
                .findFirst();
        return fields.length == FIELDS && severity.isPresent()
                ? Optional.of(new DoctorFinding(severity.get(), fields[1], fields[3], DoctorTopic.find(fields[2])))
                : Optional.empty();
    }

    /** The line for people. */
    public String line() {
        return String.format("%-8s %s: %s%s", severity.key(), part, message,
                topic.map(about -> " [" + about.key() + "]").orElse(""));
    }

    /** One JSON object on one line. */
    public String json() {
        return object(json -> {
            json.writeStringField("state", severity.key());
            json.writeStringField("part", part);
            json.writeStringField("text", message.lines().findFirst().orElse(""));
            json.writeStringField("topic", topic.map(DoctorTopic::key).orElse(""));
        });
    }

    /** The JSON object after all findings. */
    public static String summary(int problems, String text) {
        return object(json -> {
            json.writeNumberField("problems", problems);
            json.writeStringField("text", text);
        });
    }

    private static String object(JsonLine.Body body) {
        try {
            return JsonLine.object(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
