package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;

import org.junit.jupiter.api.Test;

class OtherMeshesTest {
    private long now = 1;
    private final OtherMeshes others = new OtherMeshes(() -> now);

    private static InetAddress address(int last) throws Exception {
        return InetAddress.getByAddress(new byte[]{10, 0, 0, (byte) last});
    }

    @Test
    void forgetsAfterTenMinutes() throws Exception {
        others.add(address(1));
        now += OtherMeshes.KEPT.toNanos();
        others.add(address(2));
        assertThat(others.recent()).containsExactly("10.0.0.1", "10.0.0.2");
        now++;
        assertThat(others.recent()).containsExactly("10.0.0.2");
    }

    @Test
    void keepsTheLatestOfMany() throws Exception {
        for (int i = 1; i <= 100; i++) {
            others.add(address(i));
        }
        assertThat(others.recent()).hasSize(OtherMeshes.MAX_ADDRESSES).contains("10.0.0.100", "10.0.0.85")
                .doesNotContain("10.0.0.84");
    }
}
