package dev.floe.node.mesh.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import dev.floe.store.Digest;

/**
 * The secret of a mesh: its name and the P-256 key that signs the certificate of each of its nodes. Who holds it is a
 * member, and may let others in.
 */
public record MeshKey(String name, ECPrivateKey privateKey, ECPublicKey publicKey) {
    /**
     * @throws IllegalArgumentException for a name that {@link NodeNames} refuses, or if the two keys are not a pair
     */
    public MeshKey {
        NodeNames.check("mesh name", name);
        if (!isPair(privateKey, publicKey)) {
            throw new IllegalArgumentException("secret and public key do not belong together");
        }
    }

    /**
     * A new mesh.
     *
     * @throws IllegalArgumentException for a name that {@link NodeNames} refuses
     */
    public static MeshKey create(String name) {
        KeyPair pair = P256Keys.newKeyPair();
        return new MeshKey(name, (ECPrivateKey) pair.getPrivate(), (ECPublicKey) pair.getPublic());
    }

    /** 16 hexadecimal digits, the same for all nodes of the mesh; says nothing about the secret. */
    public String id() {
        return id(publicKey);
    }

    /** The {@link #id()} of the key with this public half. */
    public static String id(ECPublicKey key) {
        return Digest.ofBytes(P256Keys.point(key)).hex().substring(0, 16);
    }

    /** A secret of 32 bytes for one purpose, the same on all nodes of the mesh. */
    public byte[] derive(String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(P256Keys.scalar(privateKey), "HmacSHA256"));
            return mac.doFinal(("floe/" + purpose).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has HmacSHA256", e);
        }
    }

    /** Name and id, never the secret. */
    @Override
    public String toString() {
        return "MeshKey[" + name + ", " + id() + "]";
    }

    private static boolean isPair(ECPrivateKey secret, ECPublicKey open) {
        byte[] message = HexFormat.of().parseHex("f10e");
        try {
            Signature signature = Signature.getInstance(NodeCertificateBuilder.SIGNATURE);
            signature.initSign(secret);
            signature.update(message);
            byte[] signed = signature.sign();
            signature.initVerify(open);
            signature.update(message);
            return signature.verify(signed);
        } catch (InvalidKeyException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("this Java lacks " + NodeCertificateBuilder.SIGNATURE, e);
        }
    }
}
