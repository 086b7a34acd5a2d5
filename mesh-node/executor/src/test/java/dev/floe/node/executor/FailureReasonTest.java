package dev.floe.node.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

/** What a submitter is told of a failure has no paths of the executor in it, and is short. */
class FailureReasonTest {
    private static final String DATA = "/home/Jane Doe/.local/share/floe";

    private final FailureReason reason = new FailureReason(
            Workbench.offer(List.of("/w"), "true", Workbench.directory("/w/include")),
            Path.of(DATA, "jobs", "17"));

    @Test
    void leavesOutPathsOfThisMachine() {
        for (String text : List.of("cannot read " + DATA + "/jobs/trees/0/root/w/x.o: Permission denied",
                "cannot start '/opt/tools/bwrap --dev /dev': no such file", "bwrap: Can't bind (/srv/x)",
                "at=/var/lib/floe")) {
            assertThat(reason.of(new IOException(text))).doesNotContain("Jane").doesNotContain("Doe")
                    .doesNotContain("root/").doesNotContain("/opt").doesNotContain("/srv").doesNotContain("/var")
                    .contains("(a file here)");
        }
        assertThat(reason.of(new IOException("cannot read " + DATA + "/store/ab: Permission denied")))
                .endsWith("Permission denied");
    }

    @Test
    void keepsPathsThatTheOfferNames() {
        assertThat(reason.of(new IOException("/w/include is there twice, below /w")))
                .isEqualTo("/w/include is there twice, below /w");
        assertThat(reason.of(new IOException("no more than 4 GiB/s"))).isEqualTo("no more than 4 GiB/s");
    }

    @Test
    void namesTheKindOfAnErrorOfAFile() {
        assertThat(reason.of(new NoSuchFileException(DATA + "/x"))).isEqualTo("a file is missing");
        assertThat(reason.of(new NoSuchFileException("/w/x", null, "input ab is not in the store")))
                .isEqualTo("a file is missing: input ab is not in the store");
        assertThat(reason.of(new AccessDeniedException("/srv/x"))).isEqualTo("a file may not be used");
        assertThat(reason.of(new FileSystemException("/srv/x", "/srv/y", "No space left on device")))
                .isEqualTo("a file cannot be used: No space left on device");
    }

    @Test
    void isShort() {
        assertThat(reason.of(new IOException("bwrap: " + "x".repeat(15_000)))).hasSizeLessThanOrEqualTo(500);
        assertThat(reason.of(new IOException((String) null))).isEqualTo("reading or writing failed");
        assertThat(reason.of(new IOException("a\nb"))).isEqualTo("a?b");
    }
}
