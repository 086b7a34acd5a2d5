package dev.floe.node.cache.local;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResultCodec;
import dev.floe.store.actioncache.ResultSignature;

/**
 * Signs results and checks signatures, in a mesh that lets only some nodes write to its cache; in others no result is
 * signed. A seal is the id of the writers' key and its signature of the action's key and of all of the result but the
 * seal. Thread-safe.
 */
public final class ResultSigner {
    /** Of a mesh in which every member may write. */
    public static final ResultSigner NONE = new ResultSigner(Optional.empty());

    private static final int SEAL_BYTES = CacheWriterKey.ID_BYTES + CacheWriterKey.SIGNATURE_BYTES;

    private final Supplier<Optional<CacheWriterKey>> current; // changes when the key is rotated

    /** @param writers whose results count; empty if everybody's do */
    public ResultSigner(Optional<CacheWriterKey> writers) {
        this(() -> writers);
    }

    /** @param current the writers' key at the moment; results that an earlier one has signed do not count any more */
    public ResultSigner(Supplier<Optional<CacheWriterKey>> current) {
        this.current = current;
    }

    /** Whether this node may write to the cache. */
    public boolean mayWrite() {
        Optional<CacheWriterKey> writers = current.get();
        return writers.isEmpty() || writers.get().maySign();
    }

    /** Whether only nodes with the writers' key may write to the cache. */
    boolean isRestricted() {
        return current.get().isPresent();
    }

    /** A result of this node as it goes to others; empty if this node may not write. Takes about a millisecond. */
    Optional<ActionResult> signed(ActionKey key, ActionResult result) {
        Optional<CacheWriterKey> writers = current.get();
        if (writers.isEmpty()) {
            return Optional.of(result);
        }
        CacheWriterKey writer = writers.get();
        if (!writer.maySign()) {
            return Optional.empty();
        }
        return Optional.of(result.sealed(new ResultSignature(ByteBuffer.allocate(SEAL_BYTES).put(writer.id())
                .put(writer.sign(ActionResultCodec.toSign(key, result))).array())));
    }

    /**
     * What is wrong with the seal of a result that was checked when it came: whether it is of this mesh at all. Quick.
     */
    Optional<String> flawAtHand(ActionResult result) {
        Optional<CacheWriterKey> writers = current.get();
        if (writers.isEmpty()) {
            return Optional.empty();
        }
        byte[] seal = result.seal().bytes();
        if (seal.length == 0) {
            return Optional.of("no node that may write to the cache has signed it");
        }
        return seal.length == SEAL_BYTES
                && Arrays.equals(Arrays.copyOf(seal, CacheWriterKey.ID_BYTES), writers.get().id())
                        ? Optional.empty()
                        : Optional.of("it is signed for another mesh");
    }

    /** What is wrong with the seal of a result that has just come. Takes about a millisecond. */
    Optional<String> flaw(ActionKey key, ActionResult result) {
        Optional<CacheWriterKey> writers = current.get();
        Optional<String> flaw = flawAtHand(result);
        if (writers.isEmpty() || flaw.isPresent()) {
            return flaw;
        }
        byte[] seal = result.seal().bytes();
        return writers.get().verifies(ActionResultCodec.toSign(key, result),
                Arrays.copyOfRange(seal, CacheWriterKey.ID_BYTES, seal.length))
                        ? Optional.empty()
                        : Optional.of("its signature is wrong");
    }
}
