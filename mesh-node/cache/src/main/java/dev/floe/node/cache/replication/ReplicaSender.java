package dev.floe.node.cache.replication;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.cache.transfer.CacheContext;
import dev.floe.node.cache.transfer.PeerCall;
import dev.floe.node.cache.transfer.ResultBlobTransfer;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.rpc.PeerConnections.ConnectionClass;
import dev.floe.node.rpc.messages.ReplicateMessage;
import dev.floe.node.rpc.messages.ReplicateMessage.MissingBlobs;
import dev.floe.node.rpc.messages.ReplicateMessage.ResultStored;
import dev.floe.node.rpc.messages.ReplicateMessage.StoreRejected;
import dev.floe.node.rpc.messages.ReplicateMessage.StoreResult;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;

/** Second copies: results of this node on their way to another. Thread-safe. */
public final class ReplicaSender {
    private static final Logger LOG = LogManager.getLogger(ReplicaSender.class);
    private static final int ATTEMPTS = 3;

    private final CacheContext parts;

    public ReplicaSender(CacheContext parts) {
        this.parts = parts;
    }

    /** The other nodes that keep results, the owner of the second copy first. */
    List<Peer> owners(ActionKey key) {
        return RendezvousHash.rank(key, parts.group().roster().others());
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
        List<Peer> owners = parts.responsive(owners(key));
        for (Peer owner : owners.subList(0, Math.min(ATTEMPTS, owners.size()))) {
            try {
                PeerCall<Long> call = parts.calls().begin(owner, ConnectionClass.BULK, "/keep",
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
    private long offer(MessageStream conversation, PeerCall<Long> call, ActionKey key, ActionResult result)
            throws IOException {
        Optional<byte[]> encoded = ResultBlobTransfer.encode(result, conversation.exchange().protocol());
        if (encoded.isEmpty()) {
            return -1;
        }
        conversation.send(new StoreResult(key.bytes(), encoded.get()));
        conversation.flush();
        long sent = 0;
        ReplicateMessage answer = conversation.receive(ReplicateMessage.class);
        if (answer instanceof MissingBlobs missing) {
            sent = send(conversation, call, missing, ResultBlobTransfer.of(result));
            answer = conversation.receive(ReplicateMessage.class);
        }
        return switch (answer) {
            case ResultStored _ -> sent;
            case StoreRejected _ -> -1;
            case MissingBlobs _ -> throw new IOException("asked for bytes twice");
            case StoreResult _,ReplicateMessage.Advisories _ ->
                throw new IOException("a question where an answer was expected");
        };
    }

    private long send(MessageStream conversation, PeerCall<Long> call, MissingBlobs missing, List<Digest> digests)
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
            ResultBlobTransfer.send(conversation, digest, parts.local().store());
            call.moved(digest.size() + 1);
            sent += digest.size();
        }
        conversation.finish();
        return sent;
    }
}
