package dev.floe.node.rpc.unix;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.store.descriptors.OpenDescriptor;

/** A connection over a Unix socket. One thread reads while another writes; any may close it. */
public interface UnixStream extends Closeable {
    /** Reads at least one byte; waits for it. A result below zero is the end. */
    int read(byte[] to, int offset, int length) throws IOException;

    /**
     * Writes all that remains in the buffers.
     *
     * @param passed goes to the peer together with the first byte; the caller closes it. Null if there is none
     * @throws PeerClosedException if nobody reads any more
     * @throws IOException also if something is to be passed over a connection that cannot
     */
    void write(ByteBuffer[] buffers, @Nullable OpenDescriptor passed) throws IOException;

    /**
     * Writes a few bytes if the connection takes them at once, otherwise none of them. Does not wait.
     *
     * @return whether they were written
     */
    boolean writeAtOnce(ByteBuffer bytes) throws IOException;

    /**
     * The first descriptor that came from the peer with the bytes read so far, and that nobody has taken yet. The
     * caller closes it.
     */
    Optional<OpenDescriptor> received();

    /**
     * Runs an action once the peer has closed its end, at once if it has already. The action is not run for a
     * connection that this side closes first. It must not block.
     *
     * @return whether this connection can tell; if not, its end is seen by reading only
     */
    boolean onHangUp(Runnable action);
}
