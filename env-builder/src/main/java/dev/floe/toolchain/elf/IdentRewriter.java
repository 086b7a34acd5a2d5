package dev.floe.toolchain.elf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import dev.floe.store.FailureText;

/**
 * Exchanges the line with which a compiler signs what it makes: the {@code .ident} directive in assembly, which the
 * assembler puts into the section {@code .comment} of an object. All that lies behind it in the file moves, as far as
 * the assembler would have put it.
 *
 * <p>An object is taken apart into its header, the contents of its sections and the table of sections, in the order in
 * which they lie. It is only touched if each of these begins where its alignment puts it behind the one before, which
 * is how GNU as writes them.
 */
public final class IdentRewriter {
    private static final int SHT_NULL = 0;
    private static final int SHT_NOBITS = 8;
    private static final int ET_REL = 1;
    private static final int CLASS_64 = 2;
    private static final int BIG_ENDIAN = 2;
    private static final int IDENT_BYTES = 16;
    private static final String COMMENT = ".comment";

    private IdentRewriter() {}

    /** How the numbers of an object are laid out: those of 32 or 64 bits. */
    private record FileLayout(boolean wide) {
        int headerBytes() {
            return wide ? 64 : 52;
        }

        int entryBytes() {
            return wide ? 64 : 40;
        }

        long word(ByteBuffer in, int at) {
            return wide ? in.getLong(at) : Integer.toUnsignedLong(in.getInt(at));
        }

        void put(ByteBuffer out, int at, long value) {
            if (wide) {
                out.putLong(at, value);
            } else {
                out.putInt(at, Math.toIntExact(value));
            }
        }

        int tableField() {
            return wide ? 40 : 32;
        }

        int countField() {
            return wide ? 60 : 48;
        }

        int offsetField() {
            return wide ? 24 : 16;
        }

        int sizeField() {
            return wide ? 32 : 20;
        }

        int alignField() {
            return wide ? 48 : 32;
        }

        int wordBytes() {
            return wide ? 8 : 4;
        }
    }

    /** Something that lies in the file; {@code entry} is where the table describes it, -1 for the table itself. */
    private record FilePart(int entry, int offset, int size, int align) {
        FilePart {
            Math.addExact(offset, size);
        }

        int end() {
            return offset + size;
        }
    }

    /** Assembly with {@code from} replaced by {@code to} wherever it is the operand of {@code .ident}. */
    public static byte[] rewriteAssembly(byte[] text, String from, String to) {
        String quoted = "\t.ident\t\"";
        return new String(text, ISO_8859_1)
                .replace(quoted + from + "\"", quoted + to + "\"")
                .getBytes(ISO_8859_1);
    }

    /** What assembly is signed with, if it is. */
    public static Optional<String> readAssembly(String text) {
        return text.lines().map(String::strip).filter(line -> line.startsWith(".ident") && line.endsWith("\""))
                .filter(line -> line.indexOf('"') < line.length() - 1)
                .map(line -> line.substring(line.indexOf('"') + 1, line.length() - 1)).findFirst();
    }

    /**
     * An object with {@code from} replaced by {@code to} in its comment.
     *
     * @throws MalformedElfException if it is no relocatable object, or laid out otherwise than GNU as does it
     */
    public static byte[] rewriteObject(byte[] object, String from, String to) throws MalformedElfException {
        try {
            return exchange(object, from, to);
        } catch (IndexOutOfBoundsException | ArithmeticException | IllegalArgumentException e) {
            throw new MalformedElfException("not an object as an assembler writes it: " + FailureText.of(e));
        }
    }

