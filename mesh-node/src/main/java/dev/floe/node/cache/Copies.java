package dev.floe.node.cache;

import dev.floe.node.mesh.state.Peer;
import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.KeepMessage;
import dev.floe.node.wire.KeepMessage.Keep;
import dev.floe.node.wire.KeepMessage.Kept;
import dev.floe.node.wire.KeepMessage.Missing;
import dev.floe.node.wire.KeepMessage.Refused;
import dev.floe.node.wire.PeerConnections.Lane;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.action.ActionKey;
import dev.floe.store.action.ActionResult;
import dev.floe.store.action.ResultCodec;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Second copies: results of this node on their way to another. Thread-safe. */
final class Copies {
    private static final Logger LOG = LogManager.getLogger(Copies.class);
    private static final int ATTEMPTS = 3;

    private final Parts parts;

    Copies(Parts parts) {
        this.parts = parts;
    }

    /** The other nodes that keep results, the owner of the second copy first. */
    List<Peer> owners(ActionKey key) {
        return Owners.rank(key, parts.group().roster().others());
    }

    /** Whether there is another node at all that keeps results. */
    boolean possible() {
        return parts.group().roster().others().stream().anyMatch(peer -> peer.info().offering().cacheBytes() > 0);
    }

    /**
     * Copies a result to its owner, or if that fails to the next in order.
     *
     * @return bytes that were sent; empty if nobody took it
     */
    OptionalLong copy(ActionKey key, ActionResult result) {
        List<Peer> owners = parts.answering(owners(key));
        for (Peer owner : owners.subList(0, Math.min(ATTEMPTS, owners.size()))) {
            try {
                Call<Long> call = parts.calls().begin(owner, Lane.BULK, "/keep",
                        (conversation, own) -> offer(conversation, own, key, result));
                long sent = call.await();
                if (sent >= 0) {
                    parts.counters().copiesSent.increment();
                    return OptionalLong.of(sent);
                }
            } catch (IOException e) {
                LOG.debug("result={} not copied to={} reason=\"{}\"", key.brief(), owner.info().name(),
                        FailureText.of(e));
                parts.shunned().add(owner);
            }
        }
        return OptionalLong.empty();
    }

    /** The bytes that were sent; -1 if it was refused. */
    private long offer(Conversation conversation, Call<Long> call, ActionKey key, ActionResult result)
            throws IOException {
        conversation.send(new Keep(key.bytes(), ResultCodec.encode(result)));
        conversation.flush();
        long sent = 0;
        KeepMessage answer = conversation.receive(KeepMessage.class);
        if (answer instanceof Missing missing) {
            sent = send(conversation, call, missing, Blobs.of(result));
            answer = conversation.receive(KeepMessage.class);
        }
        return switch (answer) {
            case Kept _ -> sent;
            case Refused _ -> -1;
            case Missing _ -> throw new IOException("asked for bytes twice");
            case Keep _,KeepMessage.Notes _ -> throw new IOException("a question where an answer was expected");
        };
    }

    private long send(Conversation conversation, Call<Long> call, Missing missing, List<Digest> digests)
            throws IOException {
        long sent = 0;
        if (new HashSet<>(missing.digests()).size() != missing.digests().size()) {
            throw new IOException("asked for the same bytes twice");
        }
        for (int index : missing.digests()) {
            if (index < 0 || index >= digests.size()) {
                throw new IOException("asked for number " + index + " of " + digests.size());
            }
            Digest digest = digests.get(index);
            Blobs.send(conversation, digest, parts.local().store());
            call.moved(digest.size() + 1);
            sent += digest.size();
        }
        conversation.finish();
        return sent;
    }
}
