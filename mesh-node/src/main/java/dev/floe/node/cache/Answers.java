package dev.floe.node.cache;

import dev.floe.node.mesh.Standing;
import dev.floe.node.wire.AwaitMessage;
import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.Exchange;
import dev.floe.node.wire.KeepMessage;
import dev.floe.node.wire.ResultMessage;
import dev.floe.store.ContentStore;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.action.ActionKey;
import dev.floe.store.action.ActionResult;
import dev.floe.store.action.ResultCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What this node answers to peers that ask for results, wait for them, or bring them. Thread-safe. */
final class Answers {
    private final Parts parts;
    private final Claims claims;
    private final Notes notes;

    Answers(Parts parts, Claims claims, Notes notes) {
        this.notes = notes;
        this.parts = parts;
        this.claims = claims;
    }

    void serve(Exchange exchange) throws IOException {
        try (Conversation conversation = new Conversation(exchange)) {
            switch (exchange.path()) {
                case "/result" -> give(conversation);
                case "/await" -> tellWhenDone(conversation);
                case "/keep" -> take(conversation);
                case "/note" -> notes.give(conversation);
                case "/notes" -> notes.hear(conversation);
                default -> throw new IOException("a request for " + exchange.path() + ", which is not the cache's");
            }
        }
    }

    private void give(Conversation conversation) throws IOException {
        ActionKey key = Blobs.key(conversation.receive(ResultMessage.Ask.class).key());
        Optional<ActionResult> result = parts.here(key);
        if (result.isEmpty()) {
            parts.index().retract(Parts.indexed(key)); // before the answer, so that who asked may claim it
            conversation.send(new ResultMessage.Absent("does not hold " + key.brief()));
        } else {
            conversation.send(new ResultMessage.Found(ResultCodec.encode(result.get())));
            for (Digest digest : Blobs.of(result.get())) {
                Blobs.send(conversation, digest, parts.local().store());
            }
            parts.counters().servedBytes.add(result.get().bytes());
        }
        conversation.finish();
    }

    private void tellWhenDone(Conversation conversation) throws IOException {
        ActionKey key = Blobs.key(conversation.receive(AwaitMessage.Await.class).key());
        Claims.Running running = claims.find(key);
        if (running != null) {
            CompletableFuture<Void> gone = new CompletableFuture<>();
            conversation.exchange().onBroken(() -> gone.complete(null));
            CompletableFuture.anyOf(running.outcome(), gone).join();
        }
        Optional<Claims.Outcome> outcome = running == null
                ? claims.ended(key)
                : Optional.ofNullable(running.outcome().getNow(null));
        conversation.send(switch (outcome.orElse(null)) {
            case Claims.Outcome.Done(ActionKey storedUnder) -> new AwaitMessage.Done(storedUnder.bytes());
            case Claims.Outcome.GivenUp(String reason) -> new AwaitMessage.GivenUp(reason);
            case Claims.Outcome.Elsewhere _ -> new AwaitMessage.GivenUp("it is made elsewhere");
            case null -> parts.here(key).isPresent()
                    ? new AwaitMessage.Done(key.bytes())
                    : new AwaitMessage.GivenUp("nobody makes it here");
        });
        conversation.finish();
    }

    private void take(Conversation conversation) throws IOException {
        KeepMessage.Keep keep = conversation.receive(KeepMessage.Keep.class);
        ActionKey key = Blobs.key(keep.key());
        ActionResult result = ResultCodec.decode(keep.result());
        conversation.send(taken(conversation, key, result));
        conversation.finish();
    }

    /** Takes a second copy; the last word of the conversation. */
    private KeepMessage taken(Conversation conversation, ActionKey key, ActionResult result) throws IOException {
        if (!parts.settings().writes()) {
            return new KeepMessage.Refused("keeps no results");
        }
        Optional<String> refusal = parts.refusal(key, result, conversation.exchange().peer());
        if (refusal.isPresent()) {
            return new KeepMessage.Refused("does not accept it: " + refusal.get());
        }
        boolean before = parts.local().find(key).isPresent();
        if (!before) {
            try {
                Blobs.checkSize(result, parts.local().store());
                receiveMissing(conversation, Blobs.of(result));
                parts.keep(key, result);
            } catch (NotKeptException e) {
                parts.warnings().give("cannot keep a second copy", e);
                return new KeepMessage.Refused(e.getCause() == null
                        ? FailureText.of(e)
                        : "its store cannot take it now"); // what went wrong names files of this node
            }
            parts.counters().copiesReceived.increment();
        }
        return parts.announce(key) instanceof Standing.Held
                ? new KeepMessage.Kept(before)
                : new KeepMessage.Refused("cannot say now that it is here");
    }

    private void receiveMissing(Conversation conversation, List<Digest> digests) throws IOException {
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
        conversation.send(new KeepMessage.Missing(missing));
        conversation.flush();
        for (int index : missing) {
            Blobs.receive(conversation, digests.get(index), store, _ -> {});
        }
    }
}
