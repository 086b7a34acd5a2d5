package dev.floe.node.mesh.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostPortTest {
    @Test
    void readsNamesAddressesAndPorts() {
        assertThat(HostPort.parse("a", 7)).isEqualTo(new HostPort("a", 7));
        assertThat(HostPort.parse("a.b:8", 7)).isEqualTo(new HostPort("a.b", 8));
        assertThat(HostPort.parse("::1", 7)).isEqualTo(new HostPort("::1", 7));
        assertThat(HostPort.parse("[::1]", 7)).isEqualTo(new HostPort("::1", 7));
        assertThat(HostPort.parse("[::1]:8", 7)).isEqualTo(new HostPort("::1", 8)).hasToString("[::1]:8");
    }

    @Test
    void readsIPv6HoweverItIsWritten() {
        assertThat(HostPort.parse("[::1]:7400", 7)).hasToString("[::1]:7400");
        assertThat(HostPort.parse("0:0:0:0:0:0:0:1", 7)).isEqualTo(HostPort.parse("::1", 7)).hasToString("[::1]:7");
        assertThat(HostPort.parse("[FD00:0:0::A]", 7)).hasToString("[fd00::a]:7");
        assertThat(HostPort.parse("fe80::1%eth0", 7)).hasToString("[fe80::1%eth0]:7");
        assertThat(HostPort.parse("[fe80::1%eth0]:7400", 7)).hasToString("[fe80::1%eth0]:7400");
        assertThat(HostPort.parse("[fe80::1%2]", 7)).hasToString("[fe80::1%2]:7");
        assertThat(HostPort.parse("::ffff:10.0.0.1", 7)).hasToString("10.0.0.1:7");
        assertThat(HostPort.parse("[::]:7400", 7)).hasToString("[::]:7400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:b:c", "1:2:3", "[a:b]:8", "::1::2", "[::1", "::1]:8", "fe80::1%", "[fe80::1%]:8",
            "12345::1", "[::1]:", "[::1]:x",
            "[::1]:0", "[]:8", "[::1]]:8", "10.0.0.1:8:9"})
    void refusesWhatOnlyLooksLikeIPv6(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostPort.parse(text, 7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":8", "a:", "a:x", "a:0", "a:65536", "a:999999", "a b", "a,b", "[::1]8", "[]", "a:-1"})
    void refusesWhatIsNeither(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostPort.parse(text, 7));
    }
}
