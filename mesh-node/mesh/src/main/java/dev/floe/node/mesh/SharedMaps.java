package dev.floe.node.mesh;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;

import org.infinispan.AdvancedCache;
import org.infinispan.Cache;
import org.infinispan.configuration.cache.Configuration;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.configuration.global.ShutdownHookBehavior;
import org.infinispan.container.entries.InternalCacheEntry;
import org.infinispan.context.Flag;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.manager.EmbeddedCacheManager;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryCreated;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryModified;
import org.infinispan.notifications.cachelistener.annotation.DataRehashed;
import org.infinispan.notifications.cachelistener.annotation.TopologyChanged;
import org.infinispan.notifications.cachelistener.event.CacheEntryEvent;
import org.infinispan.notifications.cachelistener.event.Event;
import org.infinispan.notifications.cachemanagerlistener.annotation.Merged;
import org.infinispan.notifications.cachemanagerlistener.annotation.ViewChanged;
import org.infinispan.remoting.transport.Address;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.jspecify.annotations.Nullable;

import dev.floe.node.mesh.maps.MapConfigurations;
import dev.floe.node.mesh.membership.InvitationRecord;
import dev.floe.node.mesh.membership.MembershipSchema;
import dev.floe.node.mesh.state.NodeFeature;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeRecord;
import dev.floe.node.mesh.state.NodeSchema;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.ResultIndexEntry;
import dev.floe.node.mesh.state.ResultKey;
import dev.floe.node.mesh.transport.ChannelConfigurator;

/**
 * The maps that the members share: the replicated one of what nodes say about themselves, and the distributed one of
 * who holds which result; and the list of members. Keys of the first are made of a member's address in the group, which
 * is new at each start of a node, so that no two writers ever share one. Without a {@link ChannelConfigurator} they are
 * the same maps in one node, with no network at all.
 */
final class SharedMaps implements AutoCloseable {
    private static final String CACHE = "nodes";
    private static final String RESULTS = "results";
    private static final String INVITATIONS = "invitations";
    private static final String ALONE = "self";
    /** The coordinator waits so long for what members say about a view, and a tenth of it at each of ten tries. */
    private static final long COORDINATION_MILLIS = 30_000;

    private final GlobalConfigurationBuilder global;
    private final MapConfigurations configurations;
    private final MapListener events;
    private volatile @Nullable StartedMaps running; // null before the start
    private volatile MemberView view = new MemberView(List.of(), List.of());

    /** Members as the group lists them, and their names in the maps. */
    private record MemberView(List<Address> members, List<String> keys) {}

    /** What there is once the maps have started. */
    private record StartedMaps(EmbeddedCacheManager manager, AdvancedCache<String, NodeRecord> nodes,
            AdvancedCache<ResultKey, ResultIndexEntry> results, Cache<String, InvitationRecord> invitations) {}

    /** What the maps tell whoever built it; called on the group's own threads, so it must be quick. */
    interface MapListener {
        /** A record came. */
        void recordCame();

        /** Members came or left, or records were handed over: some may have been lost. */
        void membersChanged();
    }

    /** The maps of a group. */
    static SharedMaps ofGroup(ChannelConfigurator link, String cluster, String nodeName, MapListener events) {
        GlobalConfigurationBuilder global = GlobalConfigurationBuilder.defaultClusteredBuilder();
        global.transport().clusterName(cluster).nodeName(nodeName).distributedSyncTimeout(COORDINATION_MILLIS)
                .addProperty(JGroupsTransport.CHANNEL_CONFIGURATOR, link);
        return new SharedMaps(global, MapConfigurations.ofGroup(ResultIndex.TIMEOUT), events);
    }

    /** Maps of one node. */
    static SharedMaps alone(MapListener events) {
        return new SharedMaps(new GlobalConfigurationBuilder(), MapConfigurations.alone(), events);
    }

    private SharedMaps(GlobalConfigurationBuilder global, MapConfigurations configurations, MapListener events) {
        this.global = global;
        this.configurations = configurations;
        this.events = events;
        global.jmx().enabled(false);
        global.metrics().gauges(false).histograms(false);
        global.shutdown().hookBehavior(ShutdownHookBehavior.DONT_REGISTER);
        global.serialization().addContextInitializers(NodeSchema.create(), MembershipSchema.create());
    }

    /**
     * Joins the group, or begins one; waits at most as long as the link's timing says. After a failure it may be called
     * again, with a channel that is new.
     *
     * @throws org.infinispan.commons.CacheException if that fails; {@link #wasOvertaken} says whether to try again
     */
    void start() {
        EmbeddedCacheManager manager = new DefaultCacheManager(global.build(), false);
        try {
            manager.addListener(new Members());
            AdvancedCache<String, NodeRecord> cache = SharedMaps
                    .<String, NodeRecord>define(manager, CACHE, configurations.nodes()).getAdvancedCache()
                    .withFlags(Flag.IGNORE_RETURN_VALUES);
            cache.addListener(new Records());
            running = new StartedMaps(manager, cache, SharedMaps
                    .<ResultKey, ResultIndexEntry>define(manager, RESULTS, configurations.results()).getAdvancedCache(),
                    define(manager, INVITATIONS, configurations.invitations()));
        } catch (RuntimeException e) {
            manager.stop();
            throw e;
        }
    }

