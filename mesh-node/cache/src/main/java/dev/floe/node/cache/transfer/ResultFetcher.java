package dev.floe.node.cache.transfer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.cache.local.ResultNotStoredException;
import dev.floe.node.mesh.ResultStatus;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.rpc.PeerConnections.ConnectionClass;
import dev.floe.node.rpc.messages.ResultMessage;
import dev.floe.node.rpc.messages.ResultMessage.ResultFound;
import dev.floe.node.rpc.messages.ResultMessage.ResultNotFound;
import dev.floe.node.rpc.messages.ResultMessage.ResultRequest;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResultCodec;

/** Results that come from peers: asked for, verified, and kept here. Thread-safe. */
public final class ResultFetcher {
    private static final Logger LOG = LogManager.getLogger(ResultFetcher.class);
    /** With this many holders one more is not worth an entry in the index. */
    private static final int ENOUGH_HOLDERS = 2;

    private final CacheContext parts;

    public ResultFetcher(CacheContext parts) {
        this.parts = parts;
    }

    /** What came of asking holders. */
    public sealed interface FetchResult {
        record Fetched(LookupResult.Hit hit) implements FetchResult {}

        /** None of them holds it, as they say themselves. */
        record NotHeld() implements FetchResult {}

        record FetchFailed(String reason) implements FetchResult {}
    }

    /** Asks those who are said to hold a result, in any order; see {@link HedgedFetch}. */
    FetchResult from(ResultStatus.Held held, ActionKey key) {
        List<Peer> holders = new ArrayList<>(parts.responsive(held.holders()));
        Collections.shuffle(holders, ThreadLocalRandom.current());
        FetchResult none = held.holders().stream().allMatch(Peer::self) || !holders.isEmpty()
                ? new FetchResult.NotHeld()
                : new FetchResult.FetchFailed("its holders do not answer");
        FetchResult fetched = new HedgedFetch(holder -> begin(holder, key, "/result"),
                (holder, call, needless) -> end(holder, call, key, needless)).from(holders, none);
        if (fetched instanceof FetchResult.Fetched && held.holders().size() < ENOUGH_HOLDERS
                && parts.settings().writes()) {
            parts.calls().runDetached(() -> parts.announce(key));
        }
        return fetched;
    }

    /** Asks one peer. */
    FetchResult from(Peer holder, ActionKey key) {
        return from(holder, key, "/result");
    }

    /** Asks one peer for what {@link dev.floe.node.cache.AdvisoryEntries} tell. */
    public FetchResult note(Peer keeper, ActionKey key) {
        return from(keeper, key, "/note");
    }

    private FetchResult from(Peer holder, ActionKey key, String path) {
        return end(holder, begin(holder, key, path), key, () -> false);
    }

    private PeerCall<FetchResult> begin(Peer holder, ActionKey key, String path) {
        return parts.calls().begin(holder, ConnectionClass.JOBS, path,
                (conversation, own) -> ask(conversation, own, key, holder.info().name()));
    }

    private FetchResult end(Peer holder, PeerCall<FetchResult> call, ActionKey key, BooleanSupplier needless) {
        try {
            return call.await();
        } catch (IOException e) {
            if (needless.getAsBoolean()) {
                if (call.movedBytes() == 0) {
                    parts.shunned().add(holder); // the next fetch need not wait for it
                }
                return new FetchResult.FetchFailed("another holder was faster");
            }
            LOG.debug("result={} not fetched from={} reason=\"{}\"", key.brief(), holder.info().name(),
                    FailureText.of(e));
            parts.counters().fetchFailures.increment();
            if (e.getCause() instanceof ResultNotStoredException notKept) {
                parts.warnNotKept("a result of another node", notKept);
            } else {
                parts.shunned().add(holder);
            }
            return new FetchResult.FetchFailed(FailureText.of(e));
        }
    }

    private FetchResult ask(MessageStream conversation, PeerCall<?> call, ActionKey key, String holder)
            throws IOException {
        conversation.send(new ResultRequest(key.bytes()));
        conversation.finish();
        return switch (conversation.receive(ResultMessage.class)) {
            case ResultFound found -> take(conversation, call, key, ActionResultCodec.decode(found.result()), holder);
            case ResultNotFound _ -> new FetchResult.NotHeld();
            case ResultRequest _ -> throw new IOException("a question where an answer was expected");
        };
    }

    private FetchResult take(MessageStream conversation, PeerCall<?> call, ActionKey key, ActionResult result,
            String holder)
            throws IOException {
        Optional<String> refusal = parts.refusal(key, result, holder);
        if (refusal.isPresent()) {
            return new FetchResult.FetchFailed("what " + holder + " holds is not accepted: " + refusal.get());
        }
        ResultBlobTransfer.checkSize(result, parts.local().store());
        for (Digest digest : ResultBlobTransfer.of(result)) {
            ResultBlobTransfer.receive(conversation, digest, parts.local().store(), call::moved);
        }
        parts.keep(key, result);
        parts.counters().fetchedBytes.add(result.bytes());
        return new FetchResult.Fetched(new LookupResult.Hit(key, result, holder, true));
    }
}
