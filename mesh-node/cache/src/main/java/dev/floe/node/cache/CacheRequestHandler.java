package dev.floe.node.cache;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.floe.node.cache.claims.InFlightResults;
import dev.floe.node.cache.local.ResultNotStoredException;
import dev.floe.node.cache.transfer.CacheContext;
import dev.floe.node.cache.transfer.ResultBlobTransfer;
import dev.floe.node.mesh.ResultStatus;
import dev.floe.node.rpc.messages.AwaitMessage;
import dev.floe.node.rpc.messages.ReplicateMessage;
import dev.floe.node.rpc.messages.ResultMessage;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResultCodec;
import dev.floe.store.content.ContentStore;

/** Handles peers' requests for results: lookups, waits and copies. Thread-safe. */
final class CacheRequestHandler {
    private final CacheContext parts;
    private final InFlightResults claims;
    private final AdvisoryEntries notes;

    CacheRequestHandler(CacheContext parts, InFlightResults claims, AdvisoryEntries notes) {
        this.notes = notes;
        this.parts = parts;
        this.claims = claims;
    }

    void serve(PeerStream exchange) throws IOException {
        try (MessageStream conversation = new MessageStream(exchange)) {
            switch (exchange.path()) {
                case "/result" -> give(conversation);
                case "/await" -> tellWhenDone(conversation);
                case "/keep" -> take(conversation);
                case "/note" -> notes.send(conversation);
                case "/notes" -> notes.receive(conversation);
                default -> throw new IOException("a request for " + exchange.path() + ", which is not the cache's");
            }
        }
    }

    private void give(MessageStream conversation) throws IOException {
        ActionKey key = ResultBlobTransfer.key(conversation.receive(ResultMessage.ResultRequest.class).key());
        Optional<ActionResult> result = parts.findUsable(key);
        if (result.isEmpty()) {
            parts.index().retract(CacheContext.indexed(key)); // before the answer, so that who asked may claim it
            conversation.send(new ResultMessage.ResultNotFound("does not hold " + key.brief()));
            conversation.finish();
            return;
        }
        Optional<byte[]> encoded = ResultBlobTransfer.encode(result.get(), conversation.exchange().protocol());
        if (encoded.isEmpty()) {
            conversation.send(new ResultMessage.ResultNotFound("it is kept in a form of a later release"));
        } else {
            conversation.send(new ResultMessage.ResultFound(encoded.get()));
            for (Digest digest : ResultBlobTransfer.of(result.get())) {
                ResultBlobTransfer.send(conversation, digest, parts.local().store());
            }
            parts.counters().servedBytes.add(result.get().bytes());
        }
        conversation.finish();
    }

    private void tellWhenDone(MessageStream conversation) throws IOException {
        ActionKey key = ResultBlobTransfer.key(conversation.receive(AwaitMessage.AwaitResult.class).key());
        InFlightResults.InFlightResult running = claims.find(key);
        if (running != null) {
            CompletableFuture<Void> gone = new CompletableFuture<>();
            conversation.exchange().onClosed(() -> gone.complete(null));
            CompletableFuture.anyOf(running.outcome(), gone).join();
        }
        Optional<InFlightResults.ClaimOutcome> outcome = running == null
                ? claims.ended(key)
                : Optional.ofNullable(running.outcome().getNow(null));
        conversation.send(switch (outcome.orElse(null)) {
            case InFlightResults.ClaimOutcome.ClaimDone(ActionKey storedUnder) ->
                new AwaitMessage.ResultReady(storedUnder.bytes());
            case InFlightResults.ClaimOutcome.ClaimAbandoned(String reason) -> new AwaitMessage.Abandoned(reason);
            case InFlightResults.ClaimOutcome.RunningElsewhere _ ->
                new AwaitMessage.Abandoned("another node produces it");
            case null -> parts.findUsable(key).isPresent()
                    ? new AwaitMessage.ResultReady(key.bytes())
                    : new AwaitMessage.Abandoned("this node does not produce it");
        });
        conversation.finish();
    }

    private void take(MessageStream conversation) throws IOException {
        ReplicateMessage.StoreResult keep = conversation.receive(ReplicateMessage.StoreResult.class);
        ActionKey key = ResultBlobTransfer.key(keep.key());
        ActionResult result = ActionResultCodec.decode(keep.result());
        conversation.send(taken(conversation, key, result));
        conversation.finish();
    }

    /** Takes a second copy; the last word of the conversation. */
    private ReplicateMessage taken(MessageStream conversation, ActionKey key, ActionResult result) throws IOException {
        if (!parts.settings().writes()) {
            return new ReplicateMessage.StoreRejected("keeps no results");
        }
        Optional<String> refusal = parts.refusal(key, result, conversation.exchange().peer());
        if (refusal.isPresent()) {
            return new ReplicateMessage.StoreRejected("does not accept it: " + refusal.get());
        }
        boolean before = parts.local().find(key).isPresent();
        if (!before) {
            try {
                ResultBlobTransfer.checkSize(result, parts.local().store());
                receiveMissing(conversation, ResultBlobTransfer.of(result));
                parts.keep(key, result);
            } catch (ResultNotStoredException e) {
                parts.warnNotKept("a second copy", e);
                return new ReplicateMessage.StoreRejected(e.getCause() == null
                        ? FailureText.of(e)
                        : "its store cannot take it now"); // what went wrong names files of this node
            }
            parts.counters().copiesReceived.increment();
        }
        return parts.announce(key) instanceof ResultStatus.Held
                ? new ReplicateMessage.ResultStored(before)
                : new ReplicateMessage.StoreRejected("cannot announce the result now");
    }

    private void receiveMissing(MessageStream conversation, List<Digest> digests) throws IOException {
        ContentStore store = parts.local().store();
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < digests.size(); i++) {
            if (!store.holds(digests.get(i))) {
                missing.add(i);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        conversation.send(new ReplicateMessage.MissingBlobs(missing));
        conversation.flush();
        for (int index : missing) {
            ResultBlobTransfer.receive(conversation, digests.get(index), store, _ -> {});
        }
    }
}
