package dev.floe.node.submitter.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.manifest.ManifestCache.ManifestLookup;
import dev.floe.node.cache.keys.PathNormalizer;
import dev.floe.node.submitter.context.CacheMissExplainer.KnownAction;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionKey;

/** Which differences to the most similar earlier compile are shown. */
final class CacheMissExplainerTest {
    private static final CommandCacheKeys KEYS = new CommandCacheKeys(Optional.empty(), new ActionKey(1, 2, 3, 4));

    private static KnownAction action(String toolchain, Map<String, String> environment, String... words) {
        return new KnownAction(KEYS, new PathNormalizer("/w", "", false), List.of(words), environment,
                Path.of("/w/a.c"), toolchain);
    }

    private static InputSet inputs(int bytes) {
        return new InputSet(List.of(new Input.File(Path.of("/w/a.c"), 0644, Digest.ofBytes(new byte[]{(byte) bytes}),
                0, false, 0)));
    }

    private static List<String> differences(KnownAction wanted, KnownAction... known) {
        List<ManifestLookup.Unchanged<KnownAction>> all = new ArrayList<>();
        for (KnownAction each : known) {
            all.add(new ManifestLookup.Unchanged<>(inputs(1), false, each));
        }
        return CacheMissExplainer.differences(wanted, inputs(1), all);
    }

    @Test
    void anArgumentThatOnlyOneHasIsNamed() {
        assertThat(differences(action("t", Map.of(), "gcc", "-O2"), action("t", Map.of(), "gcc", "-g")))
                .containsExactly("argument -O2 is not there", "argument -g is there alone");
    }

    @Test
    void theMostSimilarCompileIsTaken() {
        assertThat(differences(action("t", Map.of(), "gcc", "-O2"), action("u", Map.of(), "gcc", "-g", "-O1"),
                action("t", Map.of(), "gcc"))).containsExactly("argument -O2 is not there");
    }

    @Test
    void moreThanEightDifferencesAreCounted() {
        String[] words = new String[20];
        for (int i = 0; i < words.length; i++) {
            words[i] = "-D" + i;
        }
        assertThat(differences(action("t", Map.of(), words), action("t", Map.of(), "gcc"))).hasSize(9)
                .endsWith("and 13 more");
    }

    @Test
    void anotherSourceIsNotSimilar() {
        KnownAction other = new KnownAction(KEYS, new PathNormalizer("/w", "", false), List.of("gcc"), Map.of(),
                Path.of("/w/b.c"), "t");
        assertThat(differences(action("t", Map.of(), "gcc", "-O2"), other)).isEmpty();
    }

    @Test
    void anInputWithOtherBytesIsNamed() {
        KnownAction action = action("t", Map.of(), "gcc");
        assertThat(CacheMissExplainer.differences(action, inputs(2),
                List.of(new ManifestLookup.Unchanged<>(inputs(1), false, action)))).singleElement().asString()
                .contains("/w/a.c");
    }

    @Test
    void anotherToolchainOrVariableIsNamed() {
        assertThat(differences(action("t", Map.of("LANG", "C"), "gcc"), action("u", Map.of("LANG", "de"), "gcc")))
                .hasSize(2).anyMatch(line -> line.startsWith("toolchain")).anyMatch(line -> line.contains("LANG"));
    }
}
