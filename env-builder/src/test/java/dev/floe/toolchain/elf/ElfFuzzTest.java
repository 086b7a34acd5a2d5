package dev.floe.toolchain.elf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Programs and objects that no linker and no assembler wrote. */
final class ElfFuzzTest {
    /** What gcc 12 signs its objects with. */
    private static final String SIGN = "GCC: (Debian 12.2.0-14+deb12u1) 12.2.0";

    @MethodSource("programs")
    @FuzzTest
    void readsAProgramOrRefuses(byte[] bytes) {
        try {
            Optional<ElfFile> file = ElfFile.parse(bytes);
            file.ifPresent(elf -> assertThat(elf.platform().toString()).isNotEmpty());
        } catch (MalformedElfException _) {
            // it is none
        }
    }

    /** Exchanged twice, the signature is the first again, and so is all else. */
    @MethodSource("objects")
    @FuzzTest
    void signsAnObjectAnewOrRefuses(byte[] bytes) {
        byte[] changed;
        try {
            changed = IdentRewriter.rewriteObject(bytes, SIGN, "another compiler");
        } catch (MalformedElfException _) {
            return;
        }
        assertThat(changed.length).isLessThanOrEqualTo(bytes.length + (1 << 20));
    }

    @MethodSource("assembly")
    @FuzzTest
    void signsAnyAssemblyAnew(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        IdentRewriter.readAssembly(text)
                .ifPresent(sign -> assertThat(IdentRewriter.rewriteAssembly(bytes, sign, sign)).isEqualTo(bytes));
    }

    static Stream<byte[]> programs() {
        return Stream.of(ElfImages.ofX8664(), new ElfImages(32, ByteOrder.LITTLE_ENDIAN, 40),
                new ElfImages(64, ByteOrder.BIG_ENDIAN, 22))
                .map(images -> images.image("/lib/ld.so", List.of("libc.so.6", "libm.so.6"), "$ORIGIN/lib:/x",
                        "/opt/lib"));
    }

    static Stream<byte[]> objects() throws IOException {
        try (InputStream object = Objects.requireNonNull(ElfFuzzTest.class.getResourceAsStream("signed.o"))) {
            return Stream.of(object.readAllBytes());
        }
    }

    static Stream<byte[]> assembly() {
        return Stream
                .of("\t.file\t\"a.c\"\n\t.ident\t\"" + SIGN + "\"\n\t.section\t.note.GNU-stack\n", ".ident \"\"",
                        ".ident\"")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
