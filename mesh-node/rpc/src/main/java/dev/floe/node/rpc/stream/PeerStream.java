package dev.floe.node.rpc.stream;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * One request and its reply: bytes both ways with back pressure. Reading and writing block and belong to one virtual
 * thread at a time each. The output is sent when flushed or when a chunk is full; closing it ends this side's half.
 */
public interface PeerStream extends AutoCloseable {
    /** Who is on the other side, for messages: a name from its certificate and its address. */
    String peer();

    /** The name in the other side's certificate: the node that it is. The address if that is not known. */
    default String node() {
        return peer();
    }

    /** The version that was negotiated with the other side. */
    default WireProtocol protocol() {
        return WireProtocol.CURRENT;
    }

    /** Where memory for what comes and goes is taken from; empty if the other side is this node itself. */
    default Optional<WireMemory> memory() {
        return Optional.empty();
    }

    /** What is asked for, such as {@code /job}. */
    String path();

    InputStream input();

    OutputStream output();

    /**
     * Runs {@code action} once, on any thread, as soon as the exchange is known to be broken; at once if it is already.
     */
    void onClosed(Runnable action);

    /** Ends the exchange, from whatever thread: quietly if both sides are done, otherwise by cancelling it. */
    @Override
    void close();
}
