package dev.floe.node.mesh.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;

/**
 * The P-256 key pair of one node, which it keeps for as long as its data directory. Peers know a member by its public
 * half; a new mesh key is encrypted to it.
 */
public record NodeKey(ECPrivateKey privateKey, ECPublicKey publicKey) {
    /** Length of {@link #id()}, in characters. */
    public static final int ID_LENGTH = 2 * P256Keys.POINT_BYTES;

    private static final String FILE = "node.key";
    private static final int MAX_FILE = 256;
    /** The issuer and subject of a certificate that nobody but the node itself has signed end with this. */
    private static final String GUEST = "O=Floe guest";

    public static NodeKey create() {
        KeyPair pair = P256Keys.newKeyPair();
        return new NodeKey((ECPrivateKey) pair.getPrivate(), (ECPublicKey) pair.getPublic());
    }

    /**
     * The key in a data directory; a new one, which is not kept yet, if there is none.
     *
     * @throws IOException if the file is damaged, with what to do; if it cannot be read, or others than its owner can
     *             read it
     */
    public static NodeKey readOrDraw(Path dataDir) throws IOException {
        Path file = dataDir.resolve(FILE);
        try {
            return AtomicPrivateFile.parse(file, MAX_FILE, text -> parse(text.strip()),
                    "remove it, and join the mesh again with a new invitation");
        } catch (NoSuchFileException e) {
            return create();
        }
    }

    /** Keeps the key, if the file has another or none. */
    public void write(Path dataDir) throws IOException {
        Path file = dataDir.resolve(FILE);
        if (!Files.exists(file) || !readOrDraw(dataDir).id().equals(id())) {
            AtomicPrivateFile.write(file, encode() + "\n");
        }
    }

    /** Both halves as one word; a secret. */
    String encode() {
        byte[] bytes = Arrays.copyOf(P256Keys.scalar(privateKey), P256Keys.SCALAR_BYTES + P256Keys.POINT_BYTES);
        System.arraycopy(P256Keys.point(publicKey), 0, bytes, P256Keys.SCALAR_BYTES, P256Keys.POINT_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** @throws IllegalArgumentException unless it is what {@link #encode()} has made */
    static NodeKey parse(String text) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (bytes.length != P256Keys.SCALAR_BYTES + P256Keys.POINT_BYTES) {
            throw new IllegalArgumentException("a node key of " + bytes.length + " bytes");
        }
        return new NodeKey(P256Keys.privateKey(Arrays.copyOf(bytes, P256Keys.SCALAR_BYTES)),
                P256Keys.publicKey(Arrays.copyOfRange(bytes, P256Keys.SCALAR_BYTES, bytes.length)));
    }

    /** The public half, in hexadecimal; no secret. */
    public String id() {
        return HexFormat.of().formatHex(P256Keys.point(publicKey));
    }

    /** The {@link #id()} of the key of a certificate; empty text if it is of another kind. */
    public static String idOf(X509Certificate certificate) {
        return certificate.getPublicKey() instanceof ECPublicKey key && key.getParams().getCurve().getField()
                .getFieldSize() == 8 * P256Keys.SCALAR_BYTES ? HexFormat.of().formatHex(P256Keys.point(key)) : "";
    }

    /** Whether a text is the id of a key, which takes longer to find out than {@link #isId}. */
    public static boolean isKey(String text) {
        try {
            return isId(text) && P256Keys.publicKey(HexFormat.of().parseHex(text)).getW() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether a text may be an id. */
    public static boolean isId(String text) {
        return text.length() == ID_LENGTH && text.matches("0[23][0-9a-f]*");
    }

    /** A certificate that proves this key and nothing more, for nodes that are not members, or not any more. */
    public X509Certificate guestCertificate(String nodeName) {
        X500Principal name = new X500Principal("CN=" + NodeNames.check("node name", nodeName) + ", " + GUEST);
        try {
            return NodeCertificateBuilder.ofNode(name, publicKey, name, privateKey);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("this Java lacks what a P-256 certificate needs", e);
        }
    }

    /** Whether a certificate is a {@link #guestCertificate}. */
    public static boolean isGuest(X509Certificate certificate) {
        try {
            X500Principal subject = certificate.getSubjectX500Principal();
            if (idOf(certificate).isEmpty() || !subject.equals(certificate.getIssuerX500Principal())
                    || !subject.getName(X500Principal.RFC1779).endsWith(GUEST)) {
                return false;
            }
            certificate.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The id, never the secret. */
    @Override
    public String toString() {
        return "NodeKey[" + id() + "]";
    }
}
