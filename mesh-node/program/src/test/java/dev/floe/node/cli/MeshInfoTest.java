package dev.floe.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.MeshKeyFile;

final class MeshInfoTest {
    private static final MeshKey KEY = MeshKey.create("team");
    private static final Instant WRITTEN = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant NOW = WRITTEN.plus(Duration.ofDays(12));

    @TempDir
    Path directory;

    private static MeshInfo info(Optional<CacheWriterKey> writer, List<String> members, String obstacle) {
        return new MeshInfo(new JoinToken(KEY, List.of(new HostPort("10.0.0.2", 7080)), writer), Path.of("/k/mesh.key"),
                WRITTEN, members, obstacle);
    }

    @Test
    void showsTheMeshAndItsMembers() {
        assertThat(info(Optional.empty(), List.of("desk 10.0.0.2:7081", "pc2 10.0.0.3:7081"), "").lines(NOW))
                .containsExactly("mesh        team", "id          " + KEY.id(), "token file  /k/mesh.key",
                        "key age     12 days (written 2026-03-01T12:00:00Z)", "cache       all members may write",
                        "seeds       10.0.0.2:7080", "members     2", "            desk 10.0.0.2:7081",
                        "            pc2 10.0.0.3:7081");
    }

    @Test
    void saysWhyTheMembersAreNotKnownAndWhoMayWrite() {
        assertThat(info(Optional.of(CacheWriterKey.create().readOnly()), List.of(), "no node answers").lines(NOW))
                .contains("cache       restricted; this machine may only read",
                        "members     not known: no node answers");
    }

    @Test
    void hasTheSameInJsonWithoutTheSecret() throws IOException {
        String json = info(Optional.empty(), List.of("desk 10.0.0.2:7081"), "").json(NOW);
        List<String> names = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    names.add(parser.currentName());
                } else if (token.isScalarValue()) {
                    texts.add(parser.getText());
                }
            }
        }
        assertThat(names).containsExactly("name", "id", "tokenFile", "keyWritten", "keyAgeSeconds", "cacheRestricted",
                "cacheWriter", "seeds", "members", "name", "address", "membersUnknownReason");
        assertThat(texts).contains("team", KEY.id(), "1036800", "desk", "10.0.0.2:7081");
        assertThat(json).doesNotContain(new JoinToken(KEY, List.of()).encode());
    }

    @Test
    void isReadFromTheKeyFileThoughNoNodeRuns() throws IOException {
        MeshKeyFile file = new MeshKeyFile(directory.resolve("mesh.key"));
        file.write(new JoinToken(KEY, List.of()));
        MeshInfo info = MeshInfo.read(file, directory.resolve("node.sock"));
        assertThat(info.token().key().id()).isEqualTo(KEY.id());
        assertThat(info.members()).isEmpty();
        assertThat(info.obstacle()).contains("node.sock");
    }

    @Test
    void tellsTheAgeInOneUnit() {
        assertThat(MeshInfo.age(Duration.ofMinutes(59))).isEqualTo("59 min");
        assertThat(MeshInfo.age(Duration.ofMinutes(61))).isEqualTo("1 h");
        assertThat(MeshInfo.age(Duration.ofHours(24))).isEqualTo("1 day");
        assertThat(MeshInfo.age(Duration.ofSeconds(-5))).as("the clock was set back").isEqualTo("0 min");
    }
}
