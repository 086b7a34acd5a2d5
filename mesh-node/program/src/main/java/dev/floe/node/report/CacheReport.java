package dev.floe.node.report;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.floe.node.Node;
import dev.floe.node.audit.Quarantine;
import dev.floe.node.audit.ResultAuditor;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.cache.transfer.CacheStats;
import dev.floe.node.report.format.ControlReport;
import dev.floe.node.report.format.JsonLine;
import dev.floe.node.submitter.NodeSocketServer.LineSink;
import dev.floe.store.content.ContentStore;

/**
 * The report of what this node holds of the mesh's cache, and of lookups since its start.
 *
 * @param uses     what builds may do with it
 * @param unsteady compiles that do not repeat themselves
 */
public record CacheReport(Set<CacheMode> uses, CacheStats cache, ContentStore.Stats store,
        ResultAuditor.AuditCounts audits,
        long unsteady,
        List<Quarantine.QuarantineEntry> quarantined) implements ControlReport {
    public CacheReport {
        uses = Set.copyOf(uses);
        quarantined = List.copyOf(quarantined);
    }

    static CacheReport of(Node node) {
        return new CacheReport(node.cacheUses(), node.cache().stats(), node.store().stats(), node.audits().counts(),
                node.findings().nonDeterministic(), node.findings().quarantine().all());
    }

    @Override
    public void json(LineSink lines) throws IOException {
        lines.accept(JsonLine.object(out -> {
            out.writeArrayFieldStart("use");
            for (CacheMode use : uses.stream().sorted().toList()) {
                out.writeString(use.name().toLowerCase(Locale.ROOT));
            }
            out.writeEndArray();
            out.writeNumberField("localHits", cache.localHits());
            out.writeNumberField("fetchedHits", cache.fetchedHits());
            out.writeNumberField("misses", cache.misses());
            out.writeNumberField("fetchFailures", cache.fetchFailures());
            out.writeNumberField("waits", cache.waits());
            out.writeNumberField("waitHits", cache.waitHits());
            out.writeNumberField("claims", cache.claims());
            out.writeNumberField("copiesSent", cache.copiesSent());
            out.writeNumberField("copiesReceived", cache.copiesReceived());
            out.writeNumberField("fetchedBytes", cache.fetchedBytes());
            out.writeNumberField("servedBytes", cache.servedBytes());
            out.writeNumberField("entries", cache.entries());
            out.writeNumberField("storeEntries", store.entries());
            out.writeNumberField("storeBytes", store.bytes());
            out.writeNumberField("storeMaxBytes", store.maxBytes());
            out.writeNumberField("refused", cache.refused());
            writeAudits(out);
            out.writeNumberField("storeEvicted", store.evicted());
            out.writeNumberField("storeDamaged", store.damaged());
        }));
    }

    private void writeAudits(JsonGenerator out) throws IOException {
        out.writeNumberField("auditsDone", audits.done());
        out.writeNumberField("auditsAgreed", audits.agreed());
        out.writeNumberField("auditsDiffered", audits.differed());
        out.writeNumberField("auditsSkipped", audits.skipped());
        out.writeNumberField("unsteady", unsteady);
        out.writeNumberField("reportsHeard", audits.heard());
        out.writeArrayFieldStart("quarantined");
        for (Quarantine.QuarantineEntry entry : quarantined) {
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

    @Override
    public void text(LineSink lines) throws IOException {
        long hits = cache.localHits() + cache.fetchedHits();
        long asked = hits + cache.misses();
        lines.accept("use: " + (uses.isEmpty() ? "off" : uses.stream().sorted().toList()));
        lines.accept(String.format(Locale.ROOT,
                "asked since the start: %d; %d held here, %d fetched, %d not there (%.1f %% found)", asked,
                cache.localHits(), cache.fetchedHits(), cache.misses(), asked == 0 ? 0.0 : 100.0 * hits / asked));
        lines.accept("waited for another build: " + cache.waits() + " times, with a result in " + cache.waitHits());
        lines.accept("fetches that failed: " + cache.fetchFailures() + "; bytes fetched: " + cache.fetchedBytes()
                + ", given to others: " + cache.servedBytes());
        lines.accept("second copies sent: " + cache.copiesSent() + ", received: " + cache.copiesReceived());
        lines.accept("results held: " + cache.entries() + "; of peers' refused: " + cache.refused());
        lines.accept("audits: " + audits.done() + " done, " + audits.agreed() + " agreed, " + audits.differed()
                + " differed, " + audits.skipped() + " skipped; compiles that do not repeat themselves: " + unsteady
                + "; reports of other nodes: " + audits.heard());
        for (Quarantine.QuarantineEntry entry : quarantined) {
            lines.accept("quarantined: " + entry.name() + " (" + entry.maker() + ") since " + entry.since() + " for "
                    + entry.key().brief() + " of " + entry.source().replaceAll("\\p{Cntrl}", "?")
                    + "; to use its results again: floe cache unquarantine " + entry.name());
        }
        lines.accept("store: " + (store.bytes() >> 20) + " MiB of " + (store.maxBytes() >> 20) + " in "
                + store.entries() + " files, toolchains' inputs among them; " + store.evicted() + " evicted, "
                + store.damaged() + " found damaged");
    }
}
