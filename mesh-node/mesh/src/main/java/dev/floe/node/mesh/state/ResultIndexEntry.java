package dev.floe.node.mesh.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoField;
import org.infinispan.protostream.annotations.ProtoName;
import org.infinispan.protostream.annotations.ProtoTypeId;
import org.jspecify.annotations.Nullable;

/**
 * The index entry of one result: the nodes that hold it, the latest first, and the node that produces it now, if one
 * does.
 *
 * @param maker  {@link NodeId#NONE} if nobody makes it
 * @param ticket a number that the maker chose, so that it can tell this attempt from others; 0 without a maker
 */
@Proto
@ProtoName("ResultEntry")
@ProtoTypeId(NodeSchema.FIRST_TYPE_ID + 7)
public record ResultIndexEntry(@ProtoField(1) List<NodeId> holders, @ProtoField(2) NodeId maker,
        @ProtoField(value = 3, defaultValue = "0") long ticket) {
    /** More holders are not remembered. */
    static final int MAX_HOLDERS = 8;

    /** Nobody holds it. */
    public static final ResultIndexEntry NONE = new ResultIndexEntry(List.of(), NodeId.NONE, 0);

    public ResultIndexEntry {
        holders = atMost(holders == null ? List.of() : holders);
        maker = orNone(maker);
        ticket = maker.equals(NodeId.NONE) ? 0 : ticket;
    }

    /** The same, held by this node too, and made by nobody any more. */
    public ResultIndexEntry heldBy(NodeId holder) {
        List<NodeId> all = new ArrayList<>(List.of(holder));
        all.addAll(holders);
        return new ResultIndexEntry(all, NodeId.NONE, 0);
    }

    /** The same without one of the holders. */
    public ResultIndexEntry withoutHolder(NodeId holder) {
        return new ResultIndexEntry(holders.stream().filter(other -> !other.equals(holder)).toList(), maker, ticket);
    }

    /** The same, made by this node. */
    public ResultIndexEntry madeBy(NodeId node, long itsTicket) {
        return new ResultIndexEntry(holders, node, itsTicket);
    }

    /** What both say: all holders; and a maker only if there is no holder. */
    public ResultIndexEntry union(ResultIndexEntry other) {
        List<NodeId> all = new ArrayList<>(holders);
        all.addAll(other.holders);
        if (!all.isEmpty()) {
            return new ResultIndexEntry(all, NodeId.NONE, 0);
        }
        return maker.equals(NodeId.NONE) ? other : this;
    }

    /** Whether it says nothing. */
    public boolean isEmpty() {
        return holders.isEmpty() && maker.equals(NodeId.NONE);
    }

    private static List<NodeId> atMost(Collection<NodeId> holders) {
        Set<NodeId> distinct = new LinkedHashSet<>(holders);
        distinct.remove(NodeId.NONE);
        return distinct.stream().limit(MAX_HOLDERS).toList();
    }

    private static NodeId orNone(@Nullable NodeId id) {
        return id == null ? NodeId.NONE : id;
    }
}
