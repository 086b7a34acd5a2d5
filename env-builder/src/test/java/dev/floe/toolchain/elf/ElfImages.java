package dev.floe.toolchain.elf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the smallest files that the dynamic linker would read. */
public final class ElfImages {
    private final boolean wide;
    private final ByteOrder order;
    private final int machine;

    public ElfImages(int bits, ByteOrder order, int machine) {
        this.wide = bits == 64;
        this.order = order;
        this.machine = machine;
    }

    public static ElfImages ofX8664() {
        return new ElfImages(64, ByteOrder.LITTLE_ENDIAN, 62);
    }

    /** An image with these libraries and directories; an empty text leaves that part out. */
    public byte[] image(String interpreter, List<String> needed, String rpath, String runpath) {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        names.write(0);
        Map<Integer, Integer> values = new LinkedHashMap<>();
        ByteBuffer dynamic = ByteBuffer.allocate(1024).order(order);
        for (String name : needed) {
            pair(dynamic, 1, add(names, name));
        }
        if (!rpath.isEmpty()) {
            values.put(15, add(names, rpath));
        }
        if (!runpath.isEmpty()) {
            values.put(29, add(names, runpath));
        }
        int interpreterAt = add(names, interpreter);
        values.forEach((tag, value) -> pair(dynamic, tag, value));

        int header = wide ? 64 : 52;
        int entry = wide ? 56 : 32;
        int namesAt = header + 3 * entry;
        long base = 0x10000;
        pair(dynamic, 5, base + namesAt);
        pair(dynamic, 10, names.size());
        pair(dynamic, 0, 0);
        int dynamicAt = namesAt + names.size();
        int size = dynamicAt + dynamic.position();

        ByteBuffer image = ByteBuffer.allocate(size).order(order);
        image.put(
                new byte[]{0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1), (byte) (order == ByteOrder.BIG_ENDIAN ? 2 : 1)});
        image.putShort(18, (short) machine);
        put(image, wide ? 32 : 28, header);
        image.putShort(wide ? 54 : 42, (short) entry);
        image.putShort(wide ? 56 : 44, (short) 3);
        segment(image, header, 1, 0, base, size);
        segment(image, header + entry, 2, dynamicAt, base + dynamicAt, dynamic.position());
        segment(image, header + 2 * entry, interpreter.isEmpty() ? 4 : 3, namesAt + interpreterAt,
                base + namesAt + interpreterAt, interpreter.length() + 1);
        image.position(namesAt).put(names.toByteArray()).put(dynamic.flip());
        return image.array();
    }

    private void segment(ByteBuffer image, int at, int type, long offset, long address, long size) {
        image.putInt(at, type);
        put(image, wide ? at + 8 : at + 4, offset);
        put(image, wide ? at + 16 : at + 8, address);
        put(image, wide ? at + 32 : at + 16, size);
    }

    private void put(ByteBuffer buffer, int at, long value) {
        if (wide) {
            buffer.putLong(at, value);
        } else {
            buffer.putInt(at, (int) value);
        }
    }

    private void pair(ByteBuffer dynamic, long tag, long value) {
        int at = dynamic.position();
        put(dynamic, at, tag);
        put(dynamic, at + (wide ? 8 : 4), value);
        dynamic.position(at + (wide ? 16 : 8));
    }

    private static int add(ByteArrayOutputStream names, String name) {
        int at = names.size();
        names.writeBytes(name.getBytes(UTF_8));
        names.write(0);
        return at;
    }
}
