package dev.floe.node.rpc.stream;

/** The other side is there but sends nothing, or takes nothing, for longer than this side waits. */
public final class StreamStalledException extends StreamBrokenException {
    private static final long serialVersionUID = 1;

    public StreamStalledException(String message) {
        super(message);
    }
}
