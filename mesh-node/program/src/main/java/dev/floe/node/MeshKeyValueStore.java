package dev.floe.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.floe.node.cache.MeshCache;
import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.cacheserver.values.KeyValueStore;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResult.OutputFile;
import dev.floe.store.actioncache.ResultContent;
import dev.floe.store.content.ContentStore;

/**
 * The values of other tools, in the mesh's cache: each is a result with one file, under a key made of its name. A name
 * that is removed here is not read here any more, whoever else holds it, until it is written again.
 */
final class MeshKeyValueStore implements KeyValueStore {
    private static final String KEYS = "floe value 1\0";
    private static final String FILE = "/value";
    private static final int MODE = 0644;
    private static final int MAX_REMOVED = 100_000;

    private final MeshCache cache;
    private final ContentStore store;
    private final String node;
    private final Set<CacheMode> uses;
    private final Set<String> removed = new LinkedHashSet<>(); // guarded by itself

    /** @param node id of this node */
    MeshKeyValueStore(MeshCache cache, ContentStore store, String node, Set<CacheMode> uses) {
        this.cache = cache;
        this.store = store;
        this.node = node;
        this.uses = Set.copyOf(uses);
    }

    private static ActionKey key(String name) {
        return ActionKey.of(Digest.ofBytes((KEYS + name).getBytes(UTF_8)).hash());
    }

    @Override
    public Optional<FileChannel> read(String name) throws IOException {
        Optional<LookupResult.Hit> hit = find(name);
        if (hit.isPresent() && hit.get().result().files().size() == 1
                && hit.get().result().files().getFirst().content() instanceof ResultContent.Stored(Digest digest)) {
            return store.read(digest);
        }
        return Optional.empty();
    }

    private Optional<LookupResult.Hit> find(String name) {
        synchronized (removed) {
            if (removed.contains(name)) {
                return Optional.empty();
            }
        }
        return cache.find(key(name));
    }

    @Override
    public boolean exists(String name) {
        return find(name).isPresent();
    }

    @Override
    public boolean put(String name, Path file) throws IOException {
        try {
            if (!uses.contains(CacheMode.WRITE)) {
                return false;
            }
            Digest digest = store.putFile(file);
            OutputFile value = new OutputFile(FILE, MODE, new ResultContent.Stored(digest), "");
            boolean kept = cache.keep(key(name), new ActionResult(ResultContent.Inline.NONE, ResultContent.Inline.NONE,
                    List.of(value), node, Duration.ZERO));
            if (kept) {
                synchronized (removed) {
                    removed.remove(name);
                }
            }
            return kept;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Override
    public boolean remove(String name) {
        boolean there = exists(name);
        synchronized (removed) {
            removed.add(name);
            if (removed.size() > MAX_REMOVED) {
                removed.remove(removed.iterator().next());
            }
        }
        cache.evict(key(name));
        return there;
    }
}
