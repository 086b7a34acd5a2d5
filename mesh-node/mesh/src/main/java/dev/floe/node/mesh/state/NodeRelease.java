package dev.floe.node.mesh.state;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The release of a node, as its record shows it: the version of its data plane's protocol, and Floe's version. The
 * protocol counts first, because it decides what two nodes can do together.
 */
public record NodeRelease(int protocol, String version) implements Comparable<NodeRelease> {
    private static final Comparator<NodeRelease> ORDER = Comparator.comparingInt(NodeRelease::protocol)
            .thenComparing(NodeRelease::numbers, Arrays::compare);

    public static NodeRelease of(NodeInfo node) {
        return new NodeRelease(node.protocol(), node.version());
    }

    /** In what a node is behind the newest of these, for people to read; empty if it is not. */
    public static Optional<String> behind(NodeInfo node, List<Peer> peers) {
        NodeRelease own = of(node);
        NodeRelease newest = peers.stream().map(peer -> of(peer.info())).reduce(own, NodeRelease::later);
        String missing = Arrays.stream(NodeFeature.values()).filter(feature -> !node.has(feature))
                .filter(feature -> peers.stream().anyMatch(peer -> peer.info().has(feature))).map(NodeFeature::key)
                .collect(Collectors.joining(", "));
        String behind = Stream.of(own.lag(newest), missing.isEmpty() ? "" : "without " + missing)
                .filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
        return Optional.of(behind).filter(text -> !text.isEmpty());
    }

    private static NodeRelease later(NodeRelease one, NodeRelease other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private String lag(NodeRelease newest) {
        if (protocol < newest.protocol) {
            return "speaks version " + protocol + " of the protocol, others speak " + newest.protocol;
        }
        return compareTo(newest) < 0 ? "version " + version + " is older than " + newest.version : "";
    }

    /** The numbers before the first part that is none: 0.2.0-SNAPSHOT counts as 0.2.0. */
    private long[] numbers() {
        return Arrays.stream(version.split("[-+]", 2)[0].split("\\.")).takeWhile(part -> part.matches("[0-9]{1,18}"))
                .mapToLong(Long::parseLong).toArray();
    }

    @Override
    public int compareTo(NodeRelease other) {
        return ORDER.compare(this, other);
    }
}
