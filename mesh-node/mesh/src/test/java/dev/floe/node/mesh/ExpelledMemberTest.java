package dev.floe.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.node.mesh.membership.MeshTrust;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.NodeKey;
import dev.floe.node.mesh.transport.GroupTimeouts;

/** An expelled member leaves the list of members although it lives, and nobody confirms a suspicion for hours. */
final class ExpelledMemberTest {
    private static final Duration NEVER = Duration.ofHours(1);

    @TempDir
    Path dir;

    private final Map<String, MeshTrust> trusts = new HashMap<>();

    private MeshTrust trust(String name) {
        return Objects.requireNonNull(trusts.get(name));
    }

    private void add(MeshOfNodes mesh, String name) throws Exception {
        MeshTrust trust = MeshTrust.of(new JoinToken(mesh.key(), List.of()), NodeKey.create(), name,
                InstantSource.system());
        trusts.put(name, trust);
        mesh.add(name, new GroupConfig(dir.resolve(name), InetAddress.getLoopbackAddress(), 0,
                new GroupConfig.PeerSearch(mesh.seeds(), false),
                new GroupTimeouts(Duration.ofSeconds(3), NEVER, Duration.ofSeconds(1), NEVER,
                        new GroupTimeouts.MergeInterval(NEVER, NEVER.multipliedBy(2)), Duration.ofSeconds(4)),
                MeshOfNodes.QUICK), trust);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b", "c"})
    void itIsOffTheListsAtOnceAlsoIfItCoordinates(String expelled) throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir)) {
            for (String name : List.of("a", "b", "c", "d")) {
                add(mesh, name);
            }
            mesh.awaitAllSee("a", "b", "c", "d");
            trusts.forEach((name, trust) -> trust("d").addMembers(Map.of(trust.nodeKey().id(), name)));
            byte[] rotation = trust("d").rotate(Set.of(trust(expelled).nodeKey().id()), Map.of());
            List<String> others = List.of("a", "b", "c").stream().filter(name -> !name.equals(expelled)).toList();
            for (String name : others) {
                assertThat(trust(name).apply(rotation)).isEqualTo(MeshTrust.RotationOutcome.ADOPTED);
            }
            mesh.awaitAllSee(others.getFirst(), others.getLast(), "d");
        }
    }
}
