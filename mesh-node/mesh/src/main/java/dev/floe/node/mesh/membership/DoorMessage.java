package dev.floe.node.mesh.membership;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import dev.floe.node.bounds.PeerText;
import dev.floe.node.mesh.rotation.KeyRotation;
import dev.floe.node.mesh.rotation.MessageWriter;
import dev.floe.node.mesh.rotation.RotationChain;

/** A request at the door of the mesh, and the bytes of the answers. */
sealed interface DoorMessage {
    int REFUSED = 0;
    int GRANTED = 1;
    int ROTATIONS = 2;
    /** To a release that does not know this answer it is a failure of this door, so it goes to the next one too. */
    int ANOTHER_DOOR = 3;

    int REDEEM = 1;
    int CATCH_UP = 2;

    int MAX_TEXT = 8192;
    int MAX_ROTATIONS = RotationChain.MAX_KEPT;
    /** Longest answer, in bytes; so many rotations as fit, at least one. */
    int MAX_ANSWER = 4 * KeyRotation.MAX_BYTES;
    int PROOF_BYTES = 64;
    int HEADER_BYTES = 1 + Integer.BYTES;

    /** A machine redeems an invitation; the proof is a signature by the invitation's key. */
    record Redeem(String invitation, String nodeName, byte[] proof) implements DoorMessage {}

    /** A member that was away asks for the rotations since this mesh key. */
    record CatchUp(String meshKeyId) implements DoorMessage {}

    /** What the door answers. */
    sealed interface DoorAnswer {
        record JoinRefused(String reason) implements DoorAnswer {}

        /** Nothing has changed; another member may let the machine in. */
        record AnotherDoor(String reason) implements DoorAnswer {}

        record JoinGranted(String token) implements DoorAnswer {}

        record Rotations(List<byte[]> encoded) implements DoorAnswer {}
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

    default byte[] encode() {
        return MessageWriter.bytes(out -> {
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

    static DoorAnswer readAnswer(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        return switch (in.readByte()) {
            case REFUSED -> new DoorAnswer.JoinRefused(PeerText.of(in.readUTF()));
            case ANOTHER_DOOR -> new DoorAnswer.AnotherDoor(PeerText.of(in.readUTF()));
            case GRANTED -> new DoorAnswer.JoinGranted(in.readUTF());
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
                yield new DoorAnswer.Rotations(all);
            }
            default -> throw new IOException("an answer of an unknown kind");
        };
    }

    static byte[] refused(String reason) {
        return withText(REFUSED, reason);
    }

    static byte[] anotherDoor(String reason) {
        return withText(ANOTHER_DOOR, reason);
    }

    private static byte[] withText(int kind, String text) {
        return MessageWriter.bytes(out -> {
            out.writeByte(kind);
            out.writeUTF(text);
        });
    }

    static byte[] granted(String token) {
        return withText(GRANTED, token);
    }

    /** Of these the first that fit; who has them asks again. */
    static byte[] rotations(List<KeyRotation> rotations) {
        List<byte[]> sent = new ArrayList<>();
        int left = MAX_ANSWER - HEADER_BYTES;
        for (KeyRotation rotation : rotations) {
            byte[] bytes = rotation.encode();
            left -= Integer.BYTES + bytes.length;
            if (left < 0) {
                break;
            }
            sent.add(bytes);
        }
        return MessageWriter.bytes(out -> {
            out.writeByte(ROTATIONS);
            out.writeInt(sent.size());
            for (byte[] bytes : sent) {
                out.writeInt(bytes.length);
                out.write(bytes);
            }
        });
    }
}
