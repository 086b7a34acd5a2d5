package dev.floe.node.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.node.cache.Anchors;
import dev.floe.store.Digest;
import dev.floe.store.action.ActionResult;
import dev.floe.store.action.ActionResult.OutputFile;
import dev.floe.store.action.Content;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutputsTest {
    private static final Anchors HERE = new Anchors("/home/me/p", "/home/me/p", false);

    private static ActionResult result(String printed, OutputFile... files) {
        return new ActionResult(new Content.Inline(printed.getBytes(UTF_8)), Content.Inline.NONE, List.of(files), "b",
                Duration.ZERO);
    }

    private static OutputFile file(String path, int mode, String bytes) {
        return new OutputFile(path, mode, new Content.Inline(bytes.getBytes(UTF_8)), "");
    }

    @Test
    void areTheSameWhereverTheBytesAreKept() throws IOException {
        Outputs inline = Outputs.of(result("", file("@d/x.o", 0644, "object")), HERE);
        Outputs stored = Outputs.of(result("", new OutputFile("/home/me/p/x.o", 0644,
                new Content.Stored(Digest.ofBytes("object".getBytes(UTF_8))), "")), HERE);
        assertThat(inline.differing(stored)).isEmpty();
        assertThat(inline.files()).containsKey("/home/me/p/x.o");
    }

    @Test
    void tellWhichFilesDiffer() throws IOException {
        Outputs one = Outputs.of(result("said", file("/w/a", 0644, "a"), file("/w/b", 0644, "b"),
                file("/w/c", 0644, "c")), HERE);
        assertThat(one.differing(one)).isEmpty();
        assertThat(one.differing(Outputs.of(result("says", file("/w/a", 0644, "A"), file("/w/b", 0755, "b"),
                file("/w/d", 0644, "d")), HERE)))
                .containsExactly(Outputs.PRINTED, "/w/a", "/w/b", "/w/c", "/w/d");
    }

    @Test
    void areNotThoseOfAResultWithoutAPlaceHere() {
        assertThatThrownBy(() -> Outputs.of(result("", file("@x/x.o", 0644, "")), HERE))
                .isInstanceOf(IOException.class);
    }
}
