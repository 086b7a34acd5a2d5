package dev.floe.node.wire;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

/**
 * A blob of known size as blocks of at most {@link #BLOCK_BYTES}: {@code u32} raw length, {@code u32} encoded length, the
 * encoded bytes. A block is zstd unless both lengths are equal. Neither side holds more than a block in memory.
 */
final class Blocks {
    static final int BLOCK_BYTES = 1 << 20;

    private static final int LEVEL = 1;
    private static final int TOO_SMALL_TO_COMPRESS = 256;

    private Blocks() {}

    static void write(InputStream from, long size, DataOutputStream to) throws IOException {
        byte[] raw = new byte[(int) Math.min(size, BLOCK_BYTES)];
        byte[] encoded = new byte[(int) Zstd.compressBound(raw.length)];
        for (long left = size; left > 0;) {
            int length = (int) Math.min(left, BLOCK_BYTES);
            if (from.readNBytes(raw, 0, length) != length) {
                throw new EOFException("a blob of " + size + " bytes ended " + left + " bytes early");
            }
            writeBlock(raw, length, encoded, to);
            left -= length;
        }
    }

    private static void writeBlock(byte[] raw, int length, byte[] encoded, DataOutputStream to) throws IOException {
        if (length >= TOO_SMALL_TO_COMPRESS) {
            long encodedLength = Zstd.compressByteArray(encoded, 0, encoded.length, raw, 0, length, LEVEL);
            if (!Zstd.isError(encodedLength) && encodedLength < length) {
                to.writeInt(length);
                to.writeInt((int) encodedLength);
                to.write(encoded, 0, (int) encodedLength);
                return;
            }
        }
        to.writeInt(length);
        to.writeInt(length);
        to.write(raw, 0, length);
    }

    static void read(DataInputStream from, long size, OutputStream to) throws IOException {
        byte[] encoded = new byte[0];
        byte[] raw = new byte[0];
        for (long left = size; left > 0;) {
            int length = from.readInt();
            int encodedLength = from.readInt();
            if (length <= 0 || length > BLOCK_BYTES || length > left || encodedLength <= 0 || encodedLength > length) {
                throw new IOException("a block of " + length + " bytes as " + encodedLength + " is refused");
            }
            encoded = encoded.length < encodedLength ? new byte[encodedLength] : encoded;
            from.readFully(encoded, 0, encodedLength);
            if (encodedLength == length) {
                to.write(encoded, 0, length);
            } else {
                raw = raw.length < length ? new byte[length] : raw;
                decompress(encoded, encodedLength, raw, length);
                to.write(raw, 0, length);
            }
            left -= length;
        }
    }

    private static void decompress(byte[] encoded, int encodedLength, byte[] raw, int length) throws IOException {
        try {
            long made = Zstd.decompressByteArray(raw, 0, length, encoded, 0, encodedLength);
            if (made != length) {
                throw new IOException("a block of " + length + " bytes came out as " + made);
            }
        } catch (ZstdException e) {
            throw new IOException("a damaged block", e);
        }
    }
}
