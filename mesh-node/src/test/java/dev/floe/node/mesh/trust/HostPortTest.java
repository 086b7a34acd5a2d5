package dev.floe.node.mesh.trust;

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

    @ParameterizedTest
    @ValueSource(strings = {"", ":8", "a:", "a:x", "a:0", "a:65536", "a:999999", "a b", "a,b", "[::1]8", "[]", "a:-1"})
    void refusesWhatIsNeither(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostPort.parse(text, 7));
    }
}
