package dev.floe.store.actioncache;

import java.util.Arrays;

/**
 * The signature of a result by a node that may write to the cache: the id of the key, and the signature. The bytes are
 * not looked into here.
 */
public record ResultSignature(byte[] bytes) {
    /** Longest seal, in bytes. */
    public static final int MAX_BYTES = 256;
    /** Of a result that nobody has signed. */
    public static final ResultSignature NONE = new ResultSignature(new byte[0]);

    /** @throws IllegalArgumentException for more than {@link #MAX_BYTES} */
    public ResultSignature {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("a seal of " + bytes.length + " bytes is refused");
        }
        bytes = bytes.clone();
    }

    /** A copy of the bytes. */
    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    public boolean isNone() {
        return bytes.length == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResultSignature seal && Arrays.equals(bytes, seal.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return isNone() ? "Seal[none]" : "Seal[" + bytes.length + " bytes]";
    }
}
