package dev.floe.store.actioncache;

import dev.floe.store.Digest;

/** Some bytes of a result: in it, if they are few, or in a content store. */
public sealed interface ResultContent {
    /** Of the bytes, how many there are. */
    long size();

    /** The bytes themselves; the array is not to be changed. */
    record Inline(byte[] bytes) implements ResultContent {
        /** More bytes than this are better kept by digest. */
        public static final int MAX_BYTES = 4096;

        /** No bytes. */
        public static final Inline NONE = new Inline(new byte[0]);

        @Override
        public long size() {
            return bytes.length;
        }
    }

    /** Bytes in a content store. */
    record Stored(Digest digest) implements ResultContent {
        @Override
        public long size() {
            return digest.size();
        }
    }
}
