package dev.floe.toolchain.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;

/** The compression of an archive, detected by its first bytes, because names lie. */
enum ArchiveCompression {
    GZIP(0x1f, 0x8b), XZ(0xfd, '7', 'z', 'X', 'Z', 0), ZSTD(0x28, 0xb5, 0x2f, 0xfd), BZIP2('B', 'Z', 'h'), NONE;

    /** The largest window that a zstd frame may ask for: 128 MiB. */
    static final int MAX_WINDOW_LOG = 27;
    /** What a reader of xz may allocate; its strongest preset needs 65 MiB. */
    private static final int XZ_KIBIBYTES = 256 << 10;
    private static final int MAX_MAGIC = 6;
    private static final int BUFFER_BYTES = 1 << 16;

    private final byte[] magic;

    ArchiveCompression(int... magic) {
        this.magic = new byte[magic.length];
        for (int i = 0; i < magic.length; i++) {
            this.magic[i] = (byte) magic[i];
        }
    }

    /** The bytes that were compressed; can be marked. */
    static InputStream open(BufferedInputStream in) throws IOException {
        in.mark(MAX_MAGIC);
        byte[] first = in.readNBytes(MAX_MAGIC);
        in.reset();
        for (ArchiveCompression each : values()) {
            if (first.length >= each.magic.length
                    && Arrays.equals(each.magic, Arrays.copyOf(first, each.magic.length))) {
                return new BufferedInputStream(each.decompress(in), BUFFER_BYTES);
            }
        }
        return in;
    }

    private InputStream decompress(InputStream in) throws IOException {
        return switch (this) {
            case GZIP -> new GZIPInputStream(in, BUFFER_BYTES);
            case XZ -> new XZInputStream(in, XZ_KIBIBYTES);
            case ZSTD -> new ZstdInputStreamNoFinalizer(in).setLongMax(MAX_WINDOW_LOG);
            case BZIP2 -> new BZip2CompressorInputStream(in, true);
            case NONE -> in;
        };
    }
}
