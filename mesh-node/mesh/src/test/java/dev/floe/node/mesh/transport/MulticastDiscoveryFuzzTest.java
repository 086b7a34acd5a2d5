package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;

import org.jgroups.BytesMessage;
import org.jgroups.Message;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.MPING;
import org.jgroups.protocols.PingHeader;
import org.jgroups.util.UUID;
import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Datagrams of strangers, and of members that send what they like. */
final class MulticastDiscoveryFuzzTest {
    private static final short ID = ClassConfigurator.getProtocolId(MPING.class);
    private static final byte[] SECRET = new byte[32];

    @MethodSource("datagrams")
    @FuzzTest
    void opensNothingOfAStranger(byte[] datagram) throws UnknownHostException {
        Message message = new MulticastDiscovery(SECRET).open(datagram);
        assertThat(message == null || isOneOf(datagram)).isTrue();
    }

    /** The bytes behind a code that is right. */
    @MethodSource("bodies")
    @FuzzTest
    void opensASearchOfAMemberOrNothing(byte[] body) throws UnknownHostException {
        MulticastDiscovery discovery = new MulticastDiscovery(SECRET);
        Message message = discovery.open(discovery.coded(body));
        assertThat(message == null || message.getHeader(ID) instanceof PingHeader).isTrue();
    }

    private static boolean isOneOf(byte[] datagram) {
        try {
            return datagrams().anyMatch(known -> Arrays.equals(known, datagram));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static Stream<byte[]> datagrams() throws Exception {
        Message message = new BytesMessage(null, new byte[]{1, 2, 3})
                .putHeader(ID, new PingHeader(PingHeader.GET_MBRS_REQ).clusterName("floe/1/x"));
        message.setSrc(new UUID(1, 2));
        return Stream.of(new MulticastDiscovery(SECRET).seal(message));
    }

    static Stream<byte[]> bodies() throws Exception {
        byte[] search = Arrays.copyOfRange(datagrams().findFirst().orElseThrow(), MulticastDiscovery.CODE_BYTES,
                datagrams().findFirst().orElseThrow().length);
        byte[] longPayload = search.clone();
        // The payload is three bytes behind their number.
        ByteBuffer.wrap(longPayload).putInt(longPayload.length - 7, Integer.MAX_VALUE);
        return Stream.of(search, longPayload);
    }
}
