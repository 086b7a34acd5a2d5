package dev.floe.node.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import dev.floe.node.executor.sandbox.Sandbox.Availability;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.report.format.JsonLine;

/**
 * A finding of {@code floe doctor} or of the node about itself. What both check has one wording, which is here.
 *
 * @param part    the part of the machine, such as {@code sandbox}
 * @param message what is the case and, for a problem, what to do
 */
public record DoctorFinding(Severity severity, String part, String message) {
    private static final long MIN_FREE_BYTES = 2L << 30;

    /** How bad a finding is. */
    public enum Severity {
        OK, NOTE, PROBLEM;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static DoctorFinding ok(String part, String message) {
        return new DoctorFinding(Severity.OK, part, message);
    }

    public static DoctorFinding note(String part, String message) {
        return new DoctorFinding(Severity.NOTE, part, message);
    }

    public static DoctorFinding problem(String part, String message) {
        return new DoctorFinding(Severity.PROBLEM, part, message);
    }

    /** Whether jobs can run in a sandbox. */
    public static DoctorFinding sandbox(Availability sandbox) {
        return switch (sandbox) {
            case Availability.Available _ -> ok("sandbox", "bubblewrap works, this machine can execute");
            case Availability.Unavailable(String why) ->
                problem("sandbox", "this machine can submit but not execute: " + why);
        };
    }

    /** Which mesh the machine or the node is in. */
    public static DoctorFinding mesh(MeshKey key, String source) {
        return ok("mesh", key.name() + ", id " + key.id() + source);
    }

    public static DoctorFinding noMesh(String subject) {
        return note("mesh", subject + " is in none; run: floe mesh create, or: floe mesh join TOKEN");
    }

    /** Whether the data directory, which need not exist yet, has room and can be written. */
    public static DoctorFinding space(Path dataDirectory) {
        Path existing = dataDirectory.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        long free = existing.toFile().getUsableSpace();
        String text = (free >> 20) + " MiB free for " + dataDirectory;
        if (free < MIN_FREE_BYTES) {
            return problem("space", text + "; free some, or choose another --data-dir");
        }
        return Files.isWritable(existing)
                ? ok("space", text)
                : problem("space", existing + " is not writable; choose another --data-dir");
    }

    /** The line for people. */
    public String line() {
        return String.format("%-8s %s: %s", severity.key(), part, message);
    }

    /** One JSON object on one line. */
    public String json() {
        return object(json -> {
            json.writeStringField("state", severity.key());
            json.writeStringField("part", part);
            json.writeStringField("text", message);
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
