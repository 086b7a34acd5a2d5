package dev.floe.node.control;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.floe.node.Node;
import dev.floe.node.audit.Auditor;
import dev.floe.node.audit.Quarantine;
import dev.floe.node.cache.MeshCache;
import dev.floe.node.cache.Stats;
import dev.floe.node.submit.WrapperSocket.LineSink;
import dev.floe.store.ContentStore;
import dev.floe.store.action.ActionKey;
import dev.floe.store.action.ActionResult;

/** What this node holds of the mesh's cache, and what its user can do about it. Says how far it is where it takes long. */
final class CacheReport {
    private static final int EACH = 1000;

    private final Node node;
    private final MeshCache cache;

    CacheReport(Node node) {
        this.node = node;
        this.cache = node.cache();
    }

    void stats(boolean json, LineSink lines) throws IOException {
        Stats now = cache.stats();
        ContentStore.Stats store = node.store().stats();
        long asked = now.localHits() + now.fetchedHits() + now.misses();
        if (json) {
            lines.accept(Json.object(out -> {
                out.writeNumberField("localHits", now.localHits());
                out.writeNumberField("fetchedHits", now.fetchedHits());
                out.writeNumberField("misses", now.misses());
                out.writeNumberField("fetchFailures", now.fetchFailures());
                out.writeNumberField("waits", now.waits());
                out.writeNumberField("waitHits", now.waitHits());
                out.writeNumberField("claims", now.claims());
                out.writeNumberField("copiesSent", now.copiesSent());
                out.writeNumberField("copiesReceived", now.copiesReceived());
                out.writeNumberField("fetchedBytes", now.fetchedBytes());
                out.writeNumberField("servedBytes", now.servedBytes());
                out.writeNumberField("entries", now.entries());
                out.writeNumberField("storeBytes", store.bytes());
                out.writeNumberField("storeMaxBytes", store.maxBytes());
                out.writeNumberField("refused", now.refused());
                writeAudits(out);
                out.writeNumberField("storeEvicted", store.evicted());
                out.writeNumberField("storeDamaged", store.damaged());
            }));
            return;
        }
        lines.accept("use: " + (node.cacheUses().isEmpty() ? "off" : node.cacheUses()));
        lines.accept(String.format(Locale.ROOT,
                "asked since the start: %d; %d held here, %d fetched, %d not there (%.1f %% found)",
                asked, now.localHits(), now.fetchedHits(), now.misses(),
                asked == 0 ? 0.0 : 100.0 * (now.localHits() + now.fetchedHits()) / asked));
        lines.accept("waited for another build: " + now.waits() + " times, with a result in " + now.waitHits());
        lines.accept("fetches that failed: " + now.fetchFailures() + "; bytes fetched: " + now.fetchedBytes()
                + ", given to others: " + now.servedBytes());
        lines.accept("second copies sent: " + now.copiesSent() + ", received: " + now.copiesReceived());
        lines.accept("results held: " + now.entries() + "; of peers' refused: " + now.refused());
        audits(lines);
        lines.accept(
                "store: " + (store.bytes() >> 20) + " MiB of " + (store.maxBytes() >> 20) + " in " + store.entries()
                        + " files, toolchains' inputs among them; " + store.evicted() + " evicted, " + store.damaged()
                        + " found damaged");
    }

