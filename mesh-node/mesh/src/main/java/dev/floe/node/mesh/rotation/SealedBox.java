package dev.floe.node.mesh.rotation;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import dev.floe.node.mesh.security.NodeKey;
import dev.floe.node.mesh.security.P256Keys;

/**
 * Encryption of a few bytes to the key of one node: ECDH with a key that is used once, HMAC-SHA-256 to derive the key,
 * AES-256 in Galois/counter mode (as ECIES; SEC 1, section 5.1). Each key encrypts one message, so the nonce is zero.
 */
final class SealedBox {
    private static final int TAG_BITS = 128;
    private static final int NONCE_BYTES = 12;

    private SealedBox() {}

    /** @param context both sides must name the same */
    static byte[] seal(ECPublicKey to, byte[] plain, byte[] context) {
        KeyPair once = P256Keys.newKeyPair();
        byte[] point = P256Keys.point((ECPublicKey) once.getPublic());
        try {
            byte[] cipher = cipher(Cipher.ENCRYPT_MODE, secret((ECPrivateKey) once.getPrivate(), to, point, to),
                    context).doFinal(plain);
            return ByteBuffer.allocate(point.length + cipher.length).put(point).put(cipher).array();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("this Java lacks what encryption to a P-256 key needs", e);
        }
    }

    /** @throws IllegalArgumentException if it is damaged, or for another node or context */
    static byte[] open(NodeKey node, byte[] sealed, byte[] context) {
        if (sealed.length < P256Keys.POINT_BYTES) {
            throw new IllegalArgumentException("truncated");
        }
        byte[] point = Arrays.copyOf(sealed, P256Keys.POINT_BYTES);
        try {
            return cipher(Cipher.DECRYPT_MODE,
                    secret(node.privateKey(), P256Keys.publicKey(point), point, node.publicKey()), context)
                    .doFinal(sealed, point.length, sealed.length - point.length);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("it is not encrypted to this node's key", e);
        }
    }

    private static byte[] secret(ECPrivateKey own, ECPublicKey other, byte[] point, ECPublicKey receiver)
            throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(own);
        agreement.doPhase(other, true);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(agreement.generateSecret(), "HmacSHA256"));
        mac.update(point);
        return mac.doFinal(P256Keys.point(receiver));
    }

    private static Cipher cipher(int mode, byte[] key, byte[] context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, new byte[NONCE_BYTES]));
        cipher.updateAAD(context);
        return cipher;
    }
}
