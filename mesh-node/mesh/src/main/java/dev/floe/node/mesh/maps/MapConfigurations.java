package dev.floe.node.mesh.maps;

import java.time.Duration;

import org.infinispan.configuration.cache.CacheMode;
import org.infinispan.configuration.cache.Configuration;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.conflict.EntryMergePolicy;
import org.infinispan.eviction.EvictionStrategy;
import org.infinispan.partitionhandling.PartitionHandling;

import dev.floe.node.mesh.membership.UsedInvitationMergePolicy;

/**
 * How each of the maps is kept.
 *
 * @param nodes       what nodes say about themselves, replicated
 * @param results     who holds which result, kept by two members each
 * @param invitations the open invitations, replicated in step, so that a use that was taken at one member is taken at
 *                    all
 */
public record MapConfigurations(Configuration nodes, Configuration results, Configuration invitations) {
    private static final int COPIES = 2;
    private static final int SEGMENTS = 64;
    private static final long INVITATION_TIMEOUT_MILLIS = 5000;
    /** What a node is and its state, of more nodes than a mesh can have; a member can publish of any. */
    private static final long MAX_RECORDS = 4096;
    private static final long MAX_INVITATIONS = 2048;
    private static final long MAX_RESULTS = 200_000; // about 70 MB

    /**
     * Those of a group.
     *
     * @param resultTimeout for an answer about a result
     */
    public static MapConfigurations ofGroup(Duration resultTimeout) {
        ConfigurationBuilder nodes = clustered(CacheMode.REPL_ASYNC, new LatestStampMergePolicy());
        ConfigurationBuilder results = clustered(CacheMode.DIST_SYNC, new HolderUnionMergePolicy());
        results.clustering().remoteTimeout(resultTimeout.toMillis());
        results.clustering().hash().numOwners(COPIES).numSegments(SEGMENTS);
        results.locking().lockAcquisitionTimeout(resultTimeout.toMillis());
        ConfigurationBuilder invitations = clustered(CacheMode.REPL_SYNC, new UsedInvitationMergePolicy());
        invitations.clustering().remoteTimeout(INVITATION_TIMEOUT_MILLIS);
        return new MapConfigurations(bounded(nodes, MAX_RECORDS), bounded(results, MAX_RESULTS),
                bounded(invitations, MAX_INVITATIONS));
    }

    /** Those of a node that is a mesh of itself. */
    public static MapConfigurations alone() {
        return new MapConfigurations(new ConfigurationBuilder().build(),
                bounded(new ConfigurationBuilder(), MAX_RESULTS),
                new ConfigurationBuilder().build());
    }

    /** Nobody waits for a map, and both sides of a partition write; the policy says what holds after it. */
    private static ConfigurationBuilder clustered(CacheMode mode, EntryMergePolicy<?, ?> policy) {
        ConfigurationBuilder builder = new ConfigurationBuilder();
        builder.clustering().cacheMode(mode).stateTransfer().awaitInitialTransfer(false);
        builder.clustering().partitionHandling().whenSplit(PartitionHandling.ALLOW_READ_WRITES).mergePolicy(policy);
        return builder;
    }

    /**
     * What is crowded out of the results is announced again by its holders in time, so that nothing is lost but a hit;
     * nodes repeat what they are.
     */
    private static Configuration bounded(ConfigurationBuilder map, long most) {
        map.memory().maxCount(most).whenFull(EvictionStrategy.REMOVE);
        return map.build();
    }
}
