package dev.floe.node.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ResultContent;

/** Which results are not used after an audit. */
final class AuditFindingsTest {
    private static final ActionKey KEY = new ActionKey(1, 2, 3, 4);

    @TempDir
    Path directory;
    private AuditFindings findings;

    @BeforeEach
    void open() throws IOException {
        findings = new AuditFindings(Quarantine.open(directory.resolve("quarantine")));
    }

    private static ActionResult by(String maker) {
        return new ActionResult(ResultContent.Inline.NONE, ResultContent.Inline.NONE, List.of(), maker, Duration.ZERO);
    }

    @Test
    void aKeyWhoseCompileDoesNotRepeatItselfIsDoubted() {
        assertThat(findings.about(KEY)).isEmpty();
        findings.markNonDeterministic(KEY);
        findings.markNonDeterministic(KEY);
        assertThat(findings.about(KEY)).isPresent();
        assertThat(findings.about(new ActionKey(1, 2, 3, 5))).isEmpty();
        assertThat(findings.nonDeterministic()).isEqualTo(1);
    }

    @Test
    void theOldestKeyGoesWhenThereAreTooMany() {
        for (int i = 0; i <= 10_000; i++) {
            findings.markNonDeterministic(new ActionKey(0, 0, 0, i));
        }
        assertThat(findings.nonDeterministic()).isEqualTo(10_000);
        assertThat(findings.about(new ActionKey(0, 0, 0, 0))).isEmpty();
        assertThat(findings.about(new ActionKey(0, 0, 0, 10_000))).isPresent();
    }

    @Test
    void aResultOfAMakerInQuarantineIsDoubted() throws IOException {
        findings.quarantine().add(new Quarantine.QuarantineEntry("0b", "n2", Instant.EPOCH, KEY, "a.c"));
        assertThat(findings.about(by("0b"))).contains("its maker n2 is in quarantine");
        assertThat(findings.about(by("n2"))).as("a name is no id").isEmpty();
        findings.quarantine().release("n2");
        assertThat(findings.about(by("0b"))).isEmpty();
    }
}
