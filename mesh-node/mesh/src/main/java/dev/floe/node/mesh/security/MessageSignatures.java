package dev.floe.node.mesh.security;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;

/** Signatures of messages in memory, by algorithms that every Java platform has. */
final class MessageSignatures {
    private MessageSignatures() {}

    static byte[] sign(String algorithm, PrivateKey key, byte[] message) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw missing(algorithm, e);
        }
    }

    /** Whether the owner of the key has signed the message. */
    static boolean verifies(String algorithm, PublicKey key, byte[] message, byte[] signed) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initVerify(key);
            signature.update(message);
            return signature.verify(signed);
        } catch (InvalidKeyException | SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw missing(algorithm, e);
        }
    }

    private static AssertionError missing(String algorithm, GeneralSecurityException e) {
        return new AssertionError("every Java platform has " + algorithm, e);
    }
}
