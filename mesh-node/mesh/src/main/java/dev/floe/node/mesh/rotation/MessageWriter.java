package dev.floe.node.mesh.rotation;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** Writes a message. */
@FunctionalInterface
public interface MessageWriter {
    void writeTo(DataOutputStream out) throws IOException;

    /** @throws IllegalArgumentException for a message that its form cannot hold, such as one with too long a text */
    static byte[] bytes(MessageWriter message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            message.writeTo(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new IllegalArgumentException("a message that cannot be encoded", e);
        }
        return bytes.toByteArray();
    }
}
