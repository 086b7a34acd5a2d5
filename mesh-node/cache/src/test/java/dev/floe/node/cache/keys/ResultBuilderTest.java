package dev.floe.node.cache.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.command.observation.PathSet;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.content.ContentStore;

final class ResultBuilderTest {
    private static final WireObservation OBSERVED = observation("/home/a/p/x.h", "/home/a/p/src/../y.h", "/usr/z.h");

    @TempDir
    private Path directory;

    private static WireObservation observation(String... missed) {
        try {
            return new WireObservation("", PathSet.encode(List.of(missed)), List.of("CPATH"), List.of("PATH"),
                    List.of("RANDOM:cc1"), PathSet.encode(List.of("/home/a/p/inc")),
                    PathSet.encode(List.of("/home/a/p/inc/a.h")), new byte[]{5});
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private ActionResult make(String root, String object, @Nullable WireObservation observation) throws IOException {
        return make("/home/a/p/src", root, object, observation);
    }

    private ActionResult make(String cwd, String root, String object, @Nullable WireObservation observation)
            throws IOException {
        Offer offer = new Offer("a/1", "a", "/usr/bin/cc", List.of("cc", "-c", "x.c"), cwd, List.of(), 022,
                "ab".repeat(32), List.of(), List.of(), 0, 0, "", true, root, false);
        try (ContentStore store = ContentStore.open(directory.resolve("store"), 1 << 20)) {
            Path file = Files.writeString(directory.resolve("x.o"), object);
            Path empty = Files.writeString(directory.resolve("empty"), "");
            return new ResultBuilder(store, "n").make(offer,
                    List.of(new ResultBuilder.OutputFileOnDisk(cwd + "/x.o", 0644, file, Digest.ofFile(file))), empty,
                    empty,
                    Duration.ZERO, observation).result();
        }
    }

    @Test
    void namesWhatWasMissedAsItNamesOutputs() throws IOException {
        ActionResult portable = make("/home/a/p", "code", OBSERVED);
        assertThat(portable.files().getFirst().path()).isEqualTo("@d/x.o");
        assertThat(PathSet.decode(Objects.requireNonNull(portable.observed()).missed()))
                .containsExactlyInAnyOrder("@r/x.h", "@d/../y.h", "/usr/z.h");
        assertThat(PathSet.decode(portable.observed().listed())).containsExactly("@r/inc");
        assertThat(PathSet.decode(portable.observed().listedNames())).containsExactly("@r/inc/a.h");
        assertThat(portable.observed().used()).containsExactly(5);
        assertThat(portable.observed().missingVariables()).containsExactly("CPATH");
        assertThat(portable.observed().presentVariables()).containsExactly("PATH");
        assertThat(portable.observed().queries()).containsExactly("RANDOM:cc1");
        for (ActionResult exact : List.of(make("", "code", OBSERVED), make("/home/a/p", "in /home/a/p", OBSERVED))) {
            assertThat(exact.files().getFirst().path()).isEqualTo("/home/a/p/src/x.o");
            assertThat(Objects.requireNonNull(exact.observed()).missed()).isEqualTo(OBSERVED.missed());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/home/gr öße/p", "in \"/home/gr \\u00F6\\u00DFe/p\"",
            "in \"/home/gr \\xc3\\xb6\\xc3\\x9fe/p\"",
            "/home/gr\\ öße/p/x.h:", "file:///home/gr%20%C3%B6%C3%9Fe/p/", "\"/home/gr \\303\\266\\303\\237e/p\"",
            "\"/home/gr\\040\\303\\266\\303\\237e/p\""})
    void aPlaceIsFoundHoweverAnOutputEscapesIt(String output) throws IOException {
        String root = "/home/gr öße/p";
        assertThat(make(root + "/src", root, output, null).files().getFirst().path()).isEqualTo(root + "/src/x.o");
        assertThat(make(root + "/src", root, "/usr/e/p", null).files().getFirst().path()).isEqualTo("@d/x.o");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/home/a b/p", "/home/a$b/p", "/home/a#b/p", "/home/a\"b/p", "/home/a\\b/p", "/home/a'b/p",
            "/home/a%b/p", "/home/a:b/p", "/home/a\tb/p", "/home/a\1b/p", "/home/a&b/p", "/home/a=b/p"})
    void aPlaceWithCharactersThatAreEscapedIsFoundByTheOthers(String root) throws IOException {
        assertThat(make(root + "/src", root, "/home/a?b/p", null).files().getFirst().path())
                .isEqualTo(root + "/src/x.o");
    }

    @Test
    void saysOfACommandThatWasNotObservedThatItWasNot() throws IOException {
        assertThat(make("/home/a/p", "code", null).observed()).isNull();
    }
}
