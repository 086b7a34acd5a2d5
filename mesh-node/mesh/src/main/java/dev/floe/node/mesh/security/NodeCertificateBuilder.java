package dev.floe.node.mesh.security;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;

/**
 * Writes the X.509 certificate of a node (RFC 5280), which the JDK can read but not make. Names and public keys come
 * from the JDK in their encoded form, so that what is left is one fixed frame of DER; the JDK parses the result back.
 *
 * <p>The certificate of a node is for one start, and its private key is never written down. Validity covers all of time
 * that X.509 can express, because boards without a clock boot decades in the past.
 */
final class NodeCertificateBuilder {
    static final String SIGNATURE = "SHA256withECDSA";

    private static final int SEQUENCE = 0x30;
    private static final int SET_OF_VERSION = 0xa0;
    private static final int EXTENSIONS = 0xa3;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SERIAL_BYTES = 16;

    private static final byte[] ECDSA_WITH_SHA256 = HexFormat.of().parseHex("300a06082a8648ce3d040302");
    private static final byte[] VERSION_3 = HexFormat.of().parseHex("020102");
    /** Critical: not a CA. Critical: key usage digitalSignature. Extended key usage: TLS server, TLS client. */
    private static final byte[] NODE_EXTENSIONS = HexFormat.of().parseHex("300c0603551d130101ff04023000"
            + "300e0603551d0f0101ff040403020780"
            + "301d0603551d250416301406082b0601050507030106082b06010505070302");

    /** Critical: a CA, of end entities alone. Critical: key usage keyCertSign. */
    private static final byte[] MESH_EXTENSIONS = HexFormat.of().parseHex("30120603551d130101ff040830060101ff020100"
            + "300e0603551d0f0101ff040403020204");

    private NodeCertificateBuilder() {}

    /** The certificate of a node, signed by the mesh. */
    static X509Certificate ofNode(X500Principal node, PublicKey nodeKey, X500Principal mesh, PrivateKey meshKey)
            throws GeneralSecurityException {
        return sign(node, nodeKey, NODE_EXTENSIONS, mesh, meshKey);
    }

    /** The certificate of the mesh, signed by itself; each node makes its own, since only name and key in it count. */
    static X509Certificate ofMesh(X500Principal mesh, PublicKey openKey, PrivateKey meshKey)
            throws GeneralSecurityException {
        return sign(mesh, openKey, MESH_EXTENSIONS, mesh, meshKey);
    }

    private static X509Certificate sign(X500Principal subject, PublicKey subjectKey, byte[] extensions,
            X500Principal issuer, PrivateKey issuerKey) throws GeneralSecurityException {
        byte[] serial = new byte[SERIAL_BYTES];
        new SecureRandom().nextBytes(serial);
        byte[] body = der(SEQUENCE, der(SET_OF_VERSION, VERSION_3),
                der(INTEGER, new BigInteger(1, serial).add(BigInteger.ONE).toByteArray()), ECDSA_WITH_SHA256,
                issuer.getEncoded(),
                der(SEQUENCE, der(UTC_TIME, ascii("500101000000Z")), der(GENERALIZED_TIME, ascii("99991231235959Z"))),
                subject.getEncoded(), subjectKey.getEncoded(), der(EXTENSIONS, der(SEQUENCE, extensions)));
        Signature signature = Signature.getInstance(SIGNATURE);
        signature.initSign(issuerKey);
        signature.update(body);
        byte[] whole = der(SEQUENCE, body, ECDSA_WITH_SHA256, der(BIT_STRING, new byte[1], signature.sign()));
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(whole));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] der(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 4);
        out.write(tag);
        if (length >= 0x100) {
            out.write(0x82);
            out.write(length >> 8);
        } else if (length >= 0x80) {
            out.write(0x81);
        }
        out.write(length);
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
