package dev.floe.node.submitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputDiscovery;
import dev.floe.command.inputs.InputSet;
import dev.floe.store.Digest;

final class WithholdingDiscoveryTest {
    private static final int FILES = 1_000;

    @Test
    void hidesSomeFilesAndAlwaysTheSame() throws Exception {
        List<Input> inputs = new ArrayList<>();
        inputs.add(new Input.Directory(Path.of("/src"), 0755));
        for (int i = 0; i < FILES; i++) {
            inputs.add(new Input.File(Path.of("/src/%04d.h".formatted(i)), 0644, Digest.ofBytes(new byte[0]), 0, false,
                    0));
        }
        DiscoveryResult.InputsFound all = new DiscoveryResult.InputsFound(new InputSet(inputs), false, Optional::empty);
        InputDiscovery hiding = new WithholdingDiscovery((_, _, _, _) -> all, 10, 7);
        List<Input> left = inputs(hiding);
        assertThat(left).hasSizeBetween(FILES * 85 / 100, FILES * 95 / 100).contains(inputs.getFirst())
                .isSubsetOf(inputs);
        assertThat(inputs(hiding)).isEqualTo(left);
        assertThat(inputs(new WithholdingDiscovery((_, _, _, _) -> all, 10, 8))).isNotEqualTo(left);
        assertThat(inputs(new WithholdingDiscovery((_, _, _, _) -> all, 100, 7))).containsExactly(inputs.getFirst());
    }

    @SuppressWarnings("NullAway") // the discovery below looks at none of them
    private static List<Input> inputs(InputDiscovery discovery) throws Exception {
        return ((DiscoveryResult.InputsFound) discovery.discover(null, "", null)).inputs().inputs();
    }
}
