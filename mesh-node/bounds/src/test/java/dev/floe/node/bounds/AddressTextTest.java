package dev.floe.node.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressTextTest {
    @ParameterizedTest
    @CsvSource({"127.0.0.1,127.0.0.1:7", "host.example,host.example:7", "::1,[::1]:7", "0:0:0:0:0:0:0:1,[::1]:7",
            "::,[::]:7", "FD00::A,[fd00::a]:7", "fe80::1%eth0,[fe80::1%eth0]:7",
            "fe80:0:0:0:0:0:0:1%eth0.5,[fe80::1%eth0.5]:7",
            "2001:db8:0:1:1:1:1:1,[2001:db8:0:1:1:1:1:1]:7", "2001:0db8:0:0:1:0:0:1,[2001:db8::1:0:0:1]:7",
            "1:0:0:0:0:0:0:0,[1::]:7", "2001:db8:0:0:1:0:0:0,[2001:db8:0:0:1::]:7", "::ffff:10.0.0.1,10.0.0.1:7"})
    void putsIPv6InBrackets(String host, String text) {
        assertThat(AddressText.of(host, 7)).isEqualTo(text);
    }

    @Test
    void showsNoName() throws IOException {
        byte[] bytes = new byte[16];
        bytes[15] = 1;
        assertThat(AddressText.of(new InetSocketAddress(InetAddress.getByAddress("name", bytes), 80)))
                .isEqualTo("[::1]:80");
        assertThat(AddressText.of(InetSocketAddress.createUnresolved("name", 80))).isEqualTo("name:80");
        assertThat(AddressText.of(null)).isEqualTo("unknown");
    }

    @Test
    void writesWhatCanBeReadBack() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[16];
            bytes[0] = 0x20;
            for (int at = 1; at < 16; at++) {
                bytes[at] = random.nextInt(3) == 0 ? (byte) random.nextInt(256) : 0;
            }
            InetAddress address = InetAddress.getByAddress(bytes);
            String text = AddressText.host(address.getHostAddress());
            assertThat(InetAddress.ofLiteral(text)).as(text).isEqualTo(address);
            assertThat(text).hasSizeLessThanOrEqualTo(address.getHostAddress().length());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1:2:3", "a:b", ":::", "fe80::1%", "12345::", "::1::2"})
    void knowsWhatIsNoAddress(String host) {
        assertThat(AddressText.isAddress(host)).isFalse();
        assertThat(AddressText.host(host)).isEqualTo(host);
    }
}
