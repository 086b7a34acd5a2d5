package dev.floe.node.cache.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

import dev.floe.node.cache.MeshCache;
import dev.floe.node.cache.local.CacheConfig;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.cache.local.LocalResultStore;
import dev.floe.node.cache.local.ResultDenylist;
import dev.floe.node.cache.local.ResultSigner;
import dev.floe.node.cache.local.ResultTrustPolicy;
import dev.floe.node.cache.replication.RendezvousHash;
import dev.floe.node.mesh.MeshOfNodes;
import dev.floe.node.mesh.ResultStatus;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.rpc.EventLoops;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.PeerServer;
import dev.floe.node.rpc.TlsCredentials;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionCache;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ResultContent;
import dev.floe.store.content.ContentStore;

/** Real nodes of one mesh in this process, each with a store, a cache and a data plane on loopback. */
public final class MeshOfCaches implements AutoCloseable {
    public static final long STORE_BYTES = 64L << 20;
    public static final Set<CacheMode> BOTH = Set.of(CacheMode.READ, CacheMode.WRITE);

    private static final int MAX_RESULTS = 10_000;
    private static final Duration SOON = Duration.ofMinutes(5);
    private static final Duration RETRY = Duration.ofMillis(300);

    private final Path dir;
    private final MeshOfNodes mesh;
    private final Map<String, NodeId> ids = new HashMap<>();
    private final Map<String, OneNode> nodes = new TreeMap<>();

    /** How a node answers its peers; as it should, unless a test sets something else. */
    public static final class Behaviour {
        public volatile PeerServer.Service service = exchange -> {
            throw new IOException("not started");
        };
    }

    /** What is not the group's of one node. */
    public record OneNode(MeshCache cache, LocalResultStore local, ContentStore store, PeerConnections connections,
            PeerServer server, EventLoops loops, Behaviour behaviour) {
        void close() throws IOException {
            cache.close();
            connections.close();
            server.close();
            loops.close();
            store.close();
        }
    }

    public MeshOfCaches(Path dir, String... names) throws IOException {
        this.dir = dir;
        mesh = new MeshOfNodes(dir);
        for (String name : names) {
            add(name);
        }
        mesh.awaitAllSee(names);
    }

    public MeshCache add(String name) throws IOException {
        return add(name, BOTH, STORE_BYTES, ResultTrustPolicy.ALL);
    }

    /** Believes all but one maker. */
    public static ResultTrustPolicy notOf(String maker) {
        return new ResultTrustPolicy(ResultSigner.NONE, new ResultDenylist() {
            @Override
            public Optional<String> about(ActionKey key) {
                return Optional.empty();
            }

            @Override
            public Optional<String> about(ActionResult result) {
                return result.maker().equals(maker) ? Optional.of("it is of " + maker) : Optional.empty();
            }
        });
    }

    /** Starts a node, with the data that it had if it was here before. */
    public MeshCache add(String name, Set<CacheMode> uses, long storeBytes, ResultTrustPolicy trust)
            throws IOException {
        NodeIdentity identity = NodeIdentity.issue(mesh.key(), name);
        TlsCredentials credentials = new TlsCredentials(identity.keyManager(), identity.trustManager());
        EventLoops loops = EventLoops.started(1);
        Behaviour behaviour = new Behaviour();
        PeerServer server = PeerServer.listen(loops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                credentials, exchange -> behaviour.service.serve(exchange), (_, _) -> {});
        PeerConnections connections = new PeerConnections(loops, Optional.of(credentials));
        ContentStore store = ContentStore.open(dir.resolve(name).resolve("store"), storeBytes);
        LocalResultStore local = new LocalResultStore(ActionCache.open(actions(name), MAX_RESULTS), store,
                _ -> {});
        NodeInfo plain = MeshOfNodes.info(name);
        NodeId id = ids.computeIfAbsent(name, _ -> plain.id());
        NodeInfo info = new NodeInfo(plain.stamp(), id, name, "127.0.0.1", server.address().getPort(),
                plain.machine(),
                new NodeCapabilities(1, true, "", List.of(), uses.contains(CacheMode.WRITE) ? storeBytes : 0),
                plain.version(), plain.protocol(), plain.startedAtMillis());
        MeshCache cache = new MeshCache(local, mesh.add(name, info), connections,
                new CacheConfig(() -> name, uses, Duration.ZERO, RETRY, 10_000, 1L << 30), trust);
        cache.start();
        behaviour.service = cache::serve;
        nodes.put(name, new OneNode(cache, local, store, connections, server, loops, behaviour));
        return cache;
    }

