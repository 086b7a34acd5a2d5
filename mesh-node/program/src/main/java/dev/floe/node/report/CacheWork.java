package dev.floe.node.report;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import dev.floe.node.Node;
import dev.floe.node.audit.Quarantine;
import dev.floe.node.cache.MeshCache;
import dev.floe.node.report.format.JsonLine;
import dev.floe.node.submitter.NodeSocketServer.LineSink;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;

/** The commands of the user on the results that this node holds. Long ones write their progress. */
final class CacheWork {
    private static final int EACH = 1000;

    private final Node node;
    private final MeshCache cache;
    private final boolean json;
    private final LineSink lines;

    CacheWork(Node node, boolean json, LineSink lines) {
        this.node = node;
        this.cache = node.cache();
        this.json = json;
        this.lines = lines;
    }

    /** @param maker by name or id */
    void trust(String maker) throws IOException {
        List<Quarantine.QuarantineEntry> lifted = node.findings().quarantine().release(maker);
        if (lifted.isEmpty()) {
            throw new IOException("no maker " + maker + " is in quarantine here; see: floe cache stats");
        }
        for (Quarantine.QuarantineEntry entry : lifted) {
            say("taken out of quarantine: " + entry.name() + " (" + entry.maker() + ")", out -> {
                out.writeStringField("trusted", entry.name());
                out.writeStringField("maker", entry.maker());
            });
        }
    }

    /** Drops all results that this node holds, with their bytes. */
    void clear() throws IOException {
        List<ActionKey> keys = cache.keys();
        int done = 0;
        for (ActionKey key : keys) {
            drop(key);
            progress("dropped", ++done, keys.size());
        }
        dropped(done, "; other nodes keep theirs");
    }

    /** @param beginning of one key or more, or {@code maker=ID} */
    void evict(String beginning) throws IOException {
        if (beginning.isEmpty()) {
            throw new IOException("missing KEY or --maker NODE; floe explain shows keys");
        }
        int done = 0;
        for (ActionKey key : cache.keys()) {
            if (isMeant(key, beginning)) {
                drop(key);
                done++;
            }
        }
        dropped(done, "");
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
                || node.scheduler().name(result.get().maker()).equals(maker));
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
    void verify() throws IOException {
        List<ActionKey> keys = cache.keys();
        int done = 0;
        int damaged = 0;
        for (ActionKey key : keys) {
            if (!cache.verify(key)) {
                damaged++;
                say("dropped " + key.brief() + ": damaged, or some of its bytes are gone",
                        out -> out.writeStringField("damaged", key.toString()));
            }
            progress("read", ++done, keys.size());
        }
        int read = done;
        int bad = damaged;
        say("read " + read + " results; " + bad + " dropped, " + (read - bad) + " whole", out -> {
            out.writeNumberField("read", read);
            out.writeNumberField("dropped", bad);
            out.writeNumberField("whole", read - bad);
        });
    }

    private void dropped(int results, String more) throws IOException {
        say("dropped " + results + " results here" + more, out -> out.writeNumberField("dropped", results));
    }

    private void say(String text, JsonLine.Body body) throws IOException {
        lines.accept(json ? JsonLine.object(body) : text);
    }

    private void progress(String what, int done, int all) throws IOException {
        if (done % EACH == 0) {
            say(what + " " + done + " of " + all, out -> {
                out.writeNumberField("done", done);
                out.writeNumberField("of", all);
            });
        }
    }
}
