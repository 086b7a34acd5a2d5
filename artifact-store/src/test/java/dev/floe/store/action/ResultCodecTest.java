package dev.floe.store.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.store.Digest;
import dev.floe.store.action.ActionResult.Observed;
import dev.floe.store.action.ActionResult.OutputFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ResultCodecTest {
    private static final ActionKey KEY = new ActionKey(1, 2, 3, 4);
    private static final ActionResult PLAIN = new ActionResult(new Content.Inline(bytes("printed")),
            Content.Inline.NONE,
            List.of(new OutputFile("/w/x.o", 0644, new Content.Stored(Digest.ofBytes(bytes("object"))), ""),
                    new OutputFile("@d/x.d", 0600, new Content.Inline(bytes("x.o: x.c")), "MAKE")),
            "maker", Duration.ofMillis(250));
    private static final ActionResult SEALED = PLAIN.sealed(new Seal(bytes("a seal")));

    private static final ActionResult OBSERVED = PLAIN.observed(new Observed("no observer", bytes("/a/b.h"),
            List.of("CPATH", "TMPDIR"), List.of("PATH"), List.of("DATE:cc1"), bytes("/a"), bytes("/a/b"),
            new byte[]{3}));
    private static final ActionResult SEALED_AND_OBSERVED = OBSERVED.sealed(SEALED.seal());
    private static final List<ActionResult> ALL = List.of(PLAIN, SEALED, OBSERVED, SEALED_AND_OBSERVED);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsBackWhatItWrote() throws IOException {
        for (ActionResult result : ALL) {
            ActionResult read = ResultCodec.decode(ResultCodec.encode(result));
            assertThat(ResultCodec.encode(read)).isEqualTo(ResultCodec.encode(result));
            assertThat(read.seal()).isEqualTo(result.seal());
            assertThat(read.observed()).usingRecursiveComparison().isEqualTo(result.observed());
            assertThat(read.maker()).isEqualTo("maker");
            assertThat(read.compute()).isEqualTo(Duration.ofMillis(250));
            assertThat(read.stored()).isEqualTo(result.stored());
        }
    }

    @Test
    void writesWhatHasNoSealAsBefore() {
        byte[] plain = ResultCodec.encode(PLAIN);
        byte[] sealed = ResultCodec.encode(SEALED);
        assertThat(plain[0]).isEqualTo((byte) 1);
        assertThat(sealed[0]).isEqualTo((byte) 2);
        assertThat(ResultCodec.encode(OBSERVED)[0]).isEqualTo((byte) 3);
        assertThat(Arrays.copyOfRange(sealed, 1, plain.length)).isEqualTo(Arrays.copyOfRange(plain, 1, plain.length));
    }

    @Test
    void refusesSealsThatAreNone() {
        byte[] sealed = ResultCodec.encode(SEALED);
        byte[] none = Arrays.copyOf(sealed, sealed.length - 6);
        none[none.length - 1] = 0;
        assertThatThrownBy(() -> ResultCodec.decode(none)).isInstanceOf(IOException.class).hasMessageContaining("seal");
        byte[] large = Arrays.copyOf(sealed, sealed.length + 300);
        large[sealed.length - 8] = 1; // its length is now 256 + 6 + 44
        large[sealed.length - 7] = 50;
        assertThatThrownBy(() -> ResultCodec.decode(large)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new Seal(new byte[Seal.MOST_BYTES + 1])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void signsAllButTheSeal() {
        byte[] signed = ResultCodec.toSign(KEY, PLAIN);
        assertThat(ResultCodec.toSign(KEY, SEALED)).isEqualTo(signed);
        assertThat(ResultCodec.toSign(KEY, SEALED_AND_OBSERVED)).isEqualTo(ResultCodec.toSign(KEY, OBSERVED))
                .isNotEqualTo(signed);
        assertThat(ResultCodec.toSign(new ActionKey(1, 2, 3, 5), PLAIN)).isNotEqualTo(signed);
        assertThat(ResultCodec.toSign(KEY, new ActionResult(PLAIN.output(), PLAIN.error(), PLAIN.files(), "other",
                PLAIN.compute()))).isNotEqualTo(signed);
        assertThat(ResultCodec.toSign(KEY, new ActionResult(PLAIN.output(), PLAIN.error(),
                PLAIN.files().subList(0, 1), PLAIN.maker(), PLAIN.compute()))).isNotEqualTo(signed);
    }

    @Test
    void refusesEveryCutAndEveryAddition() {
        for (ActionResult result : ALL) {
            byte[] whole = ResultCodec.encode(result);
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> ResultCodec.decode(cut)).as("%d bytes", length)
                        .isInstanceOf(IOException.class);
            }
            assertThatThrownBy(() -> ResultCodec.decode(Arrays.copyOf(whole, whole.length + 1)))
                    .isInstanceOf(IOException.class);
        }
        byte[] later = ResultCodec.encode(SEALED);
        later[0] = 4;
        assertThatThrownBy(() -> ResultCodec.decode(later)).hasMessageContaining("version 4");
    }

    @Test
    void neverFailsInAnotherWayOnGarbage() {
        long seed = 4712;
        Random random = new Random(seed);
        byte[] sealed = ResultCodec.encode(SEALED);
        byte[] observed = ResultCodec.encode(SEALED_AND_OBSERVED);
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = (round % 2 == 0 ? sealed : observed).clone();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length + 8));
            try {
                ActionResult read = ResultCodec.decode(bytes);
                assertThat(ResultCodec.encode(read)).as("seed %d, round %d", seed, round).isNotEmpty();
            } catch (IOException _) {
                // refused, as it should be
            }
        }
    }
}
