package dev.floe.store;

import java.util.List;

/**
 * A large file as a row of chunks, each but the last of {@link FileChunker#CHUNK_BYTES}; an empty file has none.
 *
 * @param whole the digest of the file
 * @param chunks the digests of its parts, in order
 */
public record ChunkList(Digest whole, List<Digest> chunks) {
    /** @throws IllegalArgumentException if the chunks' sizes are not those that a file of that size is cut into */
    public ChunkList {
        chunks = List.copyOf(chunks);
        if (chunks.size() != Math.ceilDiv(whole.size(), FileChunker.CHUNK_BYTES)) {
            throw new IllegalArgumentException(chunks.size() + " chunks for " + whole.size() + " bytes");
        }
        for (int i = 0; i < chunks.size(); i++) {
            long size = Math.min(FileChunker.CHUNK_BYTES, whole.size() - i * (long) FileChunker.CHUNK_BYTES);
            if (chunks.get(i).size() != size) {
                throw new IllegalArgumentException(
                        "chunk " + i + " has " + chunks.get(i).size() + " bytes, not " + size);
            }
        }
    }
}
