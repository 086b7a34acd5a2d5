package dev.floe.node.rpc.stream;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

/**
 * A blob of known size as blocks of at most {@link #BLOCK_BYTES}: {@code u32} raw length, {@code u32} encoded length,
 * the encoded bytes. A block is zstd unless both lengths are equal. Neither side holds more than a block in memory.
 */
final class BlobBlockCodec {
    static final int BLOCK_BYTES = 1 << 20;

    private static final int TOO_SMALL_TO_COMPRESS = 256;
    /** What any block needs, as it is or compressed. */
    private static final int MAX_BYTES = (int) Zstd.compressBound(BLOCK_BYTES);
    private static final int FEW_BYTES = 1 << 16;
    private static final int SPARE_ARRAYS = 4;
    private static final ArrayBlockingQueue<byte[]> SPARE = new ArrayBlockingQueue<>(SPARE_ARRAYS);

    private BlobBlockCodec() {}

    /** What one of these needs for a blob, in bytes. */
    static long memory(long size) {
        return 2 * Math.min(size, MAX_BYTES);
    }

    static void write(InputStream from, long size, DataOutputStream to) throws IOException {
        int longest = (int) Math.min(size, BLOCK_BYTES);
        byte[] raw = array(longest);
        byte[] encoded = array((int) Zstd.compressBound(longest));
        try {
            for (long left = size; left > 0;) {
                int length = (int) Math.min(left, BLOCK_BYTES);
                if (from.readNBytes(raw, 0, length) != length) {
                    throw new EOFException("a blob of " + size + " bytes ended " + left + " bytes early");
                }
                writeBlock(raw, length, encoded, to);
                left -= length;
            }
        } finally {
            spare(raw);
            spare(encoded);
        }
    }

    /**
     * A buffer of at least that many bytes; a long one is reused if one is spare, because Java clears what it
     * makes.
     */
    private static byte[] array(int length) {
        byte[] spare = length > FEW_BYTES ? SPARE.poll() : null;
        return spare != null ? spare : new byte[length >= BLOCK_BYTES ? MAX_BYTES : length];
    }

    private static void spare(byte[] array) {
        if (array.length == MAX_BYTES) {
            SPARE.offer(array);
        }
    }

    private static void writeBlock(byte[] raw, int length, byte[] encoded, DataOutputStream to) throws IOException {
        if (length >= TOO_SMALL_TO_COMPRESS) {
            int encodedLength = ZstdContexts.compress(raw, length, encoded);
            if (encodedLength < length) {
                to.writeInt(length);
                to.writeInt(encodedLength);
                to.write(encoded, 0, encodedLength);
                return;
            }
        }
        to.writeInt(length);
        to.writeInt(length);
        to.write(raw, 0, length);
    }

    static void read(DataInputStream from, long size, OutputStream to) throws IOException {
        int longest = (int) Math.min(Math.max(size, 0), BLOCK_BYTES);
        byte[] encoded = array(longest);
        byte[] raw = array(longest);
        try {
            for (long left = size; left > 0;) {
                int length = from.readInt();
                int encodedLength = from.readInt();
                if (length <= 0 || length > BLOCK_BYTES || length > left || encodedLength <= 0
                        || encodedLength > length) {
                    throw new IOException("a block of " + length + " bytes as " + encodedLength + " is refused");
                }
                from.readFully(encoded, 0, encodedLength);
                if (encodedLength == length) {
                    to.write(encoded, 0, length);
                } else {
                    decompress(encoded, encodedLength, raw, length);
                    to.write(raw, 0, length);
                }
                left -= length;
            }
        } finally {
            spare(encoded);
            spare(raw);
        }
    }

    private static void decompress(byte[] encoded, int encodedLength, byte[] raw, int length) throws IOException {
        try {
            int made = ZstdContexts.decompress(encoded, encodedLength, raw, length);
            if (made != length) {
                throw new IOException("a block of " + length + " bytes came out as " + made);
            }
        } catch (ZstdException e) {
            throw new IOException("a damaged block", e);
        }
    }
}