    private void writeAudits(JsonGenerator out) throws IOException {
        Auditor.Counts audits = node.audits().counts();
        out.writeNumberField("auditsDone", audits.done());
        out.writeNumberField("auditsAgreed", audits.agreed());
        out.writeNumberField("auditsDiffered", audits.differed());
        out.writeNumberField("auditsSkipped", audits.skipped());
        out.writeNumberField("unsteady", node.findings().unsteady());
        out.writeNumberField("reportsHeard", audits.heard());
        out.writeArrayFieldStart("quarantined");
        for (Quarantine.Entry entry : node.findings().quarantine().all()) {
            out.writeStartObject();
            out.writeStringField("maker", entry.maker());
            out.writeStringField("name", entry.name());
            out.writeStringField("since", entry.since().toString());
            out.writeStringField("key", entry.key().toString());
            out.writeStringField("source", entry.source());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void audits(LineSink lines) throws IOException {
        Auditor.Counts audits = node.audits().counts();
        lines.accept("audits: " + audits.done() + " done, " + audits.agreed() + " agreed, " + audits.differed()
                + " differed, " + audits.skipped() + " skipped; compiles that do not repeat themselves: "
                + node.findings().unsteady() + "; reports of other nodes: " + audits.heard());
        for (Quarantine.Entry entry : node.findings().quarantine().all()) {
            lines.accept("quarantined: " + entry.name() + " (" + entry.maker() + ") since " + entry.since()
                    + " for " + entry.key().brief() + " of " + entry.source().replaceAll("\\p{Cntrl}", "?")
                    + "; to trust it again: floe cache trust " + entry.name());
        }
    }

    /** @param maker by name or id */
    void trust(String maker, LineSink lines) throws IOException {
        List<Quarantine.Entry> lifted = node.findings().quarantine().lift(maker);
        if (lifted.isEmpty()) {
            throw new IOException("no maker " + maker + " is in quarantine here; see: floe cache stats");
        }
        for (Quarantine.Entry entry : lifted) {
            lines.accept("trusted again: " + entry.name() + " (" + entry.maker() + ")");
        }
    }

    /** Drops all results that this node holds, with their bytes. */
    void clear(LineSink lines) throws IOException {
        List<ActionKey> keys = cache.keys();
        int done = 0;
        for (ActionKey key : keys) {
            drop(key);
            progress("dropped", ++done, keys.size(), lines);
        }
        lines.accept("dropped " + done + " results here; other nodes keep theirs");
    }

    /** @param beginning of one key or more, or {@code maker=ID} */
    void evict(String beginning, LineSink lines) throws IOException {
        if (beginning.isEmpty()) {
            throw new IOException(
                    "missing KEY or --maker NODE: the beginning of a key, as floe explain shows it, or a node");
        }
        int done = 0;
        for (ActionKey key : cache.keys()) {
            if (isMeant(key, beginning)) {
                drop(key);
                done++;
            }
        }
        lines.accept("dropped " + done + " results here");
        if (done == 0) {
            throw new IOException("no result here is " + beginning);
        }
    }

    private boolean isMeant(ActionKey key, String beginning) {
        if (!beginning.startsWith("maker=")) {
            return key.toString().startsWith(beginning.toLowerCase(Locale.ROOT));
        }
        Optional<ActionResult> result = cache.peek(key);
        String maker = beginning.substring("maker=".length());
        return result.isPresent() && (result.get().maker().equals(maker)
                || node.outlook().name(result.get().maker()).equals(maker));
    }

    private void drop(ActionKey key) throws IOException {
        Optional<ActionResult> result = cache.peek(key);
        cache.evict(key);
        if (result.isPresent()) {
            for (var digest : result.get().stored()) {
                node.store().remove(digest);
            }
        }
    }

    /** Reads every byte of every result. */
    void verify(LineSink lines) throws IOException {
        List<ActionKey> keys = cache.keys();
        int done = 0;
        int damaged = 0;
        for (ActionKey key : keys) {
            if (!cache.verify(key)) {
                damaged++;
                lines.accept("dropped " + key.brief() + ": damaged, or some of its bytes are gone");
            }
            progress("read", ++done, keys.size(), lines);
        }
        lines.accept("read " + done + " results; " + damaged + " dropped, " + (done - damaged) + " whole");
    }

    private static void progress(String what, int done, int all, LineSink lines) throws IOException {
        if (done % EACH == 0) {
            lines.accept(what + " " + done + " of " + all);
        }
    }
}
