package dev.floe.node.cache.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionKey;

/** What a key depends on, and what it does not. */
final class ActionKeyCalculatorTest {
    private static final byte[] ONE = Digest.ofBytes(new byte[]{1}).hash();
    private static final byte[] TWO = Digest.ofBytes(new byte[]{2}).hash();

    /** An offer of which each part can be changed. */
    private static final class Draft {
        String toolchain = "t";
        String program = "/usr/bin/gcc";
        String directory = "/home/a/p/build";
        String root = "";
        boolean mapped;
        int umask = 022;
        String terminal = "";
        final List<String> argv = new ArrayList<>(List.of("gcc", "-c", "M.c"));
        final Map<String, String> environment = new TreeMap<>(Map.of("LANG", "C", "PATH", "/usr/bin"));
        final List<String> outputs = new ArrayList<>(List.of("/home/a/p/build"));
        final List<WireInput> inputs = new ArrayList<>(List.of(file("/home/a/p/build/M.c", ONE)));

        Offer offer() {
            List<String> variables = environment.entrySet().stream()
                    .map(variable -> variable.getKey() + "=" + variable.getValue()).toList();
            return new Offer("job", "n1", program, argv, directory, variables, umask, toolchain, inputs, outputs, 1000,
                    1, terminal, true, root, mapped);
        }

        ActionKey key() {
            return ActionKeyCalculator.of(offer(), PathNormalizer.of(offer()));
        }
    }

    private static WireInput file(String path, byte[] hash) {
        return new WireInput(InputKind.FILE, path, 0644, hash, 1, "", 0, 0);
    }

    private static WireInput twin(String path, long mtime, int group) {
        return new WireInput(InputKind.PRIVATE_FILE, path, 0644, ONE, 1, "", mtime, group);
    }

    private static Draft draft(String change) {
        Draft draft = new Draft();
        switch (change) {
            case "toolchain" -> draft.toolchain = "u";
            case "program" -> draft.program = "/usr/bin/gcc-12";
            case "directory" -> draft.directory = "/home/a/p/other";
            case "argument" -> draft.argv.add("-O2");
            case "order of arguments" -> draft.argv.reversed().sort(null);
            case "variable" -> draft.environment.put("SOURCE_DATE_EPOCH", "1");
            case "value of a variable" -> draft.environment.put("LANG", "de_DE");
            case "directory of the driver in PATH" -> draft.environment.put("PATH", "/usr/local/bin:/usr/bin");
            case "umask" -> draft.umask = 077;
            case "terminal" -> draft.terminal = "1:80:25";
            case "output directory" -> draft.outputs.add("/home/a/p/o");
            case "bytes of an input" -> draft.inputs.set(0, file("/home/a/p/build/M.c", TWO));
            case "path of an input" -> draft.inputs.set(0, file("/home/a/p/build/N.c", ONE));
            case "further input" -> draft.inputs.add(file("/home/a/p/build/a.h", ONE));
            case "further directory" -> draft.inputs
                    .add(new WireInput(InputKind.DIRECTORY, "/home/a/p/inc", 0755, new byte[0], 0, "", 0, 0));
            case "link" -> draft.inputs
                    .add(new WireInput(InputKind.LINK, "/home/a/p/l", 0, new byte[0], 0, "build", 0, 0));
            default -> throw new IllegalArgumentException(change);
        }
        return draft;
    }

    @ParameterizedTest
    @ValueSource(strings = {"toolchain", "program", "directory", "argument", "order of arguments", "variable",
            "value of a variable", "directory of the driver in PATH", "umask", "terminal", "output directory",
            "bytes of an input", "path of an input", "further input", "further directory", "link"})
    void theKeyDependsOn(String change) {
        assertThat(draft(change).key()).isNotEqualTo(new Draft().key());
    }

    private static void assertSame(UnaryOperator<Draft> change) {
        assertThat(change.apply(new Draft()).key()).isEqualTo(new Draft().key());
    }

    @Test
    void theKeyDoesNotDependOnWhatCannotReachAResult() {
        assertSame(draft -> {
            draft.inputs.set(0, new WireInput(InputKind.FILE, "/home/a/p/build/M.c", 0600, ONE, 1, "", 17, 0));
            return draft;
        });
        assertSame(draft -> {
            draft.environment.put("PATH", "/home/a/bin:/usr/bin:/opt/tools");
            return draft;
        });
    }

    @Test
    void theTargetOfALinkCounts() {
        Draft other = draft("link");
        other.inputs.set(1, new WireInput(InputKind.LINK, "/home/a/p/l", 0, new byte[0], 0, "src", 0, 0));
        assertThat(other.key()).isNotEqualTo(draft("link").key());
    }

    private static ActionKey twins(long mtime, long otherMtime, int group, int otherGroup) {
        Draft draft = new Draft();
        draft.inputs.add(twin("/home/a/p/x.h", mtime, group));
        draft.inputs.add(twin("/home/a/p/y.h", otherMtime, otherGroup));
        return draft.key();
    }

