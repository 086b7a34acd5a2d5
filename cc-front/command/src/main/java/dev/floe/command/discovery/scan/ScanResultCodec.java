package dev.floe.command.discovery.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.floe.command.discovery.scan.SourceScanResult.Feature;
import dev.floe.command.discovery.scan.SourceScanResult.IncludeOperands;
import dev.floe.command.discovery.scan.SourceScanResult.NamedFiles;

/** Scan results as bytes: their sets in order, then the two sets of constants as bits. */
final class ScanResultCodec {
    private ScanResultCodec() {}

    static ByteBuffer encode(SourceScanResult result) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Set<String> set : List.of(result.headers(), result.embedded(), result.assembled(), result.lines(),
                    result.includes(), result.next(), result.certain(), result.bodies(), result.macros(),
                    result.wrappers(), result.computed())) {
                out.writeInt(set.size());
                for (String text : set) {
                    byte[] word = text.getBytes(UTF_8);
                    out.writeInt(word.length);
                    out.write(word);
                }
            }
            out.writeInt(bits(result.features()));
            out.writeInt(bits(result.dependency()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    /** The inverse of {@link #encode}; empty if the bytes are no scan result. */
    static Optional<SourceScanResult> decode(ByteBuffer from) {
        try {
            NamedFiles named = new NamedFiles(strings(from), strings(from), strings(from), strings(from));
            IncludeOperands inclusion = new IncludeOperands(strings(from), strings(from), strings(from), strings(from),
                    strings(from));
            SourceScanResult result = new SourceScanResult(named, inclusion, strings(from), strings(from),
                    constants(from, Feature.class), constants(from, PragmaScanner.Part.class));
            return from.hasRemaining() ? Optional.empty() : Optional.of(result);
        } catch (BufferUnderflowException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static <E extends Enum<E>> int bits(Set<E> constants) {
        int bits = 0;
        for (E constant : constants) {
            bits |= 1 << constant.ordinal();
        }
        return bits;
    }

    private static <E extends Enum<E>> Set<E> constants(ByteBuffer from, Class<E> type) {
        int bits = from.getInt();
        EnumSet<E> constants = EnumSet.noneOf(type);
        for (E constant : type.getEnumConstants()) {
            if ((bits & 1 << constant.ordinal()) != 0) {
                constants.add(constant);
            }
        }
        return constants;
    }

    private static Set<String> strings(ByteBuffer from) {
        int count = from.getInt();
        if (count == 0) {
            return Set.of();
        }
        if (count < 0 || count > from.remaining()) {
            throw new IllegalArgumentException("a set of " + count + " words");
        }
        Set<String> strings = new HashSet<>();
        for (int i = 0; i < count; i++) {
            int length = from.getInt();
            if (length < 0 || length > from.remaining()) {
                throw new IllegalArgumentException("a word of " + length + " bytes");
            }
            byte[] word = new byte[length];
            from.get(word);
            strings.add(new String(word, UTF_8));
        }
        return strings;
    }
}
