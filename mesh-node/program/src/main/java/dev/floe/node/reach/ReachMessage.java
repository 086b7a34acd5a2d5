package dev.floe.node.reach;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

import dev.floe.node.bounds.PeerText;

/**
 * The bytes of {@code /reach}. A request is the id of the node that asks and some padding; an answer is the clock of
 * the node that answers, what its attempts to connect came to, and as much padding.
 */
final class ReachMessage {
    /** Longer than any packet of an ordinary network, so that it takes several. */
    static final int LARGE_BYTES = 16 << 10;

    private static final int MAX_TEXT_BYTES = 1 << 10;

    private ReachMessage() {}

    /** @param padding bytes that are of no use but to be there */
    record ReachRequest(String nodeId, int padding) {
        void write(OutputStream to) throws IOException {
            DataOutputStream out = new DataOutputStream(to);
            text(out, nodeId);
            pad(out, padding);
        }

        /** @throws IOException if a length is out of its bounds, or the other side ends early */
        static ReachRequest read(InputStream from) throws IOException {
            DataInputStream in = new DataInputStream(from);
            return new ReachRequest(readText(in), readPadding(in));
        }
    }

    /**
     * @param groupPort why it cannot be reached; empty if it can
     * @param dataPort  why it cannot be reached; empty if it can
     */
    record ReachAnswer(long clockMillis, String groupPort, String dataPort, int padding) {
        void write(OutputStream to) throws IOException {
            DataOutputStream out = new DataOutputStream(to);
            out.writeLong(clockMillis);
            text(out, groupPort);
            text(out, dataPort);
            pad(out, padding);
        }

        /** @throws IOException if a length is out of its bounds, or the other side ends early */
        static ReachAnswer read(InputStream from) throws IOException {
            DataInputStream in = new DataInputStream(from);
            return new ReachAnswer(in.readLong(), readText(in), readText(in), readPadding(in));
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = PeerText.of(text).getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MAX_TEXT_BYTES);
        out.writeShort(length);
        out.write(bytes, 0, length);
    }

    private static String readText(DataInputStream in) throws IOException {
        int length = in.readUnsignedShort();
        if (length > MAX_TEXT_BYTES) {
            throw new IOException("a text of " + length + " bytes in a test of connections");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return PeerText.of(new String(bytes, StandardCharsets.UTF_8));
    }

    private static void pad(DataOutputStream out, int length) throws IOException {
        out.writeShort(length);
        out.write(new byte[length]);
    }

    private static int readPadding(DataInputStream in) throws IOException {
        int length = in.readUnsignedShort();
        if (length > LARGE_BYTES) {
            throw new IOException("a padding of " + length + " bytes in a test of connections");
        }
        in.readFully(new byte[length]);
        return length;
    }
}
