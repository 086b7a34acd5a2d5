package dev.floe.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.mesh.security.HostPort;

final class KnownPeerFileTest {
    private static final HostPort SEED = new HostPort("seed", 1);

    @TempDir
    Path dir;

    @Test
    void remembersAcrossStartsThePeersOfOneMesh() {
        KnownPeerFile known = new KnownPeerFile(dir, "m", List.of(SEED));
        known.remember(List.of(new HostPort("10.0.0.1", 2), SEED));
        assertThat(new KnownPeerFile(dir, "m", List.of()).get()).containsExactlyInAnyOrder(new HostPort("10.0.0.1", 2),
                SEED);
        assertThat(new KnownPeerFile(dir, "m", List.of(SEED)).get()).hasSize(2);
        assertThat(new KnownPeerFile(dir, "other", List.of()).isEmpty()).isTrue();
    }

    @Test
    void forgetsTheOldestOfTooMany() {
        KnownPeerFile known = new KnownPeerFile(dir, "m", List.of());
        IntStream.rangeClosed(1, 100).forEach(i -> known.remember(List.of(new HostPort("h" + i, i))));
        assertThat(known.get()).hasSize(KnownPeerFile.MAX_REMEMBERED).contains(new HostPort("h100", 100))
                .doesNotContain(new HostPort("h1", 1));
    }

    @Test
    void goesOnWithoutAFileThatIsDamagedOrCannotBeWritten() throws IOException {
        Files.writeString(dir.resolve("peers-m"), "no such thing at all\n");
        KnownPeerFile known = new KnownPeerFile(dir, "m", List.of(SEED));
        assertThat(known.get()).containsExactly(SEED);
        KnownPeerFile unwritable = new KnownPeerFile(dir.resolve("peers-m"), "m", List.of());
        unwritable.remember(List.of(SEED));
        assertThat(unwritable.get()).containsExactly(SEED);
    }

    @Test
    void countsStarts() throws IOException {
        assertThat(EpochFile.next(dir)).isEqualTo(1);
        assertThat(EpochFile.next(dir)).isEqualTo(2);
        Files.writeString(dir.resolve("epoch"), "nonsense");
        assertThat(EpochFile.next(dir)).isEqualTo(1);
    }
}
