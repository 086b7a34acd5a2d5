package dev.floe.node.mesh.state;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoField;
import org.infinispan.protostream.annotations.ProtoName;
import org.infinispan.protostream.annotations.ProtoTypeId;
import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.PeerText;
import dev.floe.node.mesh.security.NodeKey;
import dev.floe.node.mesh.security.NodeNames;

/**
 * The description of a node that it publishes. Host and port are those of the data plane; {@code version} is Floe's,
 * {@code protocol} the newest version of the data plane's protocol that it speaks, {@code startedAtMillis} the node's
 * own wall clock, good for display alone, and {@code features} the names of what it can do beyond release 0.1.0 ({@link
 * NodeFeature}). {@code nodeKey} is the id of its own key, empty for a release without one; {@code writerProof} proves
 * that it may write to a restricted cache, and {@code keyProof} that it has the key.
 */
@Proto
@ProtoName("NodeInfo")
@ProtoTypeId(NodeSchema.FIRST_TYPE_ID + 4)
public record NodeInfo(@ProtoField(1) StateVersion stamp, @ProtoField(2) NodeId id,
        @ProtoField(value = 3, defaultValue = "") String name, @ProtoField(value = 4, defaultValue = "") String host,
        @ProtoField(value = 5, defaultValue = "0") int dataPort, @ProtoField(6) MachineInfo machine,
        @ProtoField(7) NodeCapabilities offering, @ProtoField(value = 8, defaultValue = "") String version,
        @ProtoField(value = 9, defaultValue = "0") int protocol,
        @ProtoField(value = 10, defaultValue = "0") long startedAtMillis,
        @ProtoField(11) List<String> features, @ProtoField(value = 12, defaultValue = "") String nodeKey,
        @ProtoField(value = 13, defaultValue = "") String writerProof,
        @ProtoField(value = 14, defaultValue = "") String keyProof) implements NodeRecord {
    private static final String UNSOUND = "\0";
    private static final int MAX_HOST = 253;
    private static final int MAX_VERSION = 64;
    private static final int MAX_PROOF = 128;
    private static final int MAX_PORT = 65_535;

    public NodeInfo {
        stamp = NodeState.orNone(stamp);
        id = orNone(id);
        name = bounded(name, NodeNames.MAX_LENGTH);
        host = bounded(host, MAX_HOST);
        version = bounded(version, MAX_VERSION);
        machine = MachineInfo.orUnknown(machine);
        offering = NodeCapabilities.orNothing(offering);
        features = bounded(features, NodeFeature.MAX_FEATURES, MAX_VERSION);
        nodeKey = bounded(nodeKey, MAX_PROOF);
        writerProof = bounded(writerProof, MAX_PROOF);
        keyProof = bounded(keyProof, MAX_PROOF);
    }

    /** One without features, as release 0.1.0 publishes it. */
    public NodeInfo(StateVersion stamp, NodeId id, String name, String host, int dataPort, MachineInfo machine,
            NodeCapabilities offering, String version, int protocol, long startedAtMillis) {
        this(stamp, id, name, host, dataPort, machine, offering, version, protocol, startedAtMillis, List.of(), "", "",
                "");
    }

    /** One without a key of its own. */
    public NodeInfo(StateVersion stamp, NodeId id, String name, String host, int dataPort, MachineInfo machine,
            NodeCapabilities offering, String version, int protocol, long startedAtMillis, List<String> features) {
        this(stamp, id, name, host, dataPort, machine, offering, version, protocol, startedAtMillis, features, "", "",
                "");
    }

    /** The same with the id of its key, and the proofs that it has the key and may write to a restricted cache. */
    public NodeInfo withKey(String key, String ofKey, String ofWriter) {
        return new NodeInfo(stamp, id, name, host, dataPort, machine, offering, version, protocol, startedAtMillis,
                features, key, ofWriter, ofKey);
    }

    /** Whether both say that they listen at the same address. */
    public boolean hasSameAddress(NodeInfo other) {
        return host.equals(other.host) && dataPort == other.dataPort;
    }

    /** The same node by another name. */
    public NodeInfo named(String other) {
        return new NodeInfo(stamp, id, other, host, dataPort, machine, offering, version, protocol, startedAtMillis,
                features, nodeKey, writerProof, keyProof);
    }

    /** The same with these features. */
    public NodeInfo with(List<String> published) {
        return new NodeInfo(stamp, id, name, host, dataPort, machine, offering, version, protocol, startedAtMillis,
                published, nodeKey, writerProof, keyProof);
    }

    /** Whether the node has a feature: it has published it, or speaks a protocol that has it. */
    public boolean has(NodeFeature feature) {
        return features.contains(feature.key()) || feature.isPartOf(protocol);
    }

    /** Whether its peers cannot connect to it, so that it opens all connections itself. */
    public boolean dialsOut() {
        return features.contains(NodeFeature.DIALS_OUT);
    }

    /** The names of all features that the node has, in order; those that this node does not know, too. */
    public SortedSet<String> allFeatures() {
        SortedSet<String> all = new TreeSet<>(features);
        all.remove(NodeFeature.DIALS_OUT); // where it is, not what it can do
        for (NodeFeature feature : NodeFeature.values()) {
            if (has(feature)) {
                all.add(feature.key());
            }
        }
        return all;
    }

    /** The same, said at another time. */
    public NodeInfo at(StateVersion time) {
        return new NodeInfo(time, id, name, host, dataPort, machine, offering, version, protocol, startedAtMillis,
                features, nodeKey, writerProof, keyProof);
    }

    /** The same node offering something else. */
    public NodeInfo offering(NodeCapabilities other) {
        return new NodeInfo(stamp, id, name, host, dataPort, machine, other, version, protocol, startedAtMillis,
                features, nodeKey, writerProof, keyProof);
    }

    @Override
    public boolean isSound() {
        return !id.equals(NodeId.NONE) && NodeNames.isName(name) && isText(host, 1, MAX_HOST) && dataPort >= 0
                && dataPort <= MAX_PORT && machine.isSound() && offering.isSound() && isText(version, 0, MAX_VERSION)
                && NodeFeature.areSound(features) && (nodeKey.isEmpty() || NodeKey.isId(nodeKey))
                && isText(writerProof, 0, MAX_PROOF) && isText(keyProof, 0, MAX_PROOF);
    }

    private static NodeId orNone(@Nullable NodeId id) {
        return id == null ? NodeId.NONE : id;
    }

    /**
     * The text, or one that is not sound if it is too long: a record stays in memory although it is ignored, because
     * all members share it.
     */
    static String bounded(@Nullable String text, int most) {
        return text == null ? "" : text.length() <= most ? text : UNSOUND;
    }

    /** The same for a list of texts. */
    static List<String> bounded(@Nullable List<String> texts, int count, int most) {
        if (texts == null) {
            return List.of();
        }
        return texts.size() <= count && texts.stream().allMatch(text -> text.length() <= most)
                ? List.copyOf(texts)
                : List.of(UNSOUND);
    }

    static boolean isText(@Nullable String text, int least, int most) {
        return text != null && text.length() >= least && text.length() <= most
                && PeerText.isPlain(text);
    }
}
