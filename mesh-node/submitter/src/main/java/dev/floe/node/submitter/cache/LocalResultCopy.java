package dev.floe.node.submitter.cache;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
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
import dev.floe.store.files.BlockOutputStream;

/**
 * The submitter's own copy of a result that a peer makes for it: the outputs go to the store on their way to the user.
 * Whatever goes wrong with it, the outputs reach the user.
 */
public final class LocalResultCopy implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(LocalResultCopy.class);

    private final ContentStore store;
    private final ResultCache cache;
    private final CommandCacheKeys keys;
    private final List<ContentWriter> inboxes = new ArrayList<>();

    LocalResultCopy(ContentStore store, ResultCache cache, CommandCacheKeys keys) {
        this.store = store;
        this.cache = cache;
        this.keys = keys;
    }

    /** What is written to the result goes to {@code user} and, unless it is there already, to the store. */
    public OutputStream tee(OutputStream user, byte[] hash, long size) throws IOException {
        if (hash.length == 0 || size <= ResultContent.Inline.MAX_BYTES) {
            return user;
        }
        Digest digest = WireDigests.of(hash, size);
        if (store.holds(digest)) {
            return user;
        }
        try {
            ContentWriter inbox = store.receive(digest);
            inboxes.add(inbox);
            return new Tee(user, inbox);
        } catch (IOException e) {
            LOG.debug("no copy of {} is kept here: {}", digest, FailureText.of(e));
            return user;
        }
    }

    private static final class Tee extends BlockOutputStream {
        private final OutputStream user;
        private final ContentWriter inbox;
        private boolean failed;

        Tee(OutputStream user, ContentWriter inbox) {
            this.user = user;
            this.inbox = inbox;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!failed) {
                try {
                    inbox.write(ByteBuffer.wrap(bytes, offset, length));
                } catch (IOException e) {
                    failed = true;
                    LOG.debug("no copy of {} is kept here: {}", inbox.expected(), FailureText.of(e));
                }
            }
            user.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            user.close();
        }
    }

    /**
     * Enters the result, once all its bytes have gone by.
     *
     * @return the key under which it can be found here; empty if it cannot
     */
    public Optional<ActionKey> enter(JobResult outcome, byte[] printed, byte[] complained) {
        try {
            if (outcome.key().length != ActionKey.BYTES || !keys.has(ActionKey.of(outcome.key()))) {
                return Optional.empty();
            }
            ActionKey key = ActionKey.of(outcome.key());
            ActionResult result = ActionResultCodec.decode(outcome.result());
            if (!isOf(outcome, result)) {
                LOG.warn("the result {} is not kept: its executor returned other files than it names", key.brief());
                return Optional.empty();
            }
            for (ContentWriter inbox : inboxes) {
                inbox.commit();
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
