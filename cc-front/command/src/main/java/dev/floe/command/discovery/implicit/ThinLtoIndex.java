package dev.floe.command.discovery.implicit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;

import dev.floe.command.discovery.scan.SourceCursor;

/**
 * Reads which modules an index of distributed ThinLTO names: those from which a compile with it imports. The index is
 * LLVM bitcode (<a href="https://llvm.org/docs/BitCodeFormat.html">its format</a>): blocks within blocks, and in them
 * records, whose layout abbreviations may define. Of the module block only the one with the modules' paths is
 * read. What is not understood gives no modules, and the check of the compile finds them.
 */
public final class ThinLtoIndex {
    private static final long MAGIC = 0xdec04342L; // BC 0xC0DE
    private static final int END_BLOCK = 0;
    private static final int ENTER_BLOCK = 1;
    private static final int DEFINE_ABBREVIATION = 2;
    private static final int UNABBREVIATED = 3;
    private static final int MODULE_BLOCK = 8;
    private static final int PATHS_BLOCK = 19; // MODULE_STRTAB_BLOCK_ID
    private static final int PATH_RECORD = 1; // MST_CODE_ENTRY: a number, and the characters
    private static final int MAX_RECORD = 1 << 16;
    private static final String CHAR6 = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._";

    /** One operand of an abbreviation. */
    private record AbbreviationOperand(OperandKind kind, long value) {}

    private enum OperandKind {
        LITERAL, FIXED, VARIABLE, ARRAY, CHAR6, BLOB
    }

    private final byte[] bytes;
    private final List<String> modules = new ArrayList<>();
    private long at; // in bits
    private long valuesRead;

    private ThinLtoIndex(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Paths of modules as the index spells them; none if it is no index. */
    public static List<String> modules(byte[] bytes) {
        ThinLtoIndex index = new ThinLtoIndex(bytes);
        try {
            index.read();
            return List.copyOf(index.modules);
        } catch (IllegalArgumentException _) {
            return List.of();
        }
    }

    private void read() {
        if (bits(32) != MAGIC) {
            throw new IllegalArgumentException("no bitcode");
        }
        while (at + 32 <= 8L * bytes.length) {
            if (bits(2) != ENTER_BLOCK) {
                throw new IllegalArgumentException("no block");
            }
            block(MODULE_BLOCK);
        }
    }

    /** Behind the word that enters a block: reads it if it is the one, and passes it otherwise. */
    private void block(int wanted) {
        long number = variable(8);
        int width = (int) variable(4);
        align();
        long end = at + 32 + 32 * bits(32);
        if (width < 2 || width > 32 || end > 8L * bytes.length) {
            throw new IllegalArgumentException("a block that does not end");
        }
        if (number == wanted) {
            records(width, wanted == PATHS_BLOCK);
        }
        at = end;
    }

    private void records(int width, boolean paths) {
        List<List<AbbreviationOperand>> abbreviations = new ArrayList<>();
        for (long id = bits(width); id != END_BLOCK; id = bits(width)) {
            if (id == ENTER_BLOCK) {
                block(paths ? -1 : PATHS_BLOCK);
            } else if (id == DEFINE_ABBREVIATION) {
                abbreviations.add(abbreviation());
            } else {
                List<Long> values = new ArrayList<>();
                record(id == UNABBREVIATED ? null : abbreviations.get(checked(id - 4, abbreviations.size() - 1)),
                        value -> add(value, values));
                if (paths && !values.isEmpty() && values.getFirst() == PATH_RECORD && values.size() > 2) {
                    StringBuilder path = new StringBuilder();
                    values.subList(2, values.size()).forEach(value -> path.append((char) (value & 0xff)));
                    modules.add(SourceCursor.utf8(path.toString()));
                }
            }
        }
    }

    /** An abbreviation can describe values of no bits; an index that has more values than bits is none. */
    private void add(long value, List<Long> values) {
        checked(++valuesRead / 8, bytes.length);
        values.add(value);
    }

    private List<AbbreviationOperand> abbreviation() {
        int count = checked(variable(5), MAX_RECORD);
        List<AbbreviationOperand> operands = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (bits(1) == 1) {
                operands.add(new AbbreviationOperand(OperandKind.LITERAL, variable(8)));
            } else {
                OperandKind kind = OperandKind.values()[checked(bits(3), OperandKind.values().length - 1)];
                boolean valued = kind == OperandKind.FIXED || kind == OperandKind.VARIABLE;
                operands.add(new AbbreviationOperand(kind, valued ? checked(variable(5), 64) : 0));
            }
        }
        return operands;
    }

    private void record(@Nullable List<AbbreviationOperand> operands, LongConsumer values) {
        if (operands == null) {
            values.accept(variable(6));
            int count = checked(variable(6), MAX_RECORD);
            for (int i = 0; i < count; i++) {
                values.accept(variable(6));
            }
            return;
        }
        for (int i = 0; i < operands.size(); i++) {
            AbbreviationOperand operand = operands.get(i);
            switch (operand.kind()) {
                case LITERAL, FIXED, VARIABLE, CHAR6 -> values.accept(value(operand));
                case ARRAY -> {
                    int count = checked(variable(6), MAX_RECORD);
                    AbbreviationOperand element = operands.get(checked(++i, operands.size() - 1));
                    for (int j = 0; j < count; j++) {
                        values.accept(value(element));
                    }
                }
                case BLOB -> {
                    long size = checked(variable(6), bytes.length);
                    align();
                    at += 8 * size;
                    align();
                }
            }
        }
    }

    private long value(AbbreviationOperand operand) {
        return switch (operand.kind()) {
            case LITERAL -> operand.value();
            case FIXED -> operand.value() == 0 ? 0 : bits((int) operand.value());
            case VARIABLE -> operand.value() == 0 ? 0 : variable((int) operand.value());
            case CHAR6 -> CHAR6.getBytes(ISO_8859_1)[(int) bits(6)];
            case ARRAY, BLOB -> throw new IllegalArgumentException("an array of arrays");
        };
    }

    private static int checked(long value, int most) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException("a number out of bounds: " + value);
        }
        return (int) value;
    }

    private void align() {
        at = (at + 31) / 32 * 32;
    }

    /** A number in groups of this many bits; the highest bit says whether another group follows. */
    private long variable(int width) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += width - 1) {
            long group = bits(width);
            value |= (group & ~(1L << (width - 1))) << shift;
            if (group >>> (width - 1) == 0) {
                return value;
            }
            if (width < 2) {
                break;
            }
        }
        throw new IllegalArgumentException("a number that does not end");
    }

    private long bits(int count) {
        if (at + count > 8L * bytes.length) {
            throw new IllegalArgumentException("the index ends early");
        }
        long value = 0;
        for (int i = 0; i < count; i++, at++) {
            value |= (long) (bytes[(int) (at / 8)] >> (at % 8) & 1) << i;
        }
        return value;
    }
}
