package dev.floe.node.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.floe.node.mesh.security.AtomicPrivateFile;
import dev.floe.store.actioncache.ActionKey;

/**
 * The makers whose results this node does not use, in a file that outlives it: a line each, its fields behind one
 * another as in a form that is sent over the web. A later release may add fields at the end of a line, which are
 * ignored. Thread-safe.
 */
public final class Quarantine {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_MAKERS = 1000;
    private static final int FIELDS = 5;

    private final Path file;
    // Changed by those who hold this object's lock.
    private final Map<String, QuarantineEntry> entries = new ConcurrentHashMap<>();

    /**
     * @param maker  id of the node
     * @param name   which it had then
     * @param key    of the result that was found wrong
     * @param source of that result
     */
    public record QuarantineEntry(String maker, String name, Instant since, ActionKey key, String source) {
        private String line() {
            return String.join("&", URLEncoder.encode(maker, UTF_8), URLEncoder.encode(name, UTF_8),
                    Long.toString(since.toEpochMilli()), key.toString(), URLEncoder.encode(source, UTF_8));
        }

        private static QuarantineEntry parse(String line) {
            String[] fields = line.split("&", -1);
            if (fields.length < FIELDS) {
                throw new IllegalArgumentException(fields.length + " fields instead of " + FIELDS);
            }
            return new QuarantineEntry(URLDecoder.decode(fields[0], UTF_8), URLDecoder.decode(fields[1], UTF_8),
                    Instant.ofEpochMilli(Long.parseLong(fields[2])), ActionKey.parse(fields[3]),
                    URLDecoder.decode(fields[4], UTF_8));
        }
    }

    /** A quarantine that is empty until it is started. */
    public Quarantine(Path file) {
        this.file = file;
    }

    /** Makes a quarantine and starts it. */
    static Quarantine open(Path file) throws IOException {
        Quarantine quarantine = new Quarantine(file);
        quarantine.start();
        return quarantine;
    }

    /**
     * Reads the file, if there is one.
     *
     * @throws IOException if it is damaged, with what to do
     */
    public void start() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        for (QuarantineEntry entry : AtomicPrivateFile.parse(file, MAX_BYTES,
                text -> text.lines().map(QuarantineEntry::parse).toList(),
                "it names the makers in quarantine; remove it to trust them all")) {
            entries.put(entry.maker(), entry);
        }
    }

    /** The entry of a maker. */
    Optional<QuarantineEntry> of(String maker) {
        return Optional.ofNullable(entries.get(maker));
    }

    /** The ids of all. */
    Set<String> makers() {
        return Set.copyOf(entries.keySet());
    }

    /** All, the first first. */
    public List<QuarantineEntry> all() {
        List<QuarantineEntry> all = new ArrayList<>(entries.values());
        all.sort((a, b) -> a.since().compareTo(b.since()));
        return all;
    }

    /**
     * Adds a maker; it counts from now on, even where it cannot be written down. Of too many the first goes.
     *
     * @throws IOException if it cannot be written down
     */
    synchronized void add(QuarantineEntry entry) throws IOException {
        entries.put(entry.maker(), entry);
        if (entries.size() > MAX_MAKERS) {
            entries.remove(all().getFirst().maker());
        }
        write();
    }

    /**
     * Trusts a maker again.
     *
     * @param maker its id, or the name that it had
     * @return who it was; empty if none was in quarantine
     * @throws IOException if it cannot be written down
     */
    public synchronized List<QuarantineEntry> release(String maker) throws IOException {
        List<QuarantineEntry> lifted = all().stream().filter(it -> it.maker().equals(maker) || it.name().equals(maker))
                .toList();
        if (!lifted.isEmpty()) {
            Map<String, QuarantineEntry> before = new LinkedHashMap<>(entries);
            lifted.forEach(entry -> entries.remove(entry.maker()));
            try {
                write();
            } catch (IOException e) {
                entries.putAll(before);
                throw e;
            }
        }
        return lifted;
    }

    private void write() throws IOException {
        StringBuilder text = new StringBuilder();
        all().forEach(entry -> text.append(entry.line()).append('\n'));
        AtomicPrivateFile.write(file, text.toString());
    }
}
