package dev.floe.node.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.cli.setup.MeshMembership.MembershipChange;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.node.mesh.security.NodeNames;

class MeshMembershipTest {
    @TempDir
    private Path directory;

    private MeshMembership membership() {
        return new MeshMembership(new MeshKeyFile(directory.resolve("mesh.key")));
    }

    private String key() throws IOException {
        return Files.readString(directory.resolve("mesh.key"));
    }

    @Test
    void aNewMeshIsMadeOnceOnly() throws IOException {
        assertThat(membership().create("home")).isEqualTo(MembershipChange.CREATED);
        String key = key();
        assertThat(membership().create("other")).isEqualTo(MembershipChange.KEPT);
        assertThat(key()).isEqualTo(key);
        assertThat(membership().file().read().key().name()).isEqualTo("home");
    }

    @Test
    void joiningTheSameMeshAgainChangesNothing() throws IOException {
        JoinToken token = new JoinToken(MeshKey.create("home"), List.of(), Optional.empty());
        assertThat(membership().join(token)).isEqualTo(MembershipChange.JOINED);
        String key = key();
        assertThat(membership().join(token)).isEqualTo(MembershipChange.KEPT);
        assertThat(key()).isEqualTo(key);
        assertThat(membership().isInAnother(token)).isFalse();
        assertThat(membership().isInAnother(new JoinToken(MeshKey.create("home"), List.of(), Optional.empty())))
                .isTrue();
    }

    @Test
    void drawnNamesAreValidAndMostlyDiffer() {
        Random random = new Random(7);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            String name = MeshNameGenerator.draw(random);
            assertThat(NodeNames.isName(name)).as(name).isTrue();
            names.add(name);
        }
        assertThat(names).hasSizeGreaterThan(90);
    }
}
