package dev.floe.command.wrapper;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The payload of a frame, in the making. */
final class Payload {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    static Payload of() {
        return new Payload();
    }

    Payload u8(int value) {
        return write(() -> out.writeByte(value));
    }

    Payload u32(long value) {
        return write(() -> out.writeInt((int) value));
    }

    Payload u64(long value) {
        return write(() -> out.writeLong(value));
    }

    Payload raw(byte[] value) {
        return write(() -> out.write(value));
    }

    Payload str(byte[] value) {
        return u32(value.length).raw(value);
    }

    Payload str(Object value) {
        return str(value.toString().getBytes(StandardCharsets.UTF_8));
    }

    Payload list(List<String> values) {
        u32(values.size());
        values.forEach(this::str);
        return this;
    }

    Payload environment(Map<String, String> variables) {
        return list(variables.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private Payload write(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    private interface Writing {
        void run() throws IOException;
    }
}
