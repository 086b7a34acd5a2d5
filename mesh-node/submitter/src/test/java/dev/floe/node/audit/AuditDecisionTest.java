package dev.floe.node.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.audit.AuditExecutorSelector.AuditLocation;
import dev.floe.node.audit.OutputDigests.ProducedFile;
import dev.floe.node.audit.ResultAuditor.Ran;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.rpc.EventLoops;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.submitter.context.AuditQueue.ServedResult;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ResultContent;

/** Who is to blame when an audit differs from a result. */
final class AuditDecisionTest {
    private static final ActionKey KEY = new ActionKey(1, 2, 3, 4);
    private static final String SELF = "0a";
    private static final Offer OFFER = new Offer("1", "n1", "/usr/bin/cc", List.of("cc"), "/w", List.of(), 022, "t",
            List.of(), List.of(), 1, 1, "", false, "", false);

    @TempDir
    Path directory;
    private final EventLoops loops = EventLoops.started(1);
    private final List<ActionKey> evicted = new ArrayList<>();
    private AuditFindings findings;
    private AuditDecision decision;

    @BeforeEach
    void open() throws IOException {
        findings = new AuditFindings(Quarantine.open(directory.resolve("quarantine")));
        Roster nobody = new Roster(List.of());
        decision = new AuditDecision(evicted::add, () -> nobody, findings,
                new QuarantineReports(() -> nobody, new PeerConnections(loops, Optional.empty()), () -> 0),
                () -> Instant.EPOCH, SELF);
    }

    @AfterEach
    void close() {
        loops.close();
    }

    private static OutputDigests outputs(int object) {
        return new OutputDigests(new TreeMap<>(Map.of("/w/a.o",
                new ProducedFile(0644, Digest.ofBytes(new byte[]{(byte) object})))));
    }

    private static Ran at(String id, int object) {
        return new Ran(new AuditLocation(id, "n-" + id, () -> {
            throw new IOException("not opened");
        }, id.isEmpty()), outputs(object));
    }

    /** A result of a maker, whose object is number 1, differs from a first audit and is audited once more. */
    private void decide(String maker, Ran first, Optional<Ran> second) {
        ActionResult result = new ActionResult(ResultContent.Inline.NONE, ResultContent.Inline.NONE, List.of(), maker,
                Duration.ZERO);
        decision.decide(new ServedResult(OFFER, KEY, result, "a.c", true), outputs(1), first, second);
    }

    private List<String> quarantined() {
        return findings.quarantine().all().stream().map(Quarantine.QuarantineEntry::maker).toList();
    }

    @Test
    void twoNodesThatAgreeBlameTheMaker() {
        decide("0b", at("0c", 2), Optional.of(at("0d", 2)));
        assertThat(quarantined()).containsExactly("0b");
        assertThat(evicted).containsExactly(KEY);
        assertThat(findings.about(KEY)).isEmpty();
    }

    @Test
    void aNodeAndThisOneThatAgreeBlameTheMaker() {
        decide("0b", at("0c", 2), Optional.of(at("", 2)));
        assertThat(quarantined()).containsExactly("0b");
    }

    @Test
    void oneNodeAloneBlamesNobody() {
        decide("0b", at("0c", 2), Optional.of(at("0c", 2)));
        assertThat(quarantined()).isEmpty();
        decide("0b", at("0c", 2), Optional.empty());
        assertThat(quarantined()).isEmpty();
        assertThat(findings.about(KEY)).isEmpty();
    }

    @Test
    void auditsThatDifferShowThatTheCompileDoesNotRepeatItself() {
        decide("0b", at("0c", 2), Optional.of(at("0d", 3)));
        assertThat(quarantined()).isEmpty();
        assertThat(findings.about(KEY)).isPresent();
        assertThat(evicted).containsExactly(KEY);
    }

    @Test
    void thisNodeDoesNotPutItselfIntoQuarantine() {
        decide(SELF, at("0c", 2), Optional.of(at("0d", 2)));
        assertThat(quarantined()).isEmpty();
        assertThat(evicted).containsExactly(KEY);
    }

    @Test
    void aSuspectIsServedNoMore() {
        decision.evictSuspect(KEY);
        assertThat(evicted).containsExactly(KEY);
    }
}
