package dev.floe.node.rpc.stream;

import java.util.concurrent.ArrayBlockingQueue;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;

/**
 * Contexts of zstd that are used again, because making one takes longer than compressing a message. A context serves
 * one call at a time. A few are kept; each has up to a megabyte of memory outside the heap.
 */
final class ZstdContexts {
    private static final int LEVEL = 1;
    private static final int KEPT = 2;
    private static final ArrayBlockingQueue<ZstdCompressCtx> COMPRESSING = new ArrayBlockingQueue<>(KEPT);
    private static final ArrayBlockingQueue<ZstdDecompressCtx> DECOMPRESSING = new ArrayBlockingQueue<>(KEPT);

    private ZstdContexts() {}

    /**
     * Compresses the first {@code length} bytes.
     *
     * @param to takes any compressed form of so many bytes
     * @return how many bytes the compressed form has
     * @throws com.github.luben.zstd.ZstdException if that is impossible
     */
    static int compress(byte[] from, int length, byte[] to) {
        ZstdCompressCtx spare = COMPRESSING.poll();
        ZstdCompressCtx context = spare == null ? new ZstdCompressCtx().setLevel(LEVEL) : spare;
        try {
            return context.compressByteArray(to, 0, to.length, from, 0, length);
        } finally {
            if (!COMPRESSING.offer(context)) {
                context.close();
            }
        }
    }

    /**
     * Decompresses the first {@code encodedLength} bytes.
     *
     * @param length how many bytes may be written
     * @return how many bytes were written
     * @throws com.github.luben.zstd.ZstdException if they are damaged, or more than {@code length}
     */
    static int decompress(byte[] from, int encodedLength, byte[] to, int length) {
        ZstdDecompressCtx spare = DECOMPRESSING.poll();
        ZstdDecompressCtx context = spare == null ? new ZstdDecompressCtx() : spare;
        try {
            return context.decompressByteArray(to, 0, length, from, 0, encodedLength);
        } finally {
            if (!DECOMPRESSING.offer(context)) {
                context.close();
            }
        }
    }
}
