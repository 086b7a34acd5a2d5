package dev.floe.placement.view;

import java.time.Duration;

/**
 * The load of a node as it published it: in gossip and in every answer.
 *
 * @param node            its id
 * @param epoch           grows each time the node starts
 * @param sequence        grows with each state of an epoch
 * @param freeSlots       slots less running and queued leases, negative where leases queue
 * @param queued          reference-core seconds of work accepted and not started
 * @param freeMemoryBytes that further jobs may take
 */
public record NodeLoad(String node, long epoch, long sequence, int freeSlots, Duration queued, long freeMemoryBytes) {
    /** Says that this state was made after {@code other}; both must be of one node. */
    boolean newerThan(NodeLoad other) {
        return epoch != other.epoch ? epoch > other.epoch : sequence > other.sequence;
    }
}
