package dev.floe.node.audit;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.audit.ResultAuditor.Ran;
import dev.floe.node.cache.MeshCache;
import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.submitter.AuditQueue.ServedResult;
import dev.floe.store.FailureText;
import dev.floe.store.actioncache.ActionKey;

/**
 * What follows when an audit differs from a result. The result goes in any case. If a second audit differs from the
 * first, the compile does not repeat itself and nobody is to blame. If both say the same, and they were run on two
 * nodes or here, the maker is.
 */
record AuditDecision(MeshCache cache, MeshGroup group, AuditFindings findings, QuarantineReports reports,
        InstantSource clock,
        String self) {
    private static final Logger LOG = LogManager.getLogger(AuditDecision.class);
    private static final int MAX_SHOWN = 5;

    /** Serves the result no more, whatever comes of it. */
    void evictSuspect(ActionKey key) {
        cache.evict(key);
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
            cache.evict(served.key());
            LOG.warn(
                    "{} from audits at {} and {}, which differ from each other in {}: the compile does not repeat itself; "
                            + "results are not used for it any more",
                    what, first.place().name(), other.place().name(),
                    shown(between));
        } else if (served.result().maker().equals(self)) {
            cache.evict(served.key());
            LOG.error(
                    "{} from audits at {} and {}, which agree: this node itself has made a wrong result; it is dropped; "
                            + "look at this machine's memory and disk",
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
        cache.evict(served.key());
        LOG.error(
                "{} (key {}) from audits at {} and {}, which agree: {} is in quarantine, and its results are not used here "
                        + "any more; when it is mended run: floe cache unquarantine {}",
                what, served.key(), first.place().name(),
                second.place().name(), name, name);
        reports.tell(entry);
    }

    /** Free of what could deceive in a log. */
    private String nameOf(String maker) {
        return group.roster().peers().stream().filter(peer -> peer.info().id().toString().equals(maker))
                .map(peer -> peer.info().name()).findFirst()
                .orElse(maker.replaceAll("[^A-Za-z0-9._-]", "?"));
    }

    private static String shown(List<String> files) {
        String some = String.join(" ", files.subList(0, Math.min(MAX_SHOWN, files.size())))
                .replaceAll("\\p{Cntrl}", "?");
        return files.size() > MAX_SHOWN ? some + " and " + (files.size() - MAX_SHOWN) + " more" : some;
    }
}
