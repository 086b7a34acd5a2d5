package dev.floe.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GroupConfigTest {
    /** A machine without a default route still has an address for its peers, and loopback is none. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            fe80::1 10.77.0.1, 10.77.0.1
            2001:db8::7 10.77.0.1 192.168.1.9, 10.77.0.1
            169.254.3.4 2001:db8::7, 2001:db8:0:0:0:0:0:7
            127.0.0.1 fe80::1,
            """)
    void theFirstAddressThatPeersCanBeTold(String addresses, String expected) {
        assertThat(GroupConfig.firstReachable(Stream.of(addresses.split(" ")).map(GroupConfigTest::address))
                .map(InetAddress::getHostAddress).orElse(null)).isEqualTo(expected);
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
