package dev.floe.node.mesh.rotation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The last rotations of a mesh that a node knows, each of the key of the one before, for members that are away.
 *
 * @param origin the keys that the first of them has replaced
 */
public record RotationChain(Optional<MeshPublicKeys> origin, List<KeyRotation> rotations) {
    /** Most that are kept. */
    public static final int MAX_KEPT = 32;

    public RotationChain {
        int forgotten = Math.max(0, rotations.size() - MAX_KEPT);
        origin = forgotten == 0 ? origin : Optional.of(rotations.get(forgotten - 1).next());
        rotations = List.copyOf(rotations.subList(forgotten, rotations.size()));
    }

    /** Of a node that knows of no rotation. */
    public static RotationChain empty() {
        return new RotationChain(Optional.empty(), List.of());
    }

    public Optional<KeyRotation> last() {
        return rotations.isEmpty() ? Optional.empty() : Optional.of(rotations.getLast());
    }

    /** Whether a rotation has led to this key. */
    public boolean leadsTo(String keyId) {
        return rotations.stream().anyMatch(it -> it.keyId().equals(keyId));
    }

    /** The rotation that has replaced a key. */
    public Optional<KeyRotation> replacementOf(String keyId) {
        return rotations.stream().filter(it -> it.previous().equals(keyId)).findFirst();
    }

    /** The rotation since which a node key is refused. */
    public Optional<KeyRotation> firstThatExpels(String node) {
        return rotations.stream().filter(it -> it.expelled().contains(node)).findFirst();
    }

    /** The keys before the present ones. */
    public Optional<MeshPublicKeys> previousKeys() {
        return last().flatMap(it -> keys(it.previous()));
    }

    /** The keys that counted at some time, by the id of the mesh's. */
    public Optional<MeshPublicKeys> keys(String keyId) {
        return keys().filter(it -> it.id().equals(keyId)).findFirst();
    }

    /** All keys that counted at some time, the present ones included. */
    public Stream<MeshPublicKeys> keys() {
        return Stream.concat(origin.stream(), rotations.stream().map(KeyRotation::next));
    }

    /**
     * The chain that ends with a rotation. Those after the key that it replaces are dropped.
     *
     * @param present the keys that this chain has led to
     */
    public RotationChain with(KeyRotation rotation, MeshPublicKeys present) {
        List<KeyRotation> next = new ArrayList<>();
        rotations.stream().takeWhile(it -> !it.previous().equals(rotation.previous())).forEach(next::add);
        next.add(rotation);
        return new RotationChain(rotations.isEmpty() ? Optional.of(present) : origin, next);
    }

    /** The rotations after a key; all, if the key is of another chain, so that the other side finds where they part. */
    public List<KeyRotation> after(String keyId) {
        return leadsTo(keyId)
                ? rotations.stream().dropWhile(it -> !it.keyId().equals(keyId)).skip(1).toList()
                : rotations.stream().dropWhile(it -> replacementOf(keyId).isPresent() && !it.previous().equals(keyId))
                        .toList();
    }
}
