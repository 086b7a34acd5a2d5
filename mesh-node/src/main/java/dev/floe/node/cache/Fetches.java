package dev.floe.node.cache;

import dev.floe.node.mesh.Standing;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.PeerConnections.Lane;
import dev.floe.node.wire.ResultMessage;
import dev.floe.node.wire.ResultMessage.Absent;
import dev.floe.node.wire.ResultMessage.Ask;
import dev.floe.node.wire.ResultMessage.Found;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.action.ActionKey;
import dev.floe.store.action.ActionResult;
import dev.floe.store.action.ResultCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Results that come from peers: asked for, verified, and kept here. Thread-safe. */
final class Fetches {
    private static final Logger LOG = LogManager.getLogger(Fetches.class);
    /** With so many holders one more is not worth an entry in the index. */
    private static final int ENOUGH_HOLDERS = 2;

    private final Parts parts;

    Fetches(Parts parts) {
        this.parts = parts;
    }

    /** What came of asking holders. */
    sealed interface Fetched {
        record Got(Lookup.Hit hit) implements Fetched {}

        /** None of them holds it, as they say themselves. */
        record Gone() implements Fetched {}

        record Failed(String reason) implements Fetched {}
    }

    /** Asks those who are said to hold a result, in any order; see {@link HedgedFetch}. */
    Fetched from(Standing.Held held, ActionKey key) {
        List<Peer> holders = new ArrayList<>(parts.answering(held.holders()));
        Collections.shuffle(holders, ThreadLocalRandom.current());
        Fetched none = held.holders().stream().allMatch(Peer::self) || !holders.isEmpty()
                ? new Fetched.Gone()
                : new Fetched.Failed("its holders do not answer");
        Fetched fetched = new HedgedFetch(holder -> begin(holder, key, "/result"),
                (holder, call, needless) -> end(holder, call, key, needless)).from(holders, none);
        if (fetched instanceof Fetched.Got && held.holders().size() < ENOUGH_HOLDERS && parts.settings().writes()) {
            parts.calls().errand(() -> parts.announce(key));
        }
        return fetched;
    }

    /** Asks one peer. */
    Fetched from(Peer holder, ActionKey key) {
        return from(holder, key, "/result");
    }

    /** Asks one peer for what {@link Notes} tell. */
    Fetched note(Peer keeper, ActionKey key) {
        return from(keeper, key, "/note");
    }

    private Fetched from(Peer holder, ActionKey key, String path) {
        return end(holder, begin(holder, key, path), key, () -> false);
    }

    private Call<Fetched> begin(Peer holder, ActionKey key, String path) {
        return parts.calls().begin(holder, Lane.JOBS, path,
                (conversation, own) -> ask(conversation, own, key, holder.info().name()));
    }

    private Fetched end(Peer holder, Call<Fetched> call, ActionKey key, BooleanSupplier needless) {
        try {
            return call.await();
        } catch (IOException e) {
            if (needless.getAsBoolean()) {
                if (call.movedBytes() == 0) {
                    parts.shunned().add(holder); // the next fetch need not wait for it
                }
                return new Fetched.Failed("another holder was faster");
            }
            LOG.debug("result={} not fetched from={} reason=\"{}\"", key.brief(), holder.info().name(),
                    FailureText.of(e));
            parts.counters().fetchFailures.increment();
            if (e.getCause() instanceof NotKeptException notKept) {
                parts.warnings().give("cannot keep a result of another node", notKept);
            } else {
                parts.shunned().add(holder);
            }
            return new Fetched.Failed(FailureText.of(e));
        }
    }

    private Fetched ask(Conversation conversation, Call<?> call, ActionKey key, String holder) throws IOException {
        conversation.send(new Ask(key.bytes()));
        conversation.finish();
        return switch (conversation.receive(ResultMessage.class)) {
            case Found found -> take(conversation, call, key, ResultCodec.decode(found.result()), holder);
            case Absent _ -> new Fetched.Gone();
            case Ask _ -> throw new IOException("a question where an answer was expected");
        };
    }

    private Fetched take(Conversation conversation, Call<?> call, ActionKey key, ActionResult result, String holder)
            throws IOException {
        Optional<String> refusal = parts.refusal(key, result, holder);
        if (refusal.isPresent()) {
            return new Fetched.Failed("what " + holder + " holds is not accepted: " + refusal.get());
        }
        Blobs.checkSize(result, parts.local().store());
        for (Digest digest : Blobs.of(result)) {
            Blobs.receive(conversation, digest, parts.local().store(), call::moved);
        }
        parts.keep(key, result);
        parts.counters().fetchedBytes.add(result.bytes());
        return new Fetched.Got(new Lookup.Hit(key, result, holder, true));
    }
}
