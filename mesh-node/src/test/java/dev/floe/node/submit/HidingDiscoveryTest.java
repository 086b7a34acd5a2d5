package dev.floe.node.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.floe.front.Discovery;
import dev.floe.front.Input;
import dev.floe.front.InputDiscovery;
import dev.floe.front.InputSet;
import dev.floe.store.Digest;

final class HidingDiscoveryTest {
    private static final int FILES = 1_000;

    @Test
    void hidesSomeFilesAndAlwaysTheSame() throws Exception {
        List<Input> inputs = new ArrayList<>();
        inputs.add(new Input.Directory(Path.of("/src"), 0755));
        for (int i = 0; i < FILES; i++) {
            inputs.add(new Input.File(Path.of("/src/%04d.h".formatted(i)), 0644, Digest.ofBytes(new byte[0]), 0, false,
                    0));
        }
        Discovery.Found all = new Discovery.Found(new InputSet(inputs), false, Optional::empty);
        InputDiscovery hiding = new HidingDiscovery((_, _, _, _) -> all, 10, 7);
        List<Input> left = inputs(hiding);
        assertThat(left).hasSizeBetween(FILES * 85 / 100, FILES * 95 / 100).contains(inputs.getFirst())
                .isSubsetOf(inputs);
        assertThat(inputs(hiding)).isEqualTo(left);
        assertThat(inputs(new HidingDiscovery((_, _, _, _) -> all, 10, 8))).isNotEqualTo(left);
        assertThat(inputs(new HidingDiscovery((_, _, _, _) -> all, 100, 7))).containsExactly(inputs.getFirst());
    }

    @SuppressWarnings("NullAway") // the discovery below looks at none of them
    private static List<Input> inputs(InputDiscovery discovery) throws Exception {
        return ((Discovery.Found) discovery.discover(null, "", null)).inputs().inputs();
    }
}
