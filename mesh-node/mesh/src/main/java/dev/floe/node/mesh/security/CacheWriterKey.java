package dev.floe.node.mesh.security;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

import dev.floe.store.Digest;

/**
 * The Ed25519 key of those who may write to the cache of a mesh that restricts it. All members have the public half and
 * check with it; writers have the secret half too and sign with it. Bytes are those of RFC 8032.
 */
public final class CacheWriterKey {
    /** Length of each half. */
    static final int HALF_BYTES = 32;
    /** Length of {@link #id()}. */
    public static final int ID_BYTES = 8;
    /** Length of a signature. */
    public static final int SIGNATURE_BYTES = 64;

    private static final String ALGORITHM = "Ed25519";

    private final byte[] openBytes;
    private final PublicKey open;
    private final Optional<byte[]> secretBytes;
    private final Optional<PrivateKey> secret;

    private CacheWriterKey(byte[] openBytes, Optional<byte[]> secretBytes) {
        this.openBytes = openBytes.clone();
        this.secretBytes = secretBytes.map(byte[]::clone);
        this.open = publicKey(openBytes);
        this.secret = secretBytes.map(CacheWriterKey::privateKey);
    }

    /** A new one, with both halves. */
    public static CacheWriterKey create() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            byte[] secret = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
            return new CacheWriterKey(bytes((EdECPublicKey) pair.getPublic()), Optional.of(secret));
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /**
     * The inverse of {@link #encode()}.
     *
     * @throws IllegalArgumentException unless it is a public half, or a public and the secret half that belongs to it
     */
    static CacheWriterKey decode(byte[] bytes) {
        if (bytes.length != HALF_BYTES && bytes.length != 2 * HALF_BYTES) {
            throw new IllegalArgumentException("a writer key of " + bytes.length + " bytes");
        }
        CacheWriterKey key = new CacheWriterKey(Arrays.copyOf(bytes, HALF_BYTES), bytes.length == HALF_BYTES
                ? Optional.empty()
                : Optional.of(Arrays.copyOfRange(bytes, HALF_BYTES, bytes.length)));
        byte[] message = {1};
        if (key.maySign() && !key.verifies(message, key.sign(message))) {
            throw new IllegalArgumentException("the halves of the writer key do not belong together");
        }
        return key;
    }

    /** The public half, and behind it the secret one if it is there. */
    byte[] encode() {
        byte[] bytes = Arrays.copyOf(openBytes, secretBytes.isPresent() ? 2 * HALF_BYTES : HALF_BYTES);
        secretBytes.ifPresent(half -> System.arraycopy(half, 0, bytes, HALF_BYTES, HALF_BYTES));
        return bytes;
    }

    /** The same without its secret half. */
    public CacheWriterKey readOnly() {
        return new CacheWriterKey(openBytes, Optional.empty());
    }

    /**
     * The key of a {@link #publicHalf}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static CacheWriterKey ofPublicHalf(String half) {
        byte[] bytes = HexFormat.of().parseHex(half);
        if (bytes.length != HALF_BYTES) {
            throw new IllegalArgumentException("a half of a writer key of " + bytes.length + " bytes");
        }
        return decode(bytes);
    }

    /** The public half, in hexadecimal. */
    public String publicHalf() {
        return HexFormat.of().formatHex(openBytes);
    }

    /** {@link #ID_BYTES} bytes that tell one key from another, and are no secret. */
    public byte[] id() {
        return Arrays.copyOf(Digest.ofBytes(openBytes).hash(), ID_BYTES);
    }

    /** Whether the secret half is there. */
    public boolean maySign() {
        return secret.isPresent();
    }

    /** @throws IllegalStateException if the secret half is not there */
    public byte[] sign(byte[] message) {
        return MessageSignatures.sign(ALGORITHM,
                secret.orElseThrow(() -> new IllegalStateException("this node may not write")), message);
    }

    /** Whether a writer has signed the message. */
    public boolean verifies(byte[] message, byte[] signed) {
        return MessageSignatures.verifies(ALGORITHM, open, message, signed);
    }

    private static byte[] bytes(EdECPublicKey key) {
        byte[] bytes = new byte[HALF_BYTES];
        byte[] y = key.getPoint().getY().toByteArray();
        for (int i = 0; i < Math.min(y.length, HALF_BYTES); i++) {
            bytes[i] = y[y.length - 1 - i];
        }
        if (key.getPoint().isXOdd()) {
            bytes[HALF_BYTES - 1] |= (byte) 0x80;
        }
        return bytes;
    }

    private static PublicKey publicKey(byte[] bytes) {
        byte[] y = new byte[HALF_BYTES];
        for (int i = 0; i < HALF_BYTES; i++) {
            y[i] = bytes[HALF_BYTES - 1 - i];
        }
        boolean odd = (y[0] & 0x80) != 0;
        y[0] &= 0x7f;
        try {
            PublicKey key = KeyFactory.getInstance(ALGORITHM).generatePublic(new EdECPublicKeySpec(
                    NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, y))));
            Signature.getInstance(ALGORITHM).initVerify(key);
            return key;
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("the writer key's public half is not one of Ed25519", e);
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    private static PrivateKey privateKey(byte[] bytes) {
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, bytes));
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    private static AssertionError missing(GeneralSecurityException e) {
        return new AssertionError("every Java platform has " + ALGORITHM, e);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CacheWriterKey key && Arrays.equals(encode(), key.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(openBytes);
    }

    /** Whether it may sign, never the secret. */
    @Override
    public String toString() {
        return "WriterKey[" + (maySign() ? "signs" : "checks") + "]";
    }
}
