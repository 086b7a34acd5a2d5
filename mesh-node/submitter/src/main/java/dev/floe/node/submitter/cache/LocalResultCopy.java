package dev.floe.node.submitter.cache;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.cache.ResultCache;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.WireOutput;
import dev.floe.node.rpc.stream.WireDigests;
import dev.floe.node.submitter.context.CommandCacheKeys;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResult.OutputFile;
import dev.floe.store.actioncache.ActionResultCodec;
import dev.floe.store.actioncache.ResultContent;
import dev.floe.store.content.ContentStore;
import dev.floe.store.content.ContentWriter;

/**
 * The submitter's own copy of a result that a peer makes for it: the outputs go to the store, from where the kernel
 * copies them for the user. Whatever goes wrong with it, the outputs reach the user.
 */
public final class LocalResultCopy implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(LocalResultCopy.class);

    private final ContentStore store;
    private final ResultCache cache;
    private final CommandCacheKeys keys;
    private final List<ContentWriter> inboxes = new ArrayList<>();
    private boolean failed;

    LocalResultCopy(ContentStore store, ResultCache cache, CommandCacheKeys keys) {
        this.store = store;
        this.cache = cache;
        this.keys = keys;
    }

    /** An output that is on its way to the store, or there already. */
    public sealed interface StoredOutput {
        /** Its bytes go to the writer, which this copy closes. */
        record Incoming(ContentWriter writer) implements StoredOutput {}

        record HeldOutput(Digest digest) implements StoredOutput {}

        /** It is not kept here, or not as a file of its own. */
        record NotStored() implements StoredOutput {}
    }

    /**
     * Begins an output with these bytes.
     *
     * @throws IOException if a peer has sent what is no hash or size
     */
    public StoredOutput begin(byte[] hash, long size) throws IOException {
        if (hash.length == 0 || size <= ResultContent.Inline.MAX_BYTES) {
            return new StoredOutput.NotStored();
        }
        Digest digest = WireDigests.of(hash, size);
        if (store.holds(digest)) {
            return new StoredOutput.HeldOutput(digest);
        }
        try {
            ContentWriter inbox = store.receive(digest);
            inboxes.add(inbox);
            return new StoredOutput.Incoming(inbox);
        } catch (IOException e) {
            LOG.debug("no copy of {} is kept here: {}", digest, FailureText.of(e));
            return new StoredOutput.NotStored();
        }
    }

    /**
     * The file of an output, which is whole and never changes.
     *
     * @throws IOException if its bytes are not those announced, or it has gone already
     */
    public Path file(Digest digest) throws IOException {
        return store.find(digest).orElseThrow(() -> new IOException("the copy of " + digest + " has gone"));
    }

    /** A part of the result could not be stored, so that it is not entered. */
    public void failed() {
        failed = true;
    }

    /**
     * Enters the result, once all its bytes have gone by.
     *
     * @return the key under which it can be found here; empty if it cannot
     */
    public Optional<ActionKey> enter(JobResult outcome, byte[] printed, byte[] complained) {
        try {
            if (failed || outcome.key().length != ActionKey.BYTES
                    || !keys.has(ActionKey.of(outcome.key()))) {
                return Optional.empty();
            }
            ActionKey key = ActionKey.of(outcome.key());
            ActionResult result = ActionResultCodec.decode(outcome.result());
            if (!isOf(outcome, result)) {
                LOG.warn("the result {} is not kept: its executor returned other files than it names", key.brief());
                return Optional.empty();
            }
            put(result.output(), printed);
            put(result.error(), complained);
            return cache.keepCopy(key, result) ? Optional.of(key) : Optional.empty();
        } catch (IOException e) {
            LOG.debug("a result is not kept here: {}", FailureText.of(e));
            return Optional.empty();
        }
    }

    /**
     * Whether a result has the files that the executor returned. One in a form of its own is looked at when it is used.
     */
    static boolean isOf(JobResult outcome, ActionResult result) {
        List<WireOutput> returned = outcome.files();
        if (result.files().size() != returned.size()) {
            return false;
        }
        for (int i = 0; i < returned.size(); i++) {
            OutputFile file = result.files().get(i);
            if (file.mode() != returned.get(i).mode()
                    || file.form().isEmpty() && !Arrays.equals(hash(file.content()), returned.get(i).hash())) {
                return false;
            }
        }
        return true;
    }

    private static byte[] hash(ResultContent content) {
        return switch (content) {
            case ResultContent.Inline(byte[] bytes) -> Digest.ofBytes(bytes).hash();
            case ResultContent.Stored(Digest digest) -> digest.hash();
        };
    }

    private void put(ResultContent content, byte[] bytes) throws IOException {
        if (content instanceof ResultContent.Stored(Digest digest)) {
            store.put(digest, new ByteArrayInputStream(bytes));
        }
    }

    @Override
    public void close() throws IOException {
        for (ContentWriter inbox : inboxes) {
            inbox.close();
        }
    }
}
