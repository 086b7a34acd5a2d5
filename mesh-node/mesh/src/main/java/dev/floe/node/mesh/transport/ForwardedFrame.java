package dev.floe.node.mesh.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Message;
import org.jgroups.protocols.TpHeader;
import org.jgroups.util.ByteArray;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.jgroups.util.Util;

/**
 * What one node sends to another over a third that both are connected to, since neither can connect to the other; and
 * the third one's word that it cannot pass such a frame on. Each is a message of JGroups with a name of its own in
 * place of the group's: members of older releases drop it. Addresses are physical, as of all frames, because the two
 * may be in different groups that are to become one.
 */
final class ForwardedFrame {
    private static final String FORWARD = "floe-forward/1";
    private static final String REFUSAL = "floe-forward-refused/1";
    private static final int MOST_BESIDE = 128;

    private ForwardedFrame() {}

    /** The frame that the third node gets. */
    static ByteArray wrap(Address from, Address to, short transport, ByteArray frame) throws IOException {
        return frame(message(from, to, transport, FORWARD).setArray(frame));
    }

    /** What the third node sends back to the one that a frame is from, if it has no connection to a target. */
    static ByteArray refuse(Address third, Message forward, short transport) throws IOException {
        ByteArrayDataOutputStream target = new ByteArrayDataOutputStream(MOST_BESIDE);
        Util.writeAddress(forward.getDest(), target);
        return frame(message(third, forward.getSrc(), transport, REFUSAL).setArray(target.getBuffer()));
    }

    private static Message message(Address from, Address to, short transport, String name) {
        return new BytesMessage(to).setSrc(from).setFlag(Message.Flag.OOB).putHeader(transport, new TpHeader(name));
    }

    static boolean isIn(Message message, short transport) {
        return hasName(message, transport, FORWARD);
    }

    static boolean isRefusal(Message message, short transport) {
        return hasName(message, transport, REFUSAL);
    }

    /** Whom the third node has no connection to, by its refusal. */
    static Address target(Message refusal) throws IOException, ClassNotFoundException {
        return Util.readAddress(new ByteArrayDataInputStream(refusal.getArray(), refusal.getOffset(),
                refusal.getLength()));
    }

    private static boolean hasName(Message message, short transport, String name) {
        return message.getHeader(transport) instanceof TpHeader header
                && Arrays.equals(name.getBytes(StandardCharsets.US_ASCII), header.clusterName());
    }

    /** As it came, for the node that it is meant for. JGroups would drop it at the third one, but for the flag. */
    static ByteArray frame(Message message) throws IOException {
        ByteArrayDataOutputStream out = new ByteArrayDataOutputStream(message.getLength() + MOST_BESIDE);
        Util.writeMessage(message, out, true);
        return out.getBuffer();
    }
}