    @Test
    void ofFilesThatMayBeTakenForOneAnotherItCountsWhichAreEqual() {
        assertThat(twins(5, 5, 0, 0)).isEqualTo(twins(9, 9, 0, 0)).isNotEqualTo(twins(5, 6, 0, 0));
        assertThat(twins(5, 5, 3, 3)).isEqualTo(twins(5, 5, 4, 4)).isNotEqualTo(twins(5, 5, 3, 4))
                .isNotEqualTo(twins(5, 5, 0, 0));
    }

    private static Draft at(String root, boolean mapped) {
        Draft draft = new Draft();
        draft.root = root;
        draft.mapped = mapped;
        draft.directory = root + "/build";
        draft.outputs.set(0, root + "/build");
        draft.inputs.set(0, file(root + "/build/M.c", ONE));
        draft.argv.add(mapped ? "-ffile-prefix-map=" + root + "=." : "-Iinc");
        draft.environment.put("PWD", root + "/build");
        return draft;
    }

    @Test
    void aPortableKeyIsTheSameWhereverTheProjectLies() {
        assertThat(at("/home/a/p", false).key()).isEqualTo(at("/srv/longer/name", false).key());
        assertThat(at("/home/a/p", true).key()).isEqualTo(at("/srv/longer/name", true).key());
        assertThat(at("/home/a/p", true).key()).isNotEqualTo(at("/home/a/p", false).key());
    }

    @Test
    void aPortableKeyIsNoExactOne() {
        Offer offer = at("/home/a/p", false).offer();
        PathNormalizer normalizer = PathNormalizer.of(offer);
        assertThat(ActionKeyCalculator.of(offer, normalizer))
                .isNotEqualTo(ActionKeyCalculator.of(offer, normalizer.exact()));
    }

    @Test
    void directoriesThatOnlyLeadToAPortableProjectDoNotCount() {
        Draft draft = at("/home/a/p", false);
        draft.inputs.addFirst(new WireInput(InputKind.DIRECTORY, "/home", 0755, new byte[0], 0, "", 0, 0));
        assertThat(draft.key()).isEqualTo(at("/home/a/p", false).key());
    }

    @Test
    void whatLiesBesideAPortableProjectCountsWithThePlace() {
        Draft one = at("/home/a/p", false);
        one.inputs.add(file("/home/a/p-common/a.h", ONE));
        Draft other = at("/home/a/q", false);
        other.inputs.add(file("/home/a/p-common/a.h", ONE));
        assertThat(one.key()).isNotEqualTo(other.key());
    }

    @Test
    void aMappedProjectCountsWhereItsDirectoryLies() {
        Draft deeper = at("/home/a/p", true);
        deeper.directory = "/home/a/p/build/deep";
        Draft elsewhere = at("/home/a/p", true);
        elsewhere.directory = "/home/a/p/other/deep";
        assertThat(deeper.key()).isNotEqualTo(elsewhere.key());
    }

    @Test
    void theKeyOfAManifestDependsOnNamedFilesAndWords() {
        Offer offer = new Draft().offer();
        PathNormalizer normalizer = PathNormalizer.of(offer);
        ActionKey key = ActionKeyCalculator.ofManifest(offer, normalizer, List.of("/a"), List.of("-c"));
        assertThat(key).isEqualTo(ActionKeyCalculator.ofManifest(offer, normalizer, List.of("/a"), List.of("-c")))
                .isNotEqualTo(ActionKeyCalculator.ofManifest(offer, normalizer, List.of("/b"), List.of("-c")))
                .isNotEqualTo(ActionKeyCalculator.ofManifest(offer, normalizer, List.of("/a"), List.of("-C")))
                .isNotEqualTo(ActionKeyCalculator.ofManifest(offer, normalizer, List.of(), List.of("/a", "-c")))
                .isNotEqualTo(ActionKeyCalculator.of(offer, normalizer));
    }

    /** The inputs of a command in {@code directory} that has a header beside that directory, as a liar orders them. */
    private static Draft beside(String directory) {
        Draft draft = new Draft();
        draft.root = "/home/a/p";
        draft.directory = directory;
        draft.argv.add("-I..");
        draft.outputs.set(0, directory);
        draft.inputs.set(0, file(directory + "/M.c", ONE));
        draft.inputs.add(file("/home/a/p/src/config.h", ONE));
        return draft;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/home/a/p/other/sub", "/elsewhere/sub", "/elsewhere/src/sub", "/home/a/p/src/../../q/sub",
            "/x"})
    void aDirectoryFromWhichOthersAreReachedGivesAnotherKey(String directory) {
        assertThat(beside("/home/a/p/src/sub").key()).isEqualTo(beside("/home/a/p/src/build").key())
                .isNotEqualTo(beside(directory).key());
    }

    @Test
    void aMappedRootThatACompilerWouldSplitIsNone() {
        assertThat(at("/home/a/p=q", true).key()).isNotEqualTo(at("/home/a/p", true).key());
        assertThat(at("/home/a/p=q", false).key()).isEqualTo(at("/home/a/p", false).key());
    }
}
