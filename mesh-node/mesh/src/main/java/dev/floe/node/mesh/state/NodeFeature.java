package dev.floe.node.mesh.state;

import java.util.Arrays;
import java.util.List;

/**
 * A feature that a node publishes in its record, so that nodes of other versions know what to ask of it. A node of
 * release 0.1.0 publishes none, and a node of a later release may publish some that are not listed here.
 *
 * <p>A node that speaks the protocol with which a feature came has it, whatever its record lists: a record passes
 * through other members of the group, and one of release 0.1.0 drops the fields that it does not know.
 */
public enum NodeFeature {
    /** Reports what a compile looked for and did not find, if an offer asks for it. */
    OBSERVE("observe", 2),
    /** Sends its jobs and samples to nodes that watch it. */
    WATCH("watch", 2),
    /** Sends the manifest of a toolchain and single files of it. */
    TOOLCHAIN_FILES("toolchain-files", 2),
    /** Has a key of its own, and follows rotations of the mesh's key. */
    MEMBERSHIP("membership", 2),
    /** Lets peers that it cannot reach open connections for its requests to them. */
    REVERSE("reverse", 2),
    /** Fetches a toolchain from far away for the nodes near it. */
    TOOLCHAIN_RELAY("toolchain-relay", 2),
    /** In a large group expects heartbeats of the first members alone. */
    FEW_HEARTBEATS("few-heartbeats", 2);

    /**
     * Published beside the features by a node that its peers cannot connect to. They reach it over connections that it
     * opens itself, and it coordinates no group.
     */
    public static final String DIALS_OUT = "dials-out";

    /** Most features in a record. */
    public static final int MAX_FEATURES = 64;

    private static final int MAX_NAME = 32;

    private final String key;
    private final int protocol;

    NodeFeature(String key, int protocol) {
        this.key = key;
        this.protocol = protocol;
    }

    /** Whether all nodes that speak this version of the protocol have it. */
    boolean isPartOf(int version) {
        return version >= protocol;
    }

    /** The name in records, which does not change. */
    public String key() {
        return key;
    }

    /** What this node publishes. */
    public static List<String> all() {
        return Arrays.stream(values()).map(NodeFeature::key).toList();
    }

    /** Whether a record may have these features. */
    static boolean areSound(List<String> features) {
        return features.size() <= MAX_FEATURES
                && features.stream().allMatch(name -> NodeInfo.isText(name, 1, MAX_NAME));
    }
}
