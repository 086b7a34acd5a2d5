package dev.floe.node.mesh.membership;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import dev.floe.node.bounds.PeerText;

/** A request at the door of the mesh, and the bytes of the answers. */
sealed interface DoorMessage {
    int REFUSED = 0;
    int GRANTED = 1;
    int ROTATIONS = 2;

    int REDEEM = 1;
    int CATCH_UP = 2;

    int MAX_TEXT = 8192;
    int MAX_ROTATIONS = 64;
    int PROOF_BYTES = 64;

    /** A machine redeems an invitation; the proof is a signature by the invitation's key. */
    record Redeem(String invitation, String nodeName, byte[] proof) implements DoorMessage {}

    /** A member that was away asks for the rotations since this mesh key. */
    record CatchUp(String meshKeyId) implements DoorMessage {}

    /** What the door answers. */
    sealed interface Answer {
        record Refused(String reason) implements Answer {}

        record Granted(String token) implements Answer {}

        record Rotations(List<byte[]> encoded) implements Answer {}
    }

    static DoorMessage read(DataInputStream in) throws IOException {
        int kind = in.readByte();
        DoorMessage message = switch (kind) {
            case REDEEM -> {
                String invitation = in.readUTF();
                String name = in.readUTF();
                byte[] proof = new byte[PROOF_BYTES];
                in.readFully(proof);
                yield new Redeem(PeerText.of(invitation), PeerText.of(name), proof);
            }
            case CATCH_UP -> new CatchUp(PeerText.of(in.readUTF()));
            default -> throw new IOException("a request of kind " + kind);
        };
        if (in.read() >= 0) {
            throw new IOException("a request with something behind it");
        }
        return message;
    }

    default byte[] encode() throws IOException {
        return bytes(out -> {
            switch (this) {
                case Redeem(String invitation, String nodeName, byte[] proof) -> {
                    out.writeByte(REDEEM);
                    out.writeUTF(invitation);
                    out.writeUTF(nodeName);
                    out.write(proof);
                }
                case CatchUp(String meshKeyId) -> {
                    out.writeByte(CATCH_UP);
                    out.writeUTF(meshKeyId);
                }
            }
        });
    }

    static Answer readAnswer(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        return switch (in.readByte()) {
            case REFUSED -> new Answer.Refused(PeerText.of(in.readUTF()));
            case GRANTED -> new Answer.Granted(in.readUTF());
            case ROTATIONS -> {
                List<byte[]> all = new ArrayList<>();
                int count = in.readInt();
                if (count < 0 || count > MAX_ROTATIONS) {
                    throw new IOException("an answer with " + count + " rotations");
                }
                for (int left = count; left > 0; left--) {
                    int length = in.readInt();
                    if (length < 0 || length > KeyRotation.MAX_BYTES) {
                        throw new IOException("a rotation of " + length + " bytes");
                    }
                    all.add(in.readNBytes(length));
                }
                yield new Answer.Rotations(all);
            }
            default -> throw new IOException("an answer of an unknown kind");
        };
    }

    static byte[] refused(String reason) {
        return sure(out -> {
            out.writeByte(REFUSED);
            out.writeUTF(reason);
        });
    }

    static byte[] granted(String token) {
        return sure(out -> {
            out.writeByte(GRANTED);
            out.writeUTF(token);
        });
    }

    static byte[] rotations(List<KeyRotation> rotations) {
        List<KeyRotation> sent = rotations.stream().limit(MAX_ROTATIONS).toList();
        return sure(out -> {
            out.writeByte(ROTATIONS);
            out.writeInt(sent.size());
            for (KeyRotation rotation : sent) {
                byte[] bytes = rotation.encode();
                out.writeInt(bytes.length);
                out.write(bytes);
            }
        });
    }

    /** Writes bytes. */
    interface Body {
        void writeTo(DataOutputStream out) throws IOException;
    }

    static byte[] bytes(Body body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        body.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static byte[] sure(Body body) {
        try {
            return bytes(body);
        } catch (IOException e) {
            throw new AssertionError("memory does not fail", e);
        }
    }
}
