package dev.floe.node.rpc.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WireProtocolTest {
    @Test
    void offersTheNewestVersionFirstAndOneBeforeIt() {
        assertThat(WireProtocol.alpnNames()).containsExactly("floe/2", "floe/1");
        assertThat(WireProtocol.CURRENT.alpnName()).isEqualTo(WireProtocol.alpnNames().getFirst());
    }

    @Test
    void numbersAreThoseOfTheNames() {
        for (WireProtocol version : WireProtocol.values()) {
            assertThat(version.alpnName()).isEqualTo("floe/" + version.number());
        }
    }

    @Test
    void findsWhatWasNegotiatedAmongTheVersionsThatItSpeaks() {
        assertThat(WireProtocol.find("floe/2")).contains(WireProtocol.V2);
        assertThat(WireProtocol.find("floe/1")).contains(WireProtocol.V1);
        assertThat(WireProtocol.find("floe/3")).isEmpty();
        assertThat(WireProtocol.find("h2")).isEmpty();
        assertThat(WireProtocol.find("")).isEmpty();
        assertThat(WireProtocol.find(null)).isEmpty();
    }

    @Test
    void saysWhoSpeaksWhatAndWhatToDo() {
        assertThat(WireProtocol.mismatch("floe/3"))
                .isEqualTo("it speaks floe/3, this node floe/2 and floe/1; upgrade the older of the two");
        assertThat(WireProtocol.mismatch(null)).startsWith("it speaks no version of Floe's protocol, this node floe/2");
    }

    @Test
    void onlyVersion2ReturnsJobs() {
        assertThat(WireProtocol.V1.returnsJobs()).isFalse();
        assertThat(WireProtocol.V2.returnsJobs()).isTrue();
    }
}
