package dev.floe.node.rpc.stream;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The versions of the data plane's protocol that this node speaks: the current one and the one before it. A version is
 * a name of TLS's ALPN; two peers speak the newest that both know. HTTP/2 frames with Floe's messages are inside.
 *
 * <p>A new version is needed only for messages that an older node would misunderstand. New fields need none, because a
 * reader ignores those that it does not know; what a node can do beyond that is among the features of its record.
 */
public enum WireProtocol {
    /** That of release 0.1.0. */
    V1("floe/1"),
    /**
     * Has {@code JobReturned}, with which an executor that leaves the mesh returns jobs that it has not started, cached
     * results with observations, and compressed messages.
     */
    V2("floe/2");

    /** The newest that this node speaks, and that of its exchanges with itself. */
    public static final WireProtocol CURRENT = V2;

    private final String alpnName;

    WireProtocol(String alpnName) {
        this.alpnName = alpnName;
    }

    public String alpnName() {
        return alpnName;
    }

    /** 1 for the first version. */
    public int number() {
        return ordinal() + 1;
    }

    /** Whether a peer with which this version was negotiated knows the message {@code JobReturned}. */
    public boolean returnsJobs() {
        return compareTo(V2) >= 0;
    }

    /** Whether a peer with which this version was negotiated can decode a cached result with an observation. */
    public boolean readsObservations() {
        return compareTo(V2) >= 0;
    }

    /** Whether a peer with which this version was negotiated reads compressed messages. */
    public boolean compressesMessages() {
        return compareTo(V2) >= 0;
    }

    /** The names to offer and to accept, the preferred first. */
    public static List<String> alpnNames() {
        return Arrays.stream(values()).map(WireProtocol::alpnName).toList().reversed();
    }

    /** The version that a handshake has ended with; empty if it is none that this node speaks, or none at all. */
    public static Optional<WireProtocol> find(@Nullable String negotiated) {
        return Arrays.stream(values()).filter(version -> version.alpnName.equals(negotiated)).findFirst();
    }

    /**
     * The names for a connection on which the side that accepted it sends the requests, the preferred first. Its peer
     * has opened it because nobody can connect to it.
     */
    public static List<String> reverseNames() {
        return Arrays.stream(values()).map(WireProtocol::reverseName).toList().reversed();
    }

    private String reverseName() {
        return "floe-reverse/" + number();
    }

    /** The version of a connection on which the side that accepted it sends the requests; empty if it is none. */
    public static Optional<WireProtocol> findReverse(@Nullable String negotiated) {
        return Arrays.stream(values()).filter(version -> version.reverseName().equals(negotiated)).findFirst();
    }

    /** What to tell a peer, and the user, where a handshake has ended with none of these versions. */
    public static String mismatch(@Nullable String negotiated) {
        return "it speaks "
                + (negotiated == null || negotiated.isEmpty() ? "no version of Floe's protocol" : negotiated)
                + ", this node " + String.join(" and ", alpnNames())
                + "; upgrade the older of the two";
    }
}
