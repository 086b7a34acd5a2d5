package dev.floe.node.cli;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.node.submitter.ControlClient;
import dev.floe.store.FailureText;

/**
 * The answer of {@code floe mesh info}: the mesh of this machine's key, and its members if this machine's node is one.
 *
 * @param keyWritten when this machine created or joined the mesh
 * @param members    name and address of each node, with a space between
 * @param obstacle   why the members are not known; empty if they are
 */
record MeshInfo(JoinToken token, Path keyFile, Instant keyWritten, List<String> members, String obstacle) {
    private static final JsonFactory JSON = new JsonFactory();

    MeshInfo {
        members = List.copyOf(members);
    }

    /** @throws IOException if this machine is in no mesh, or the key cannot be read; the message says what to do */
    static MeshInfo read(MeshKeyFile file, Path socket) throws IOException {
        JoinToken token = file.read();
        Instant written = Files.getLastModifiedTime(file.path()).toInstant();
        List<String> answer = new ArrayList<>();
        String obstacle = "";
        try {
            ControlClient.ask(socket, List.of("members"), answer::add);
            obstacle = obstacle(token, answer);
        } catch (IOException e) {
            obstacle = FailureText.of(e);
        }
        return new MeshInfo(token, file.path(), written,
                obstacle.isEmpty() ? answer.subList(1, answer.size()) : List.of(), obstacle);
    }

    private static String obstacle(JoinToken token, List<String> answer) {
        String first = answer.isEmpty() ? "" : answer.getFirst();
        if (first.startsWith(ControlClient.ERROR)) {
            return first.substring(ControlClient.ERROR.length());
        }
        return first.equals(token.key().id())
                ? ""
                : "the node of this machine is in another mesh, or in none; restart it";
    }

    List<String> lines(Instant now) {
        List<String> lines = new ArrayList<>();
        lines.add(line("mesh", token.key().name()));
        lines.add(line("id", token.key().id()));
        lines.add(line("token file", keyFile.toString()));
        lines.add(line("key age", age(Duration.between(keyWritten, now)) + " (written "
                + keyWritten.truncatedTo(ChronoUnit.SECONDS) + ")"));
        lines.add(line("cache", cache()));
        if (!token.seeds().isEmpty()) {
            lines.add(line("seeds", token.seeds().stream().map(HostPort::toString).collect(Collectors.joining(", "))));
        }
        if (!obstacle.isEmpty()) {
            lines.add(line("members", "not known: " + obstacle));
            return lines;
        }
        lines.add(line("members", String.valueOf(members.size())));
        members.forEach(member -> lines.add(line("", member)));
        return lines;
    }

    private static String line(String title, String text) {
        return String.format(Locale.ROOT, "%-11s %s", title, text);
    }

    private String cache() {
        return token.writer().map(writer -> writer.maySign()
                ? "restricted; this machine may write"
                : "restricted; this machine may only read").orElse("all members may write");
    }

    static String age(Duration age) {
        if (age.toDays() > 0) {
            return age.toDays() + (age.toDays() == 1 ? " day" : " days");
        }
        return age.toHours() > 0 ? age.toHours() + " h" : Math.max(0, age.toMinutes()) + " min";
    }

    String json(Instant now) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("name", token.key().name());
            json.writeStringField("id", token.key().id());
            json.writeStringField("tokenFile", keyFile.toString());
            json.writeStringField("keyWritten", keyWritten.toString());
            json.writeNumberField("keyAgeSeconds", Duration.between(keyWritten, now).toSeconds());
            json.writeBooleanField("cacheRestricted", token.writer().isPresent());
            json.writeBooleanField("cacheWriter", token.writer().map(CacheWriterKey::maySign).orElse(true));
            write(json, "seeds", token.seeds().stream().map(HostPort::toString).toList());
            json.writeArrayFieldStart("members");
            for (String member : members) {
                json.writeStartObject();
                json.writeStringField("name", member.substring(0, Math.max(0, member.indexOf(' '))));
                json.writeStringField("address", member.substring(member.indexOf(' ') + 1));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("membersUnknownReason", obstacle);
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, String name, List<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (String each : texts) {
            json.writeString(each);
        }
        json.writeEndArray();
    }
}
