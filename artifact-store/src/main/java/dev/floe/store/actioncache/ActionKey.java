package dev.floe.store.actioncache;

import java.util.HexFormat;

import dev.floe.store.Digest;

/** The digest of an action: of a command and of every byte that can reach its result. */
public record ActionKey(long a, long b, long c, long d) {
    /** Length of {@link #bytes()}. */
    public static final int BYTES = Digest.HASH_BYTES;

    /** @throws IllegalArgumentException unless there are {@link #BYTES} of them */
    public static ActionKey of(byte[] hash) {
        Digest digest = Digest.of(hash, 0);
        return new ActionKey(digest.a(), digest.b(), digest.c(), digest.d());
    }

    /**
     * The inverse of {@link #toString()}.
     *
     * @throws IllegalArgumentException if {@code hex} is not 64 hexadecimal digits
     */
    public static ActionKey parse(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    /** The 32 bytes; a new array each time. */
    public byte[] bytes() {
        return digest().hash();
    }

    /** The first twelve digits, for people. */
    public String brief() {
        return toString().substring(0, 12);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a);
    }

    /** 64 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return digest().hex();
    }

    private Digest digest() {
        return new Digest(a, b, c, d, 0);
    }
}
