package dev.floe.node.rpc.stream;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.stream.Stream;

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
    private static final int FEW_BYTES = 1 << 13;
    private static final int SPARE_ARRAYS = 2; // of each size
    /** Of twice {@link #FEW_BYTES}, of twice that, and so on; the last have {@link #MAX_BYTES}. */
    private static final List<ArrayBlockingQueue<byte[]>> SPARE = Stream
            .generate(() -> new ArrayBlockingQueue<byte[]>(SPARE_ARRAYS)).limit(sizeOf(BLOCK_BYTES) + 1L).toList();

    private BlobBlockCodec() {}

    /** What one of these needs for a blob, in bytes. */
    static long memory(long size) {
        return size <= FEW_BYTES ? 2 * size : 2L * bytes(sizeOf((int) Math.min(size, MAX_BYTES)));
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
     * A buffer of at least that many bytes. One that is not short is used again, because Java clears what it makes, and
     * what is dropped must be collected.
     */
    private static byte[] array(int length) {
        if (length <= FEW_BYTES) {
            return new byte[length];
        }
        int size = sizeOf(length);
        byte[] spare = SPARE.get(size).poll();
        return spare != null ? spare : new byte[bytes(size)];
    }

    private static void spare(byte[] array) {
        int size = array.length <= FEW_BYTES ? -1 : sizeOf(array.length);
        if (size >= 0 && array.length == bytes(size)) {
            SPARE.get(size).offer(array);
        }
    }

    /** Which of the sizes that are used again is the least of at least so many bytes. */
    private static int sizeOf(int length) {
        int doublings = Integer.SIZE - Integer.numberOfLeadingZeros((length - 1) / FEW_BYTES) - 1;
        return Math.min(doublings, Integer.numberOfTrailingZeros(BLOCK_BYTES / FEW_BYTES) - 1);
    }

    private static int bytes(int size) {
        int bytes = 2 * FEW_BYTES << size;
        return bytes == BLOCK_BYTES ? MAX_BYTES : bytes;
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
        byte[] raw = array((int) Math.min(Math.max(size, 0), BLOCK_BYTES));
        try {
            for (long left = size; left > 0;) {
                int length = from.readInt();
                int encodedLength = from.readInt();
                if (length <= 0 || length > BLOCK_BYTES || length > left || encodedLength <= 0
                        || encodedLength > length) {
                    throw new IOException("a block of " + length + " bytes as " + encodedLength + " is refused");
                }
                if (encodedLength == length) {
                    from.readFully(raw, 0, length);
                } else {
                    readCompressed(from, encodedLength, raw, length);
                }
                to.write(raw, 0, length);
                left -= length;
            }
        } finally {
            spare(raw);
        }
    }

    private static void readCompressed(DataInputStream from, int encodedLength, byte[] raw, int length)
            throws IOException {
        byte[] encoded = array(encodedLength);
        try {
            from.readFully(encoded, 0, encodedLength);
            decompress(encoded, encodedLength, raw, length);
        } finally {
            spare(encoded);
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
