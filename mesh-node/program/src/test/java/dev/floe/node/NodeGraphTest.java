package dev.floe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.cache.keys.ResultBuilder;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.cacheserver.CacheServerConfig;
import dev.floe.node.host.LifecyclePart;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.node.parts.CacheParts;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.SubstituteCompiler;
import dev.floe.node.submitter.client.ClientCommands;
import dev.floe.node.web.access.WebConfig;
import dev.floe.store.Digest;
import dev.floe.store.content.ContentStore;

final class NodeGraphTest {
    private static final ClientCommands NO_COMMANDS = (_, _, _) -> OptionalInt.empty();

    @TempDir
    private Path directory;

    private Path key() {
        return directory.resolve("mesh.key");
    }

    private Path data() {
        return directory.resolve("data");
    }

    /** With all that a node can open. */
    private NodeConfig config(Optional<Path> jobLog) {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new NodeConfig("test", new HostPort("127.0.0.1", 39_999), List.of(), false, 2, true, data(), 1L << 30,
                directory.resolve("node.sock"), key(), jobLog, Set.of(CacheMode.READ, CacheMode.WRITE),
                new CacheServerConfig(Optional.of(anyPort), Optional.of(directory.resolve("cache.sock")), 1 << 20), 1,
                Set.of(), new WebConfig(Optional.of(anyPort), Optional.empty()), true);
    }

    private void joinAMesh() throws IOException {
        new MeshKeyFile(key()).write(new JoinToken(MeshKey.create("test"), List.of(new HostPort("127.0.0.1", 39_999))));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.map(path -> directory.relativize(path).toString()).sorted().toList();
        }
    }

    /** Sockets and selectors that this process has open. */
    private static Set<String> sockets() throws IOException {
        Set<String> open = new TreeSet<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    if (target.startsWith("socket:") || target.startsWith("anon_inode:")) {
                        open.add(descriptor.getFileName() + " " + target);
                    }
                } catch (IOException _) {
                    // it was the one for the list
                }
            }
        }
        return open;
    }

    @Test
    void isBuiltWithoutSideEffects() throws IOException {
        joinAMesh();
        LocalEndpoints.build(NodeGraph.build(config(Optional.empty()), directory.resolve("floe-cc")),
                (_, _, _) -> {}, NO_COMMANDS); // classes are loaded, which may start threads of the JDK's
        List<String> files = files();
        Set<String> sockets = sockets();
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        LocalEndpoints.build(
                NodeGraph.build(config(Optional.of(directory.resolve("jobs.json"))), directory.resolve("floe-cc")),
                (_, _, _) -> {}, NO_COMMANDS);
        assertThat(files()).isEqualTo(files).containsExactly("", "mesh.key");
        assertThat(sockets()).isEqualTo(sockets);
        Set<Thread> now = new HashSet<>(Thread.getAllStackTraces().keySet());
        now.removeAll(threads);
        assertThat(now).isEmpty();
    }

    @Test
    void aNodeThatIsNotStartedIsClosedWithoutATrace() throws IOException {
        Node node = Node.build(config(Optional.empty()), directory.resolve("floe-cc"));
        node.close();
        assertThat(files()).containsExactly("");
        assertThatThrownBy(node::start).hasMessageContaining("stopping");
    }

    @Test
    void startsInTheOrderThatIsWrittenDown() throws IOException {
        joinAMesh();
        NodeGraph graph = NodeGraph.build(config(Optional.empty()), directory.resolve("floe-cc"));
        List<String> order = Stream.concat(graph.lifecycle().stream(),
                LocalEndpoints.build(graph, (_, _, _) -> {}, NO_COMMANDS).lifecycle().stream()).map(LifecyclePart::name)
                .toList();
        assertThat(documentedOrder()).isEqualTo(order);
        assertThat(order).doesNotHaveDuplicates();
    }

    private static List<String> documentedOrder() throws IOException {
        Path page = Path.of("docs/architecture.md");
        while (!Files.exists(page)) {
            page = Path.of("..").resolve(page);
        }
        String text = Files.readString(page);
        String block = text.substring(text.indexOf("<!-- start order -->"),
                text.indexOf("<!-- end of start order -->"));
        return block.lines().filter(line -> line.startsWith("    "))
                .flatMap(line -> Stream.of(line.strip().split(", *"))).filter(name -> !name.isEmpty()).toList();
    }

    private Optional<ResultBuilder.BuiltResult> kept(Offer offer) throws IOException {
        Path object = Files.writeString(directory.resolve("x.o"), "code");
        Path nothing = Files.writeString(directory.resolve("nothing"), "");
        CacheParts cache = NodeGraph.build(config(Optional.empty()), directory.resolve("floe-cc")).below().cache();
        return cache.keeper().orElseThrow().make(offer,
                List.of(new ResultBuilder.OutputFileOnDisk("/p/x.o", 0644, object, Digest.ofFile(object))), nothing,
                nothing, Duration.ZERO, null);
    }

    @Test
    void inARestrictedMeshAWriterSignsNothingThatASubstituteCompilerHasMade() throws IOException {
        Offer own = new Offer("r/1", "r", "/usr/bin/cc", List.of("cc", "-c", "x.c"), "/p", List.of(), 022,
                "ab".repeat(32), List.of(), List.of("/p"), 0, 0, "", true, "", false);
        Offer substituted = own.by(new SubstituteCompiler("cd".repeat(32), "", List.of(), List.of(), "", ""));
        joinAMesh();
        assertThat(kept(substituted).orElseThrow().key()).as("the cache does not know about substitutes")
                .isEqualTo(kept(own).orElseThrow().key());
        new MeshKeyFile(key()).write(new JoinToken(MeshKey.create("test"), List.of(new HostPort("127.0.0.1", 39_999)),
                Optional.of(CacheWriterKey.create())));
        assertThat(kept(own)).isPresent();
        assertThat(kept(substituted)).isEmpty();
    }

    @Test
    void aStartThatFailsLeavesNothingThatRuns() throws IOException {
        Files.createDirectories(data().resolve("compilers/index/no-file"));
        Node node = Node.build(config(Optional.empty()), directory.resolve("floe-cc"));
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        assertThatThrownBy(node::start).isInstanceOf(IOException.class);
        await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("floe-")).isSubsetOf(before));
        ContentStore.open(data().resolve("store"), 1 << 20).close(); // its lock is free
        assertThat(directory.resolve("node.sock")).doesNotExist();
    }
}
