package dev.floe.node.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.node.cache.keys.PathNormalizer;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResult.OutputFile;
import dev.floe.store.actioncache.ResultContent;

final class OutputDigestsTest {
    private static final PathNormalizer HERE = new PathNormalizer("/home/me/p", "/home/me/p", false);

    private static ActionResult result(String printed, OutputFile... files) {
        return new ActionResult(new ResultContent.Inline(printed.getBytes(UTF_8)), ResultContent.Inline.NONE,
                List.of(files), "b",
                Duration.ZERO);
    }

    private static OutputFile file(String path, int mode, String bytes) {
        return new OutputFile(path, mode, new ResultContent.Inline(bytes.getBytes(UTF_8)), "");
    }

    @Test
    void areTheSameWhereverTheBytesAreKept() throws IOException {
        OutputDigests inline = OutputDigests.of(result("", file("@d/x.o", 0644, "object")), HERE);
        OutputDigests stored = OutputDigests.of(result("", new OutputFile("/home/me/p/x.o", 0644,
                new ResultContent.Stored(Digest.ofBytes("object".getBytes(UTF_8))), "")), HERE);
        assertThat(inline.differing(stored)).isEmpty();
        assertThat(inline.files()).containsKey("/home/me/p/x.o");
    }

    @Test
    void tellWhichFilesDiffer() throws IOException {
        OutputDigests one = OutputDigests.of(result("said", file("/w/a", 0644, "a"), file("/w/b", 0644, "b"),
                file("/w/c", 0644, "c")), HERE);
        assertThat(one.differing(one)).isEmpty();
        assertThat(one.differing(OutputDigests.of(result("says", file("/w/a", 0644, "A"), file("/w/b", 0755, "b"),
                file("/w/d", 0644, "d")), HERE)))
                .containsExactly(OutputDigests.PRINTED, "/w/a", "/w/b", "/w/c", "/w/d");
    }

    @Test
    void areNotThoseOfAResultWithoutAPlaceHere() {
        assertThatThrownBy(() -> OutputDigests.of(result("", file("@x/x.o", 0644, "")), HERE))
                .isInstanceOf(IOException.class);
    }
}
