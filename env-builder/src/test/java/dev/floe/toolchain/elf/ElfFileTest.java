package dev.floe.toolchain.elf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.floe.toolchain.Platform;
import dev.floe.toolchain.RealCompilers;

final class ElfFileTest {
    @ParameterizedTest
    @CsvSource({"64,LITTLE_ENDIAN,62,x86_64", "64,LITTLE_ENDIAN,183,aarch64", "32,LITTLE_ENDIAN,3,i686",
            "32,LITTLE_ENDIAN,40,arm", "64,BIG_ENDIAN,22,s390x", "64,LITTLE_ENDIAN,21,ppc64le", "32,BIG_ENDIAN,8,mips",
            "64,LITTLE_ENDIAN,243,riscv64", "32,LITTLE_ENDIAN,62,x32"})
    void readsEveryWidthAndByteOrder(int bits, String order, int machine, String processor) throws Exception {
        ByteOrder byteOrder = order.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        byte[] image = new ElfImages(bits, byteOrder, machine).image("/lib/ld.so.1", List.of("libm.so.6", "libc.so.6"),
                "/a:$ORIGIN/b", "/c");
        ElfFile elf = ElfFile.parse(image).orElseThrow();
        assertThat(elf).isEqualTo(new ElfFile(new ElfFile.ElfMachine(bits, byteOrder, machine), "/lib/ld.so.1",
                List.of("libm.so.6", "libc.so.6"), List.of("/a", "$ORIGIN/b"), List.of("/c")));
        assertThat(elf.platform()).isEqualTo(new Platform(processor, "linux"));
    }

    @Test
    void readsARealProgram() throws Exception {
        ElfFile elf = ElfFile.read(RealCompilers.installed("gcc").toRealPath()).orElseThrow();
        assertThat(elf.needed()).contains("libc.so.6");
        assertThat(Path.of(String.valueOf(elf.interpreter()))).exists();
        assertThat(elf.platform()).isEqualTo(Platform.current());
    }

    @Test
    void knowsWhatIsNoElf() throws Exception {
        assertThat(ElfFile.parse(new byte[0])).isEmpty();
        assertThat(ElfFile.parse("#!/bin/sh\nexec gcc\n\n\n".getBytes(UTF_8)))
                .isEmpty();
    }

    @Test
    void refusesAnImageThatEndsTooSoon() {
        byte[] image = ElfImages.ofX8664().image("/lib/ld.so.1", List.of("libc.so.6"), "", "");
        for (int length = 16; length < image.length - 32; length++) {
            byte[] cut = Arrays.copyOf(image, length);
            assertThatThrownBy(() -> ElfFile.parse(cut)).isInstanceOf(MalformedElfException.class);
        }
    }

    @Test
    void refusesMoreThanOneDynamicSegment() {
        byte[] image = ElfImages.ofX8664().image("/lib/ld.so.1", List.of("libc.so.6"), "", "");
        image[64 + 2 * 56] = 2; // the segment of the interpreter
        assertThatThrownBy(() -> ElfFile.parse(image)).isInstanceOf(MalformedElfException.class)
                .hasMessageContaining("more than one dynamic segment");
    }

    @Test
    void meetsAnyDamageWithAnAnswerOrARefusal() throws Exception {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        byte[] made = ElfImages.ofX8664().image("/lib/ld.so.1", List.of("liba.so.1", "libc.so.6"), "/a:/b", "");
        byte[] real = Files.readAllBytes(Path.of("/bin/true").toRealPath());
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = (i % 4 == 0 ? real : made).clone();
            int reach = Math.min(bytes.length, 1024);
            for (int change = random.nextInt(6); change >= 0; change--) {
                bytes[random
                        .nextInt(reach)] = (byte) (random.nextBoolean() ? random.nextInt() : -1 << random.nextInt(8));
            }
            try {
                ElfFile.parse(bytes).ifPresent(ElfFile::platform);
            } catch (MalformedElfException _) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", case " + i, e);
            }
        }
        assertThat(refused).as("seed %d", seed).isPositive();
    }
}
