package dev.floe.node.submitter.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.WireOutput;
import dev.floe.node.submitter.LyingExecutor;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResult.OutputFile;
import dev.floe.store.actioncache.ResultContent;

/** An executor cannot have the submitter keep another result than it returned. */
final class LocalResultCopyTest {
    private static final byte[] OBJECT = "object".getBytes(StandardCharsets.UTF_8);
    private static final Digest DIGEST = Digest.ofBytes(OBJECT);
    private static final OutputFile FILE = new OutputFile("/w/M.o", 0644, new ResultContent.Inline(OBJECT), "");

    private static boolean isOf(OutputFile... files) {
        JobResult outcome = LyingExecutor.outcome(0, 0, 0,
                List.of(new WireOutput("/w/M.o", 0644, OBJECT.length, DIGEST.hash())));
        return LocalResultCopy.isOf(outcome,
                new ActionResult(ResultContent.Inline.NONE, ResultContent.Inline.NONE, List.of(files), "n",
                        Duration.ZERO));
    }

    @Test
    void aResultHasTheFilesThatWereReturned() {
        assertThat(isOf(FILE)).isTrue();
        assertThat(isOf(new OutputFile("@d/M.o", 0644, new ResultContent.Stored(DIGEST), ""))).isTrue();
        assertThat(isOf()).isFalse();
        assertThat(isOf(FILE, FILE)).isFalse();
        assertThat(isOf(new OutputFile("/w/M.o", 0755, new ResultContent.Inline(OBJECT), ""))).isFalse();
        assertThat(isOf(new OutputFile("/w/M.o", 0644, new ResultContent.Inline(new byte[1]), ""))).isFalse();
        assertThat(isOf(new OutputFile("/w/M.o", 0644, new ResultContent.Stored(Digest.ofBytes(new byte[1])), "")))
                .isFalse();
    }
}
