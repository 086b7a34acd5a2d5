package dev.floe.node.submit;

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

import dev.floe.node.cache.MeshCache;
import dev.floe.node.wire.Digests;
import dev.floe.node.wire.JobMessage.Outcome;
import dev.floe.node.wire.JobMessage.WireOutput;
import dev.floe.store.ContentStore;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.Inbox;
import dev.floe.store.action.ActionKey;
import dev.floe.store.action.ActionResult;
import dev.floe.store.action.ActionResult.OutputFile;
import dev.floe.store.action.Content;
import dev.floe.store.action.ResultCodec;

/**
 * The submitter's own copy of a result that a peer makes for it: the outputs go to the store on their way to the user. Whatever goes
 * wrong with it, the outputs reach the user.
 */
final class OwnCopy implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(OwnCopy.class);

    private final ContentStore store;
    private final MeshCache cache;
    private final ResultKeys keys;
    private final List<Inbox> inboxes = new ArrayList<>();

    OwnCopy(ContentStore store, MeshCache cache, ResultKeys keys) {
        this.store = store;
        this.cache = cache;
        this.keys = keys;
    }

    /** What is written to the result goes to {@code user} and, unless it is there already, to the store. */
    OutputStream tee(OutputStream user, byte[] hash, long size) throws IOException {
        if (hash.length == 0 || size <= Content.Inline.MOST_BYTES) {
            return user;
        }
        Digest digest = Digests.of(hash, size);
        if (store.holds(digest)) {
            return user;
        }
        try {
            Inbox inbox = store.receive(digest);
            inboxes.add(inbox);
            return new Tee(user, inbox);
        } catch (IOException e) {
            LOG.debug("no copy of {} is kept here: {}", digest, FailureText.of(e));
            return user;
        }
    }

    private static final class Tee extends OutputStream {
        private final OutputStream user;
        private final Inbox inbox;
        private boolean failed;

        Tee(OutputStream user, Inbox inbox) {
            this.user = user;
            this.inbox = inbox;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[]{(byte) b}, 0, 1);
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
    Optional<ActionKey> enter(Outcome outcome, byte[] printed, byte[] complained) {
        try {
            if (outcome.key().length != ActionKey.BYTES || !keys.has(ActionKey.of(outcome.key()))) {
                return Optional.empty();
            }
            ActionKey key = ActionKey.of(outcome.key());
            ActionResult result = ResultCodec.decode(outcome.result());
            if (!isOf(outcome, result)) {
                LOG.warn("the result {} is not kept: its executor returned other files than it names", key.brief());
                return Optional.empty();
            }
            for (Inbox inbox : inboxes) {
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

    /** Whether a result has the files that the executor returned. One in a form of its own is looked at when it is used. */
    static boolean isOf(Outcome outcome, ActionResult result) {
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

    private static byte[] hash(Content content) {
        return switch (content) {
            case Content.Inline(byte[] bytes) -> Digest.ofBytes(bytes).hash();
            case Content.Stored(Digest digest) -> digest.hash();
        };
    }

    private void put(Content content, byte[] bytes) throws IOException {
        if (content instanceof Content.Stored(Digest digest)) {
            store.put(digest, new ByteArrayInputStream(bytes));
        }
    }

    @Override
    public void close() throws IOException {
        for (Inbox inbox : inboxes) {
            inbox.close();
        }
    }
}
