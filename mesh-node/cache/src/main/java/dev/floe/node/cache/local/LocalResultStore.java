package dev.floe.node.cache.local;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionCache;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ResultContent;
import dev.floe.store.content.ContentStore;

/** The results that this node holds whole. Thread-safe. */
public final class LocalResultStore {
    private final ActionCache actions;
    private final ContentStore store;
    private final Consumer<List<Path>> written;

    /** @param written is called with the files of each new result; must not block */
    public LocalResultStore(ActionCache actions, ContentStore store, Consumer<List<Path>> written) {
        this.actions = actions;
        this.store = store;
        this.written = written;
    }

    /**
     * A result all of whose bytes are here, as just seen; counts as a use of each. One that has lost some is dropped.
     */
    public Optional<ActionResult> find(ActionKey key) {
        Optional<ActionResult> result = actions.find(key);
        if (result.isEmpty()) {
            return result;
        }
        for (Digest digest : result.get().stored()) {
            if (!store.holds(digest)) {
                actions.remove(key);
                return Optional.empty();
            }
        }
        return result;
    }

    /**
     * Keeps a result whose bytes are here already.
     *
     * @throws IOException if it cannot be written, or some of its bytes are not here
     */
    public void put(ActionKey key, ActionResult result) throws IOException {
        for (Digest digest : result.stored()) {
            if (!store.holds(digest)) {
                throw new IOException("the result " + key.brief() + " lacks " + digest);
            }
        }
        actions.put(key, result);
        written.accept(Stream.concat(result.stored().stream().map(store::file), Stream.of(actions.file(key))).toList());
    }

    /** Whether a result was kept and not dropped since; looks at none of its bytes, and is no use of it. */
    public boolean contains(ActionKey key) {
        return actions.contains(key);
    }

    /** A result as it was kept; some of its bytes may be gone. */
    public Optional<ActionResult> peek(ActionKey key) {
        return actions.find(key);
    }

    /** Reads all bytes of a result; whether they are here and what they should be. */
    public boolean verify(ActionKey key) throws IOException {
        Optional<ActionResult> result = find(key);
        if (result.isEmpty()) {
            return false;
        }
        for (Digest digest : result.get().stored()) {
            Optional<Path> file = store.find(digest);
            if (file.isEmpty()) {
                return false;
            }
            if (!Digest.ofFile(file.get()).equals(digest)) {
                store.remove(digest);
                return false;
            }
        }
        return true;
    }

    public void remove(ActionKey key) {
        actions.remove(key);
    }

    /** All keys, least recently used first. */
    public List<ActionKey> keys() {
        return actions.keys();
    }

    public int size() {
        return actions.size();
    }

    /** The bytes of a content; empty if they have gone meanwhile. They stay readable until the stream is closed. */
    public Optional<InputStream> open(ResultContent content) throws IOException {
        return switch (content) {
            case ResultContent.Inline(byte[] bytes) -> Optional.of(new ByteArrayInputStream(bytes));
            case ResultContent.Stored(Digest digest) -> {
                Optional<FileChannel> channel = store.read(digest);
                yield channel.map(Channels::newInputStream);
            }
        };
    }

    public ContentStore store() {
        return store;
    }
}
