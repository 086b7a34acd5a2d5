package dev.floe.node.mesh.security;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;

/** P-256 keys, and their shortest bytes: a scalar of 32, a point of 33 (SEC 1, section 2.3.3, compressed). */
public final class P256Keys {
    static final int SCALAR_BYTES = 32;
    public static final int POINT_BYTES = 33;

    private static final String NAME = "secp256r1";
    private static final ECParameterSpec SPEC = spec();
    private static final BigInteger P = ((ECFieldFp) SPEC.getCurve().getField()).getP();

    private P256Keys() {}

    public static KeyPair newKeyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(NAME));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    static byte[] scalar(ECPrivateKey key) {
        return fixed(key.getS());
    }

    /** @throws IllegalArgumentException unless the bytes are a number from 1 to the order of the curve */
    static ECPrivateKey privateKey(byte[] scalar) {
        BigInteger s = new BigInteger(1, scalar);
        if (s.signum() == 0 || s.compareTo(SPEC.getOrder()) >= 0) {
            throw new IllegalArgumentException("the secret is not a P-256 key");
        }
        try {
            return (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(s, SPEC));
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    public static byte[] point(ECPublicKey key) {
        ECPoint w = key.getW();
        byte[] bytes = new byte[POINT_BYTES];
        bytes[0] = (byte) (w.getAffineY().testBit(0) ? 3 : 2);
        System.arraycopy(fixed(w.getAffineX()), 0, bytes, 1, SCALAR_BYTES);
        return bytes;
    }

    /** @throws IllegalArgumentException unless the bytes are a point of the curve */
    public static ECPublicKey publicKey(byte[] point) {
        if (point.length != POINT_BYTES || (point[0] != 2 && point[0] != 3)) {
            throw new IllegalArgumentException("the public key is not a compressed P-256 point");
        }
        BigInteger x = new BigInteger(1, Arrays.copyOfRange(point, 1, POINT_BYTES));
        // y² = x³ + ax + b; p ≡ 3 (mod 4), so a root, if there is one, is the (p + 1) / 4th power.
        BigInteger square = x.pow(3).add(SPEC.getCurve().getA().multiply(x)).add(SPEC.getCurve().getB()).mod(P);
        BigInteger y = square.modPow(P.add(BigInteger.ONE).shiftRight(2), P);
        if (x.compareTo(P) >= 0 || !y.multiply(y).mod(P).equals(square)) {
            throw new IllegalArgumentException("the public key is not a point of P-256");
        }
        if (y.testBit(0) != (point[0] == 3)) {
            y = P.subtract(y);
        }
        try {
            return (ECPublicKey) KeyFactory.getInstance("EC")
                    .generatePublic(new ECPublicKeySpec(new ECPoint(x, y), SPEC));
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /** The signature of a message (ECDSA with SHA-256). */
    public static byte[] sign(ECPrivateKey key, byte[] message) {
        return MessageSignatures.sign(NodeCertificateBuilder.SIGNATURE, key, message);
    }

    /** Whether the owner of the key has signed the message. */
    public static boolean verifies(ECPublicKey key, byte[] message, byte[] signed) {
        return MessageSignatures.verifies(NodeCertificateBuilder.SIGNATURE, key, message, signed);
    }

    private static byte[] fixed(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[SCALAR_BYTES];
        int length = Math.min(bytes.length, SCALAR_BYTES);
        System.arraycopy(bytes, bytes.length - length, fixed, SCALAR_BYTES - length, length);
        return fixed;
    }

    private static ECParameterSpec spec() {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(NAME));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    private static AssertionError missing(GeneralSecurityException e) {
        return new AssertionError("this Java lacks the curve P-256", e);
    }
}
