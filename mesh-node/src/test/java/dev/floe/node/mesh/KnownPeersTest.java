package dev.floe.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.node.mesh.trust.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KnownPeersTest {
    private static final HostPort SEED = new HostPort("seed", 1);

    @TempDir
    Path dir;

    @Test
    void remembersAcrossStartsThePeersOfOneMesh() {
        KnownPeers known = new KnownPeers(dir, "m", List.of(SEED));
        known.met(List.of(new HostPort("10.0.0.1", 2), SEED));
        assertThat(new KnownPeers(dir, "m", List.of()).get()).containsExactlyInAnyOrder(new HostPort("10.0.0.1", 2),
                SEED);
        assertThat(new KnownPeers(dir, "m", List.of(SEED)).get()).hasSize(2);
        assertThat(new KnownPeers(dir, "other", List.of()).isEmpty()).isTrue();
    }

    @Test
    void forgetsTheOldestOfTooMany() {
        KnownPeers known = new KnownPeers(dir, "m", List.of());
        IntStream.rangeClosed(1, 100).forEach(i -> known.met(List.of(new HostPort("h" + i, i))));
        assertThat(known.get()).hasSize(KnownPeers.MAX_REMEMBERED).contains(new HostPort("h100", 100))
                .doesNotContain(new HostPort("h1", 1));
    }

    @Test
    void goesOnWithoutAFileThatIsDamagedOrCannotBeWritten() throws IOException {
        Files.writeString(dir.resolve("peers-m"), "no such thing at all\n");
        KnownPeers known = new KnownPeers(dir, "m", List.of(SEED));
        assertThat(known.get()).containsExactly(SEED);
        KnownPeers unwritable = new KnownPeers(dir.resolve("peers-m"), "m", List.of());
        unwritable.met(List.of(SEED));
        assertThat(unwritable.get()).containsExactly(SEED);
    }

    @Test
    void countsStarts() throws IOException {
        assertThat(Epochs.next(dir)).isEqualTo(1);
        assertThat(Epochs.next(dir)).isEqualTo(2);
        Files.writeString(dir.resolve("epoch"), "nonsense");
        assertThat(Epochs.next(dir)).isEqualTo(1);
    }
}