    /** As makers are named. */
    public String id(String name) {
        return String.valueOf(ids.get(name));
    }

    public Path actions(String name) {
        return dir.resolve(name).resolve("actions");
    }

    public OneNode node(String name) {
        OneNode node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException("no node " + name);
        }
        return node;
    }

    public MeshCache cache(String name) {
        return node(name).cache();
    }

    public MeshOfNodes mesh() {
        return mesh;
    }

    public void awaitAllSee(String... names) {
        mesh.awaitAllSee(names);
    }

    /** Some result; the bytes follow from the key. */
    public static ActionResult result(String maker, ActionKey key, int size) {
        return new ActionResult(new ResultContent.Inline("printed".getBytes(StandardCharsets.UTF_8)),
                ResultContent.Inline.NONE,
                List.of(new ActionResult.OutputFile("/w/x.o", 0644,
                        new ResultContent.Stored(Digest.ofBytes(bytes(key, size))), "")),
                maker, Duration.ofMillis(800));
    }

    public static byte[] bytes(ActionKey key, int size) {
        byte[] bytes = new byte[size];
        new Random(key.a()).nextBytes(bytes);
        return bytes;
    }

    public static ActionKey key(long number) {
        return new ActionKey(number * 0x9e37_79b9_7f4a_7c15L, number, 1, 2);
    }

    /** Makes and keeps a result at a node. */
    public ActionResult keep(String name, ActionKey key) throws IOException {
        int size = 20_000;
        node(name).store().put(bytes(key, size));
        ActionResult result = result(name, key, size);
        assertThat(cache(name).keep(key, result)).isTrue();
        return result;
    }

    /** Who holds a result on its disk, in the order of the names. */
    public List<String> holders(ActionKey key) {
        return nodes.keySet().stream().filter(name -> node(name).local().find(key).isPresent()).toList();
    }

    /** Who is said to hold it, as one node sees it. */
    public List<String> announced(String by, ActionKey key) {
        return mesh.get(by).results().find(CacheContext.indexed(key)) instanceof ResultStatus.Held(var peers)
                ? peers.stream().map(peer -> peer.info().name()).sorted().toList()
                : List.of();
    }

    public void awaitHolders(ActionKey key, String... names) {
        await().pollDelay(Duration.ZERO).atMost(SOON)
                .untilAsserted(() -> assertThat(holders(key)).containsExactly(names));
    }

    /** Waits until each is on two nodes and so announced, as one node sees it. */
    public void awaitTwoCopies(String by, List<ActionKey> keys) {
        for (ActionKey key : keys) {
            await().pollDelay(Duration.ZERO).atMost(SOON).untilAsserted(() -> {
                assertThat(holders(key)).hasSizeGreaterThan(1);
                assertThat(announced(by, key)).containsExactlyElementsOf(holders(key));
            });
        }
    }

    /** Who is to keep the second copy of what one node made. */
    public String owner(String maker, ActionKey key) {
        List<Peer> others = mesh.get(maker).roster().others();
        return RendezvousHash.rank(key, others).getFirst().info().name();
    }

    /** Ends a node without a word to the others. */
    public void kill(String name) throws Exception {
        OneNode node = node(name);
        nodes.remove(name);
        node.server().close();
        node.loops().close();
        mesh.kill(name);
        node.close();
    }

    /** Lets a node leave. */
    public void stop(String name) throws IOException {
        OneNode node = node(name);
        nodes.remove(name);
        node.cache().close();
        mesh.close(name);
        node.close();
    }

    @Override
    public void close() throws IOException {
        for (OneNode node : nodes.values()) {
            node.cache().close();
        }
        mesh.close();
        for (OneNode node : nodes.values()) {
            node.close();
        }
    }
}
