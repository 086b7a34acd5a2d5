package dev.floe.node.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Small numbers in few bytes: seven bits each, the low ones first, as Protocol Buffers has them. Numbers are not negative. */
public final class Varints {
    private static final int BITS = 7;
    private static final int MORE = 1 << BITS;

    private Varints() {}

    public static void write(int number, ByteArrayOutputStream to) {
        int left = number;
        while (left >= MORE) {
            to.write(left & MORE - 1 | MORE);
            left >>>= BITS;
        }
        to.write(left);
    }

    /** @throws IOException if the bytes end within a number, or it does not fit */
    public static int read(ByteBuffer from) throws IOException {
        int number = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += BITS) {
            if (!from.hasRemaining()) {
                break;
            }
            byte next = from.get();
            number |= (next & MORE - 1) << shift;
            if (next >= 0) {
                if (number < 0 || shift > 0 && next == 0
                        || shift + BITS > Integer.SIZE && next >= 1 << Integer.SIZE - shift) {
                    break;
                }
                return number;
            }
        }
        throw new IOException("a number that ends early or is too large");
    }
}
