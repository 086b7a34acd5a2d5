package dev.floe.node.mesh.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Message;
import org.jgroups.protocols.TpHeader;
import org.jgroups.util.ByteArray;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.jgroups.util.Util;

/**
 * What one member sends to another over a third that both reach, since neither can connect to the other. It is a
 * message of JGroups that has a whole frame in it, and a name of its own in place of the group's: members of older
 * releases drop it.
 */
final class ForwardedFrame {
    private static final String GROUP = "floe-forward/1";
    private static final byte[] GROUP_BYTES = GROUP.getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_BESIDE = 128;

    private ForwardedFrame() {}

    /** The frame that the third member gets. */
    static ByteArray wrap(Address from, Address to, short transport, ByteArray frame) throws IOException {
        Message message = new BytesMessage(to).setSrc(from).setFlag(Message.Flag.OOB)
                .putHeader(transport, new TpHeader(GROUP)).setArray(frame);
        return frame(message);
    }

    static boolean isIn(Message message, short transport) {
        return message.getHeader(transport) instanceof TpHeader header
                && Arrays.equals(GROUP_BYTES, header.clusterName());
    }

    /** As it came, for the member that it is meant for. JGroups would drop it at the third one, but for the flag. */
    static ByteArray frame(Message message) throws IOException {
        ByteArrayDataOutputStream out = new ByteArrayDataOutputStream(message.getLength() + MOST_BESIDE);
        Util.writeMessage(message, out, true);
        return out.getBuffer();
    }
}