    /**
     * Whether a start failed because the group of this node became one with another while its first map was made: then
     * the cache manager drops the map that the old coordinator has given, and does not ask the new one.
     */
    static boolean wasOvertaken(Throwable failure) {
        return rootOf(failure) instanceof IllegalStateException;
    }

    /** The first cause of a failure. */
    static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** Starts a cache of its own beside that of the nodes. */
    <K, V> Cache<K, V> define(String name, Configuration configuration) {
        return define(started().manager(), name, configuration);
    }

    private static <K, V> Cache<K, V> define(EmbeddedCacheManager manager, String name, Configuration configuration) {
        manager.defineConfiguration(name, configuration);
        manager.start();
        return manager.getCache(name);
    }

    private StartedMaps started() {
        StartedMaps maps = running;
        if (maps == null) {
            throw new IllegalStateException("this node has not joined its mesh yet");
        }
        return maps;
    }

    /** What is known of results, kept by two members each. */
    AdvancedCache<ResultKey, ResultIndexEntry> results() {
        return started().results();
    }

    /** The open invitations, kept by all members. */
    Cache<String, InvitationRecord> invitations() {
        return started().invitations();
    }

    /** The members, the coordinator first. */
    List<String> members() {
        StartedMaps maps = running;
        List<Address> members = maps == null ? null : maps.manager().getMembers();
        if (members == null) {
            return List.of(ALONE);
        }
        MemberView known = view;
        if (!known.members().equals(members)) {
            known = new MemberView(members, members.stream().map(SharedMaps::key).toList());
            view = known;
        }
        return known.keys();
    }

    /** This node among the members. */
    String self() {
        EmbeddedCacheManager manager = started().manager();
        return manager.getMembers() == null ? ALONE : key(manager.getAddress());
    }

    @Nullable
    NodeInfo info(String member) {
        return peek(infoKey(member)) instanceof NodeInfo info ? info : null;
    }

    /** Whether a member has published that others cannot connect to it. */
    boolean dialsOut(org.jgroups.Address member) {
        NodeInfo info = info(member);
        return info != null && info.dialsOut();
    }

    /** Whether a member is of an older release, or has published nothing yet. */
    boolean expectsAllHeartbeats(org.jgroups.Address member) {
        NodeInfo info = info(member);
        return info == null || !info.has(NodeFeature.FEW_HEARTBEATS);
    }

    /** The id of the node key that a member has published; not proven. */
    Optional<String> nodeKey(org.jgroups.Address member) {
        return Optional.ofNullable(info(member)).map(NodeInfo::nodeKey);
    }

    private @Nullable NodeInfo info(org.jgroups.Address member) {
        return running != null && member instanceof org.jgroups.util.UUID uuid
                ? info(new UUID(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits()).toString())
                : null;
    }

    @Nullable
    NodeState state(String member) {
        return peek(stateKey(member)) instanceof NodeState state ? state : null;
    }

    /** What this node holds, without asking anyone. */
    private @Nullable NodeRecord peek(String key) {
        InternalCacheEntry<String, NodeRecord> entry = started().nodes().getDataContainer().peek(key);
        return entry == null ? null : entry.getValue();
    }

    /** Tells the others; may wait for the network. */
    void write(NodeRecord record) {
        switch (record) {
            case NodeInfo info -> started().nodes().put(infoKey(self()), info);
            case NodeState state -> started().nodes().put(stateKey(self()), state);
        }
    }

    /** The members of whom there are records. */
    private Set<String> writers() {
        Set<String> writers = new TreeSet<>();
        started().nodes().getDataContainer()
                .forEach(entry -> writers.add(entry.getKey().substring(0, entry.getKey().indexOf('/'))));
        return writers;
    }

    /** Removes the records of those who have left. */
    void remove(Predicate<String> left) {
        writers().stream().filter(left).forEach(writer -> {
            started().nodes().remove(infoKey(writer));
            started().nodes().remove(stateKey(writer));
        });
    }

    /** Leaves the group. */
    @Override
    public void close() {
        StartedMaps maps = running;
        if (maps != null) {
            maps.manager().stop();
        }
    }

    private static String infoKey(String member) {
        return member + "/info";
    }

    private static String stateKey(String member) {
        return member + "/state";
    }

    private static String key(Address address) {
        return address.getNodeUUID().toString();
    }

    /** Listens to the group. */
    @Listener(sync = false)
    final class Members {
        @ViewChanged
        @Merged
        public void changed(org.infinispan.notifications.cachemanagerlistener.event.Event event) {
            events.membersChanged();
        }
    }

    /** Listens to the map, on the thread that brings the record: what it does is less than to wake another. */
    @Listener(observation = Listener.Observation.POST)
    final class Records {
        @CacheEntryCreated
        @CacheEntryModified
        public void came(CacheEntryEvent<String, NodeRecord> event) {
            events.recordCame();
        }

        @DataRehashed
        @TopologyChanged
        public void handedOver(Event<String, NodeRecord> event) {
            if (!event.isPre()) {
                events.membersChanged();
            }
        }
    }
}
