package dev.floe.store.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

final class BlockOutputStreamTest {
    @Test
    void aByteIsABlock() throws IOException {
        List<byte[]> blocks = new ArrayList<>();
        try (BlockOutputStream out = new BlockOutputStream() {
            @Override
            public void write(byte[] bytes, int offset, int length) {
                blocks.add(Arrays.copyOfRange(bytes, offset, offset + length));
            }
        }) {
            out.write(0x1ff);
            out.write(new byte[]{1, 2});
        }
        assertThat(blocks).containsExactly(new byte[]{-1}, new byte[]{1, 2});
    }
}
