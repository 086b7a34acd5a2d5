package dev.floe.node.mesh.transport;

import java.io.DataInput;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.MulticastSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.MPING;
import org.jgroups.protocols.PingData;
import org.jgroups.protocols.PingHeader;
import org.jgroups.util.ByteArray;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.jgroups.util.Util;
import org.jspecify.annotations.Nullable;

import dev.floe.store.FailureText;

/**
 * Finds members on the same LAN by multicast, and listens only to members: each datagram begins with a code that needs
 * the mesh's secret. Plain {@link MPING} takes any message from anyone on the LAN and hands what is not for itself up
 * the stack, past all TLS.
 *
 * <p>Strangers can read name and address of a node that searches, and replay it; both tell nobody anything that
 * matters.
 */
final class MulticastDiscovery extends MPING {
    static final int CODE_BYTES = 16;

    private static final Logger LOG = LogManager.getLogger(MulticastDiscovery.class);
    private static final String MAC = "HmacSHA256";
    private static final String GROUP = "239.70.76.79";
    private static final int PORT = 7079;
    private static final int HOPS = 2;
    private static final int MAX_DATAGRAM = 8192;
    /** In the first byte of a message: it has a receiver, it has a sender. */
    private static final int BOTH_ADDRESSES = 3;

    private final Supplier<List<byte[]>> secrets; // the one to send with first
    private final OtherMeshes others;

    MulticastDiscovery(byte[] secret) throws UnknownHostException {
        this(secret, new OtherMeshes(System::nanoTime));
    }

    /** @param others is told of the searches that are not by members */
    MulticastDiscovery(byte[] secret, OtherMeshes others) throws UnknownHostException {
        this(() -> List.of(secret), others);
    }

    /** @param secrets those that count now, the one to send with first */
    MulticastDiscovery(Supplier<List<byte[]>> secrets, OtherMeshes others) throws UnknownHostException {
        this.others = others;
        this.secrets = secrets;
        setId(ClassConfigurator.getProtocolId(MPING.class));
        setMcastAddr(InetAddress.getByName(GROUP));
        setMcastPort(PORT);
        setTTL(HOPS);
    }

    @Override
    public void start() throws Exception {
        try {
            super.start();
        } catch (IOException e) {
            LOG.warn("multicast unavailable address={} reason=\"{}\"", bind_addr, FailureText.of(e));
            stop();
            timer = getTransport().getTimer();
        }
    }

    @Override
    public void stop() {
        super.stop();
        Util.close(mcast_send_sock);
        mcast_send_sock = null;
    }

    @Override
    public void discoveryRequestReceived(Address sender, String name, PhysicalAddress address) {
        if (address != null && findTopmostDiscoveryProtocol() instanceof SeedDiscovery seeds) {
            seeds.receiveSearch(new PingData(sender, false, name, address));
        }
    }

    /**
     * On average one member of a group answers another that searches for other groups. It knows the members of its own,
     * unless two members have different views of it.
     */
    @Override
    protected void sendDiscoveryResponse(List<PingData> members, Address searcher) {
        View own = view;
        if (own == null || !own.containsMember(searcher) || ThreadLocalRandom.current().nextInt(own.size()) == 0) {
            super.sendDiscoveryResponse(members, searcher);
        }
    }

    @Override
    public void run() {
        DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
        MulticastSocket socket = mcast_receive_sock;
        while (socket != null && Thread.currentThread().equals(receiver)) {
            try {
                packet.setLength(MAX_DATAGRAM);
                socket.receive(packet);
                byte[] datagram = Arrays.copyOf(packet.getData(), packet.getLength());
                if (!isByMember(datagram)) {
                    others.add(packet.getAddress());
                    continue;
                }
                Message message = open(datagram);
                if (message != null && !Objects.equals(local_addr, message.getSrc())) {
                    up(message);
                }
            } catch (SocketException e) {
                return;
            } catch (IOException e) {
                LOG.debug("multicast receive failed reason=\"{}\"", FailureText.of(e));
            }
        }
    }

    @Override
    protected void sendMcastDiscoveryRequest(Message message) {
        if (message.getSrc() == null) {
            message.setSrc(local_addr);
        }
        try {
            byte[] datagram = seal(message);
            MulticastSocket socket = mcast_send_sock;
            if (socket != null) {
                socket.send(new DatagramPacket(datagram, datagram.length, mcast_addr, mcast_port));
            }
        } catch (IOException e) {
            LOG.debug("multicast send failed reason=\"{}\"", FailureText.of(e));
        }
    }

    byte[] seal(Message message) throws IOException {
        ByteArrayDataOutputStream out = new ByteArrayDataOutputStream(message.size() + 1);
        message.writeTo(out);
        ByteArray body = out.getBuffer();
        return coded(Arrays.copyOfRange(body.getArray(), body.getOffset(), body.getOffset() + body.getLength()));
    }

    /** A datagram of these bytes. */
    byte[] coded(byte[] body) {
        byte[] datagram = new byte[CODE_BYTES + body.length];
        System.arraycopy(body, 0, datagram, CODE_BYTES, body.length);
        System.arraycopy(code(datagram, secrets.get().getFirst()), 0, datagram, 0, CODE_BYTES);
        return datagram;
    }

    /** The search that a datagram holds, or null if it is not one by a member. */
    @Nullable
    Message open(byte[] datagram) {
        if (!isByMember(datagram)) {
            return null;
        }
        try {
            if (!isSearch(bodyOf(datagram))) {
                return null;
            }
            Message message = new Received();
            message.readFrom(bodyOf(datagram));
            return message;
        } catch (IOException | ClassNotFoundException | RuntimeException e) {
            LOG.debug("multicast of a member not understood reason=\"{}\"", FailureText.of(e));
            return null;
        }
    }

    /** Whether a datagram begins with the code that only members can make. */
    private boolean isByMember(byte[] datagram) {
        return datagram.length > CODE_BYTES && secrets.get().stream().anyMatch(
                secret -> MessageDigest.isEqual(code(datagram, secret), Arrays.copyOf(datagram, CODE_BYTES)));
    }

    private static ByteArrayDataInputStream bodyOf(byte[] datagram) {
        return new ByteArrayDataInputStream(datagram, CODE_BYTES, datagram.length - CODE_BYTES);
    }

    /**
     * Whether a message has the header of a search and no other. Looks only at what comes before that header, since
     * other headers of JGroups make arrays of any length that is stated.
     */
    private boolean isSearch(DataInput in) throws IOException, ClassNotFoundException {
        int addresses = in.readByte();
        in.readShort(); // flags
        for (int left = Integer.bitCount(addresses & BOTH_ADDRESSES); left > 0; left--) {
            Util.readAddress(in);
        }
        return in.readShort() == 1 && in.readShort() == id && in.readShort() == new PingHeader().getMagicId();
    }

    /**
     * A message whose payload is not believed to be longer than a datagram; JGroups makes an array of any length that
     * is stated.
     */
    private static final class Received extends BytesMessage {
        @Override
        public void readPayload(DataInput in) throws IOException {
            int length = in.readInt();
            if (length > MAX_DATAGRAM) {
                throw new IOException("a payload of " + length + " bytes in a datagram");
            }
            if (length >= 0) {
                byte[] bytes = new byte[length];
                in.readFully(bytes);
                setArray(bytes);
            }
        }
    }

    private static byte[] code(byte[] datagram, byte[] secret) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(secret, MAC));
            mac.update(datagram, CODE_BYTES, datagram.length - CODE_BYTES);
            return Arrays.copyOf(mac.doFinal(), CODE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has " + MAC, e);
        }
    }
}