    private static byte[] exchange(byte[] object, String from, String to) throws MalformedElfException {
        if (object.length < IDENT_BYTES || object[0] != 0x7f || object[1] != 'E' || object[2] != 'L'
                || object[3] != 'F') {
            throw new MalformedElfException("no ELF file");
        }
        FileLayout layout = new FileLayout(object[4] == CLASS_64);
        ByteOrder order = object[5] == BIG_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        ByteBuffer in = ByteBuffer.wrap(object).order(order);
        if (in.getShort(IDENT_BYTES) != ET_REL) {
            throw new MalformedElfException("no relocatable object");
        }
        int table = Math.toIntExact(layout.word(in, layout.tableField()));
        int count = Short.toUnsignedInt(in.getShort(layout.countField()));
        if (count == 0) { // more than fit into the header
            count = Math.toIntExact(layout.word(in, table + layout.sizeField()));
        }
        List<FilePart> parts = new ArrayList<>();
        parts.add(new FilePart(-1, table, Math.multiplyExact(count, layout.entryBytes()), layout.wordBytes()));
        FilePart comment = null;
        int names = names(in, layout, table);
        for (int i = 0; i < count; i++) {
            int entry = table + i * layout.entryBytes();
            int type = in.getInt(entry + 4);
            FilePart part = new FilePart(entry, Math.toIntExact(layout.word(in, entry + layout.offsetField())),
                    type == SHT_NOBITS ? 0 : Math.toIntExact(layout.word(in, entry + layout.sizeField())),
                    Math.max(1, Math.toIntExact(layout.word(in, entry + layout.alignField()))));
            if (type == SHT_NULL) {
                continue;
            }
            parts.add(part);
            if (COMMENT.equals(name(object, names + in.getInt(entry)))) {
                comment = part;
            }
        }
        if (comment == null) {
            return object;
        }
        byte[] changed = comment(object, comment, from, to);
        return lay(object, order, layout, parts, comment, changed);
    }

    private static int names(ByteBuffer in, FileLayout layout, int table) {
        int index = Short.toUnsignedInt(in.getShort(layout.countField() + 2));
        return Math.toIntExact(layout.word(in, table + index * layout.entryBytes() + layout.offsetField()));
    }

    private static String name(byte[] object, int at) {
        int end = at;
        while (object[end] != 0) {
            end++;
        }
        return new String(object, at, end - at, UTF_8);
    }

    private static byte[] comment(byte[] object, FilePart comment, String from, String to) {
        String[] lines = new String(object, comment.offset(), comment.size(), UTF_8).split("\0", -1);
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].equals(from)) {
                lines[i] = to;
            }
        }
        return String.join("\0", lines).getBytes(UTF_8);
    }

    /** Puts the parts behind each other again. */
    private static byte[] lay(byte[] object, ByteOrder order, FileLayout layout, List<FilePart> parts, FilePart comment,
            byte[] changed) throws MalformedElfException {
        if (parts.stream().anyMatch(part -> part.offset() < 0 || part.size() < 0 || part.end() > object.length)) {
            throw new MalformedElfException("a section lies outside of the file");
        }
        // Where two begin at one place, the one without contents was there first.
        parts.sort(Comparator.comparingInt(FilePart::offset).thenComparingInt(FilePart::end));
        int grown = object.length + changed.length - comment.size() + parts.size() * 64;
        ByteBuffer out = ByteBuffer.wrap(new byte[grown]).order(order);
        out.put(object, 0, layout.headerBytes());
        int before = layout.headerBytes();
        int end = layout.headerBytes();
        int tableAt = -1;
        int[] places = new int[parts.size()];
        for (int i = 0; i < parts.size(); i++) {
            FilePart part = parts.get(i);
            if (aligned(before, part.align()) != part.offset()) {
                throw new MalformedElfException("a section at " + part.offset() + " does not follow the one before it");
            }
            places[i] = aligned(end, part.align());
            byte[] bytes = part == comment ? changed : Arrays.copyOfRange(object, part.offset(), part.end());
            out.put(places[i], bytes);
            if (part.entry() < 0) {
                tableAt = places[i];
            }
            before = part.end();
            end = places[i] + bytes.length;
        }
        if (before != object.length || tableAt < 0) {
            throw new MalformedElfException("something lies behind the last section");
        }
        int table = Math.toIntExact(layout.word(ByteBuffer.wrap(object).order(order), layout.tableField()));
        layout.put(out, layout.tableField(), tableAt);
        for (int i = 0; i < parts.size(); i++) {
            FilePart part = parts.get(i);
            if (part.entry() >= 0) {
                layout.put(out, tableAt + part.entry() - table + layout.offsetField(), places[i]);
            }
        }
        layout.put(out, tableAt + comment.entry() - table + layout.sizeField(), changed.length);
        return Arrays.copyOf(out.array(), end);
    }

    private static int aligned(int offset, int align) {
        return Math.multiplyExact((offset + align - 1) / align, align);
    }
}
