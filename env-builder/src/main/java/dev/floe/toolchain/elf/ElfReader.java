package dev.floe.toolchain.elf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The decoder behind {@link ElfFile}: every offset is checked against the file's size, every length against a bound.
 */
final class ElfReader {
    /** Fills the whole buffer from a position that lies within the file. */
    @FunctionalInterface
    interface Bytes {
        void read(ByteBuffer buffer, long position) throws IOException;
    }

    private record Segment(int type, long offset, long address, long fileSize) {}

    private static final int MAGIC = 0x7f454c46;
    private static final int IDENT_BYTES = 16;
    private static final int MAX_TABLE_BYTES = 1 << 20;
    private static final int MAX_STRING_BYTES = 4096;
    private static final int MAX_NEEDED = 4096;

    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final long DT_NULL = 0;
    private static final long DT_NEEDED = 1;
    private static final long DT_STRTAB = 5;
    private static final long DT_STRSZ = 10;
    private static final long DT_RPATH = 15;
    private static final long DT_RUNPATH = 29;

    private final String name;
    private final long size;
    private final Bytes bytes;
    private final boolean wide;
    private final ByteOrder order;

    static boolean isElf(long size, Bytes bytes) throws IOException {
        if (size < IDENT_BYTES) {
            return false;
        }
        ByteBuffer magic = ByteBuffer.allocate(4);
        bytes.read(magic, 0);
        return magic.getInt(0) == MAGIC;
    }

    ElfReader(String name, long size, Bytes bytes) throws IOException {
        this.name = name;
        this.size = size;
        this.bytes = bytes;
        ByteBuffer ident = ByteBuffer.allocate(IDENT_BYTES);
        bytes.read(ident, 0);
        this.wide = switch (ident.get(4)) {
            case 1 -> false;
            case 2 -> true;
            default -> throw malformed("neither 32 nor 64 bit");
        };
        this.order = switch (ident.get(5)) {
            case 1 -> ByteOrder.LITTLE_ENDIAN;
            case 2 -> ByteOrder.BIG_ENDIAN;
            default -> throw malformed("no byte order");
        };
    }

    ElfFile file() throws IOException {
        ByteBuffer header = at(0, wide ? 64 : 52);
        int machine = Short.toUnsignedInt(header.getShort(18));
        List<Segment> segments = segments(header);
        String interpreter = null;
        List<String> needed = new ArrayList<>();
        List<String> rpath = List.of();
        List<String> runpath = List.of();
        if (segments.stream().filter(segment -> segment.type() == PT_DYNAMIC).count() > 1) {
            throw malformed("more than one dynamic segment");
        }
        for (Segment segment : segments) {
            if (segment.type() == PT_INTERP) {
                interpreter = string(segment.offset(), segment.fileSize());
            } else if (segment.type() == PT_DYNAMIC) {
                ByteBuffer dynamic = at(segment.offset(), table(segment.fileSize()));
                long strings = offsetOf(value(dynamic, DT_STRTAB), segments);
                long length = Math.max(0, value(dynamic, DT_STRSZ));
                needed = strings(dynamic, DT_NEEDED, strings, length);
                rpath = directories(strings(dynamic, DT_RPATH, strings, length));
                runpath = directories(strings(dynamic, DT_RUNPATH, strings, length));
            }
        }
        return new ElfFile(new ElfFile.ElfMachine(wide ? 64 : 32, order, machine), interpreter, needed, rpath, runpath);
    }

    private List<Segment> segments(ByteBuffer header) throws IOException {
        long offset = word(header, wide ? 32 : 28);
        int entryBytes = Short.toUnsignedInt(header.getShort(wide ? 54 : 42));
        int count = Short.toUnsignedInt(header.getShort(wide ? 56 : 44));
        if (count > 0 && entryBytes < (wide ? 56 : 32)) {
            throw malformed("program headers of " + entryBytes + " bytes");
        }
        ByteBuffer headers = at(offset, table((long) entryBytes * count));
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = i * entryBytes;
            segments.add(wide
                    ? new Segment(headers.getInt(at), headers.getLong(at + 8), headers.getLong(at + 16),
                            headers.getLong(at + 32))
                    : new Segment(headers.getInt(at), word(headers, at + 4), word(headers, at + 8),
                            word(headers, at + 16)));
        }
        return segments;
    }

    /** Where the byte that will be loaded at {@code address} lies in the file; -1 for none. */
    private long offsetOf(long address, List<Segment> segments) throws MalformedElfException {
        if (address == -1) {
            return -1;
        }
        for (Segment segment : segments) {
            long into = address - segment.address();
            if (segment.type() == PT_LOAD && into >= 0 && into < segment.fileSize()) {
                return segment.offset() + into;
            }
        }
        throw malformed("its names lie outside of the file");
    }

    private List<String> strings(ByteBuffer dynamic, long tag, long table, long tableBytes) throws IOException {
        List<String> strings = new ArrayList<>();
        int step = wide ? 16 : 8;
        for (int at = 0; at + step <= dynamic.limit() && word(dynamic, at) != DT_NULL; at += step) {
            if (word(dynamic, at) == tag) {
                long offset = word(dynamic, at + step / 2);
                if (table < 0 || offset < 0 || offset >= tableBytes || strings.size() >= MAX_NEEDED) {
                    throw malformed("a name lies outside of its table");
                }
                strings.add(string(table + offset, tableBytes - offset));
            }
        }
        return strings;
    }

    /** The first value of a tag, or -1. */
    private long value(ByteBuffer dynamic, long tag) {
        int step = wide ? 16 : 8;
        for (int at = 0; at + step <= dynamic.limit() && word(dynamic, at) != DT_NULL; at += step) {
            if (word(dynamic, at) == tag) {
                return word(dynamic, at + step / 2);
            }
        }
        return -1;
    }

    private long word(ByteBuffer buffer, int at) {
        return wide ? buffer.getLong(at) : Integer.toUnsignedLong(buffer.getInt(at));
    }

    private static List<String> directories(List<String> joined) {
        return joined.isEmpty() ? List.of() : List.of(joined.getLast().split(":"));
    }

    private String string(long position, long limit) throws IOException {
        ByteBuffer text = at(position, (int) Math.min(Math.min(limit, MAX_STRING_BYTES), Math.max(0, size - position)));
        for (int i = 0; i < text.limit(); i++) {
            if (text.get(i) == 0) {
                return UTF_8.decode(text.slice(0, i)).toString();
            }
        }
        throw malformed("a name has no end");
    }

    private int table(long length) throws MalformedElfException {
        if (length < 0 || length > MAX_TABLE_BYTES) {
            throw malformed("a table of " + length + " bytes");
        }
        return (int) length;
    }

    private ByteBuffer at(long position, int length) throws IOException {
        if (position < 0 || length < 0 || position > size - length) {
            throw malformed("it refers to bytes beyond its end");
        }
        ByteBuffer buffer = ByteBuffer.allocate(length).order(order);
        bytes.read(buffer, position);
        return buffer.flip();
    }

    private MalformedElfException malformed(String why) {
        return new MalformedElfException(name + " is a damaged program: " + why);
    }
}
