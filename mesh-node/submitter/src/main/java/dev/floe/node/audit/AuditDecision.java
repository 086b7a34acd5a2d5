package dev.floe.node.audit;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.audit.ResultAuditor.Ran;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.submitter.context.AuditQueue.ServedResult;
import dev.floe.store.FailureText;
import dev.floe.store.actioncache.ActionKey;

/**
 * Decides what follows when an audit differs from a result. The result goes in any case. If a second audit differs from
 * the first, the compile does not repeat itself and nobody is to blame. If both say the same, and they were run on two
 * nodes or here, the maker is.
 *
 * @param evict  drops the result of a key on this node
 * @param roster the nodes of the mesh now
 * @param self   id of this node
 */
record AuditDecision(Consumer<ActionKey> evict, Supplier<Roster> roster, AuditFindings findings,
        QuarantineReports reports, InstantSource clock, String self) {
    private static final Logger LOG = LogManager.getLogger(AuditDecision.class);
    private static final int MAX_SHOWN = 5;

    /** Serves the result no more, whatever comes of it. */
    void evictSuspect(ActionKey key) {
        evict.accept(key);
    }

    void decide(ServedResult served, OutputDigests known, Ran first, Optional<Ran> second) {
        String what = "result=" + served.key().brief() + " source=" + served.source() + " maker="
                + nameOf(served.result().maker()) + " differs in " + shown(known.differing(first.outputs()));
        if (second.isEmpty()) {
            LOG.warn("{} from an audit at {}; no other node can confirm it; dropped", what, first.place().name());
            return;
        }
        Ran other = second.get();
        List<String> between = first.outputs().differing(other.outputs());
        if (!between.isEmpty()) {
            findings.markNonDeterministic(served.key());
            evict.accept(served.key());
            LOG.warn(
                    "{} from audits at {} and {}, which differ in {}: the compile is not deterministic; "
                            + "its results are no longer used",
                    what, first.place().name(), other.place().name(),
                    shown(between));
        } else if (served.result().maker().equals(self)) {
            evict.accept(served.key());
            LOG.error(
                    "{} from audits at {} and {}, which agree: this node produced a wrong result, which is dropped; "
                            + "check this machine's memory and disk",
                    what, first.place().name(), other.place().name());
        } else if (!other.place().self() && other.place().id().equals(first.place().id())) {
            LOG.warn("{} from two audits at {}; no third node can say which of the two is wrong; dropped", what,
                    first.place().name());
        } else {
            quarantine(served, what, first, other);
        }
    }

    private void quarantine(ServedResult served, String what, Ran first, Ran second) {
        String maker = served.result().maker();
        String name = nameOf(maker);
        Quarantine.QuarantineEntry entry = new Quarantine.QuarantineEntry(maker, name, clock.instant(), served.key(),
                served.source());
        try {
            findings.quarantine().add(entry);
        } catch (IOException e) {
            LOG.error("cannot persist the quarantine of {}; it will be lost at restart: {}", name,
                    FailureText.of(e));
        }
        evict.accept(served.key());
        LOG.error(
                "{} (key {}) from audits at {} and {}, which agree: {} is in quarantine, and its results are not "
                        + "used here "
                        + "any more; when that machine is repaired, run: floe cache unquarantine {}",
                what, served.key(), first.place().name(),
                second.place().name(), name, name);
        reports.tell(entry);
    }

    /** Free of what could deceive in a log. */
    private String nameOf(String maker) {
        return roster.get().nameOf(maker).orElse(maker.replaceAll("[^A-Za-z0-9._-]", "?"));
    }

    private static String shown(List<String> files) {
        String some = String.join(" ", files.subList(0, Math.min(MAX_SHOWN, files.size())))
                .replaceAll("\\p{Cntrl}", "?");
        return files.size() > MAX_SHOWN ? some + " and " + (files.size() - MAX_SHOWN) + " more" : some;
    }
}
