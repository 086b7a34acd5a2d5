package dev.floe.store.actioncache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionResult.AskedVariables;
import dev.floe.store.actioncache.ActionResult.ListedDirectories;
import dev.floe.store.actioncache.ActionResult.Observed;
import dev.floe.store.actioncache.ActionResult.OutputFile;

final class ActionResultCodecTest {
    private static final ActionKey KEY = new ActionKey(1, 2, 3, 4);
    private static final ActionResult PLAIN = new ActionResult(new ResultContent.Inline(bytes("printed")),
            ResultContent.Inline.NONE,
            List.of(new OutputFile("/w/x.o", 0644, new ResultContent.Stored(Digest.ofBytes(bytes("object"))), ""),
                    new OutputFile("@d/x.d", 0600, new ResultContent.Inline(bytes("x.o: x.c")), "MAKE")),
            "maker", Duration.ofMillis(250));
    private static final ActionResult SEALED = PLAIN.sealed(new ResultSignature(bytes("a seal")));

    private static final ActionResult OBSERVED = PLAIN.observed(new Observed("no observer", bytes("/a/b.h"),
            new AskedVariables(List.of("CPATH", "TMPDIR"), List.of("PATH")), List.of("DATE:cc1"),
            new ListedDirectories(bytes("/a"), bytes("/a/b")), new byte[]{3}));
    private static final ActionResult SEALED_AND_OBSERVED = OBSERVED.sealed(SEALED.seal());
    private static final List<ActionResult> ALL = List.of(PLAIN, SEALED, OBSERVED, SEALED_AND_OBSERVED);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsBackWhatItWrote() throws IOException {
        for (ActionResult result : ALL) {
            ActionResult read = ActionResultCodec.decode(ActionResultCodec.encode(result));
            assertThat(ActionResultCodec.encode(read)).isEqualTo(ActionResultCodec.encode(result));
            assertThat(read.seal()).isEqualTo(result.seal());
            assertThat(read.observed()).usingRecursiveComparison().isEqualTo(result.observed());
            assertThat(read.maker()).isEqualTo("maker");
            assertThat(read.compute()).isEqualTo(Duration.ofMillis(250));
            assertThat(read.stored()).isEqualTo(result.stored());
        }
    }

    @Test
    void writesWhatHasNoSealAsBefore() {
        byte[] plain = ActionResultCodec.encode(PLAIN);
        byte[] sealed = ActionResultCodec.encode(SEALED);
        assertThat(plain[0]).isEqualTo((byte) 1);
        assertThat(sealed[0]).isEqualTo((byte) 2);
        assertThat(ActionResultCodec.encode(OBSERVED)[0]).isEqualTo((byte) 3);
        assertThat(Arrays.copyOfRange(sealed, 1, plain.length)).isEqualTo(Arrays.copyOfRange(plain, 1, plain.length));
    }

    @Test
    void refusesSealsThatAreNone() {
        byte[] sealed = ActionResultCodec.encode(SEALED);
        byte[] none = Arrays.copyOf(sealed, sealed.length - 6);
        none[none.length - 1] = 0;
        assertThatThrownBy(() -> ActionResultCodec.decode(none)).isInstanceOf(IOException.class)
                .hasMessageContaining("seal");
        byte[] large = Arrays.copyOf(sealed, sealed.length + 300);
        large[sealed.length - 8] = 1; // its length is now 256 + 6 + 44
        large[sealed.length - 7] = 50;
        assertThatThrownBy(() -> ActionResultCodec.decode(large)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new ResultSignature(new byte[ResultSignature.MAX_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void signsAllButTheSeal() {
        byte[] signed = ActionResultCodec.toSign(KEY, PLAIN);
        assertThat(ActionResultCodec.toSign(KEY, SEALED)).isEqualTo(signed);
        assertThat(ActionResultCodec.toSign(KEY, SEALED_AND_OBSERVED))
                .isEqualTo(ActionResultCodec.toSign(KEY, OBSERVED))
                .isNotEqualTo(signed);
        assertThat(ActionResultCodec.toSign(new ActionKey(1, 2, 3, 5), PLAIN)).isNotEqualTo(signed);
        assertThat(ActionResultCodec.toSign(KEY, new ActionResult(PLAIN.output(), PLAIN.error(), PLAIN.files(), "other",
                PLAIN.compute()))).isNotEqualTo(signed);
        assertThat(ActionResultCodec.toSign(KEY, new ActionResult(PLAIN.output(), PLAIN.error(),
                PLAIN.files().subList(0, 1), PLAIN.maker(), PLAIN.compute()))).isNotEqualTo(signed);
    }

    @Test
    void refusesEveryCutAndEveryAddition() {
        for (ActionResult result : ALL) {
            byte[] whole = ActionResultCodec.encode(result);
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> ActionResultCodec.decode(cut)).as("%d bytes", length)
                        .isInstanceOf(IOException.class);
            }
            assertThatThrownBy(() -> ActionResultCodec.decode(Arrays.copyOf(whole, whole.length + 1)))
                    .isInstanceOf(IOException.class);
        }
        byte[] later = ActionResultCodec.encode(SEALED);
        later[0] = 4;
        assertThatThrownBy(() -> ActionResultCodec.decode(later)).hasMessageContaining("version 4");
    }

    @Test
    void neverFailsInAnotherWayOnGarbage() {
        long seed = 4712;
        Random random = new Random(seed);
        byte[] sealed = ActionResultCodec.encode(SEALED);
        byte[] observed = ActionResultCodec.encode(SEALED_AND_OBSERVED);
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = (round % 2 == 0 ? sealed : observed).clone();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length + 8));
            try {
                ActionResult read = ActionResultCodec.decode(bytes);
                assertThat(ActionResultCodec.encode(read)).as("seed %d, round %d", seed, round).isNotEmpty();
            } catch (IOException _) {
                // refused, as it should be
            }
        }
    }
}
