package dev.floe.node.mesh.state;

import java.security.SecureRandom;
import java.util.HexFormat;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoField;
import org.infinispan.protostream.annotations.ProtoName;
import org.infinispan.protostream.annotations.ProtoTypeId;
import org.infinispan.protostream.descriptors.Type;

/** 128 random bits that name a node for as long as it keeps its data directory. Prints as 32 hexadecimal digits. */
@Proto
@ProtoName("NodeId")
@ProtoTypeId(NodeSchema.FIRST_TYPE_ID)
public record NodeId(@ProtoField(value = 1, type = Type.FIXED64, defaultValue = "0") long high,
        @ProtoField(value = 2, type = Type.FIXED64, defaultValue = "0") long low) implements Comparable<NodeId> {
    /** No node. */
    public static final NodeId NONE = new NodeId(0, 0);

    private static final int DIGITS = 32;

    /** A new one. */
    public static NodeId random() {
        SecureRandom random = new SecureRandom();
        return new NodeId(random.nextLong(), random.nextLong());
    }

    /** @throws IllegalArgumentException unless {@code text} is 32 hexadecimal digits */
    public static NodeId parse(String text) {
        if (text.length() != DIGITS) {
            throw new IllegalArgumentException("a node id has " + DIGITS + " hexadecimal digits, not " + text.length());
        }
        return new NodeId(HexFormat.fromHexDigitsToLong(text, 0, DIGITS / 2),
                HexFormat.fromHexDigitsToLong(text, DIGITS / 2, DIGITS));
    }

    @Override
    public int compareTo(NodeId other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
