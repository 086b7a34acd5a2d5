package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.MPING;
import org.jgroups.protocols.PingHeader;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.Protocol;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

import dev.floe.node.mesh.security.MeshKey;

final class MulticastDiscoveryTest {
    private static final short ID = ClassConfigurator.getProtocolId(MPING.class);

    private final MeshKey mesh = MeshKey.create("home");

    @Test
    void hearsAMemberThatSearches() throws Exception {
        byte[] datagram = new MulticastDiscovery(mesh.derive("multicast")).seal(search());
        assertThat(new MulticastDiscovery(mesh.derive("multicast")).open(datagram)).isNotNull()
                .extracting(heard -> heard.<PingHeader>getHeader(ID).type()).isEqualTo(PingHeader.GET_MBRS_REQ);
    }

    @Test
    void doesNotHearAnotherMesh() throws Exception {
        byte[] other = new MulticastDiscovery(MeshKey.create("home").derive("multicast")).seal(search());
        assertThat(new MulticastDiscovery(mesh.derive("multicast")).open(other)).isNull();
    }

    @Test
    void doesNotHearAChangedDatagramNorGarbage() throws Exception {
        MulticastDiscovery discovery = new MulticastDiscovery(mesh.derive("multicast"));
        byte[] datagram = discovery.seal(search());
        for (int bit = 0; bit < datagram.length * 8; bit++) {
            byte[] changed = datagram.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(discovery.open(changed)).as("bit %d", bit).isNull();
        }
        Random random = new Random(8);
        for (int i = 0; i < 1000; i++) {
            byte[] garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);
            assertThat(discovery.open(garbage)).isNull();
        }
    }

    @Test
    void fewMembersOfALargeGroupAnswerOneAnotherAndAllAnswerAStranger() throws Exception {
        MulticastDiscovery discovery = new MulticastDiscovery(mesh.derive("multicast"));
        List<Message> sent = new ArrayList<>();
        discovery.setDownProtocol(new Protocol() {
            @Override
            public Object down(Event event) {
                return "passed";
            }

            @Override
            public Object down(Message message) {
                sent.add(message);
                return "passed";
            }
        });
        List<Address> members = Stream.generate(() -> (Address) UUID.randomUUID()).limit(1000).toList();
        discovery.down(new Event(Event.VIEW_CHANGE, new View(members.getFirst(), 1, members)));
        for (int i = 0; i < 100; i++) {
            discovery.sendDiscoveryResponse(List.of(), members.get(i));
        }
        assertThat(sent).hasSizeLessThan(20);
        sent.clear();
        discovery.sendDiscoveryResponse(List.of(), UUID.randomUUID());
        assertThat(sent).hasSize(1);
    }

    @Test
    void letsNothingButASearchIntoTheGroup() throws Exception {
        MulticastDiscovery discovery = new MulticastDiscovery(mesh.derive("multicast"));
        Message view = new BytesMessage(null, "x".getBytes(StandardCharsets.US_ASCII))
                .putHeader(ClassConfigurator.getProtocolId(GMS.class), new GMS.GmsHeader(GMS.GmsHeader.VIEW));
        view.setSrc(UUID.randomUUID());
        assertThat(discovery.open(discovery.seal(view))).isNull();
    }

    private static Message search() {
        Message message = new BytesMessage(null, new byte[]{1, 2, 3})
                .putHeader(ID, new PingHeader(PingHeader.GET_MBRS_REQ).clusterName("floe/1/x"));
        message.setSrc(UUID.randomUUID());
        return message;
    }
}
