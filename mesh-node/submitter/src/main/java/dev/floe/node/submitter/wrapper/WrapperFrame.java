package dev.floe.node.submitter.wrapper;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A frame of the wrapper's protocol: its type and payload. */
public record WrapperFrame(int type, ByteBuffer payload) {
    public static final int HELLO = 0x01;
    public static final int CONTROL = 0x02;
    public static final int COMMAND = 0x03;
    static final int STAT = 0x10;
    static final int READ = 0x11;
    static final int RUN = 0x12;
    public static final int OPEN = 0x13;
    public static final int COMMIT = 0x14;
    public static final int DISCARD = 0x15;
    public static final int PRINT = 0x16;
    public static final int EXIT = 0x17;
    static final int EXEC = 0x18;
    public static final int ALIVE = 0x19;
    static final int COPY = 0x1a;
    static final int LIST = 0x1b;
    public static final int STATS = 0x20;
    public static final int FILE = 0x21;
    public static final int CHUNK = 0x22;
    public static final int END = 0x23;
    public static final int RAN = 0x24;
    public static final int DONE = 0x25;
    public static final int NAMES = 0x26;
    public static final int LINE = 0x30;
    public static final int LAST = 0x31;
    public static final int DECLINED = 0x32;

    static final int MAX_PAYLOAD_BYTES = (16 << 20) + (64 << 10);
    static final int MAX_CHUNK_BYTES = 1 << 20;

    /**
     * Reads what the payload holds; every bound is checked, and a payload that ends early is a {@link
     * WrapperProtocolException}.
     */
    public static final class Reader {
        private final ByteBuffer payload;

        public Reader(WrapperFrame frame) {
            this.payload = frame.payload().duplicate();
        }

        int u8() throws WrapperProtocolException {
            return number(1) & 0xff;
        }

        public int u16() throws WrapperProtocolException {
            return number(2) & 0xffff;
        }

        public int u32() throws WrapperProtocolException {
            return number(4);
        }

        long u64() throws WrapperProtocolException {
            try {
                return payload.getLong();
            } catch (BufferUnderflowException e) {
                throw new WrapperProtocolException("a payload ends early");
            }
        }

        public byte[] bytes() throws WrapperProtocolException {
            int length = u32();
            if (length < 0 || length > payload.remaining()) {
                throw new WrapperProtocolException(
                        "a string of " + Integer.toUnsignedLong(length) + " bytes does not fit its frame");
            }
            byte[] bytes = new byte[length];
            payload.get(bytes);
            return bytes;
        }

        public List<byte[]> list() throws WrapperProtocolException {
            int count = u32();
            if (count < 0 || count > payload.remaining() / 4) {
                throw new WrapperProtocolException(
                        "a list of " + Integer.toUnsignedLong(count) + " strings does not fit its frame");
            }
            List<byte[]> list = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                list.add(bytes());
            }
            return list;
        }

        int remaining() {
            return payload.remaining();
        }

        private int number(int width) throws WrapperProtocolException {
            if (payload.remaining() < width) {
                throw new WrapperProtocolException("a payload ends early");
            }
            return switch (width) {
                case 1 -> payload.get();
                case 2 -> payload.getShort();
                default -> payload.getInt();
            };
        }
    }

    /** Builds a payload. */
    public static final class Writer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final DataOutputStream out = new DataOutputStream(bytes);

        public Writer u8(int value) {
            return put(() -> out.writeByte(value));
        }

        public Writer u32(int value) {
            return put(() -> out.writeInt(value));
        }

        public Writer u64(long value) {
            return put(() -> out.writeLong(value));
        }

        Writer string(byte[] value) {
            return put(() -> {
                out.writeInt(value.length);
                out.write(value);
            });
        }

        public Writer string(String value) {
            return string(Utf8Strings.bytes(value));
        }

        public Writer list(Collection<String> values) {
            u32(values.size());
            values.forEach(this::string);
            return this;
        }

        public Writer raw(byte[] value) {
            return put(() -> out.write(value));
        }

        public WrapperFrame frame(int type) {
            return new WrapperFrame(type, ByteBuffer.wrap(bytes.toByteArray()));
        }

        private interface Put {
            void to() throws IOException;
        }

        private Writer put(Put put) {
            try {
                put.to();
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
