package dev.floe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.cacheserver.CacheServerConfig;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.node.report.ControlRequestHandler;
import dev.floe.node.web.access.WebConfig;

/**
 * Three nodes of one mesh in this process, on loopback: {@code a}, at which wrappers submit, and the executors {@code
 * b} and {@code c}. More can be added, and each can be stopped and started again with the data that it had.
 */
final class MeshOfThree implements AutoCloseable {
    static final Path WRAPPER = Path.of(System.getProperty("floe.cc"));
    private static final long STORE_BYTES = 1L << 30;

    private final Path directory;
    private final Path key;
    private final Set<CacheMode> uses;
    private final double audit;
    private final Map<String, NodeConfig> settings = new HashMap<>();
    private final Map<String, Node> nodes = new HashMap<>();

    /** Without the cache. */
    MeshOfThree(Path directory) throws IOException {
        this(directory, Set.of(), 0);
    }

    /** @param audit percent of the hits that are made again */
    MeshOfThree(Path directory, Set<CacheMode> uses, double audit) throws IOException {
        this.directory = directory;
        this.uses = uses;
        this.audit = audit;
        this.key = directory.resolve("mesh.key");
        int port = freePort();
        new MeshKeyFile(key).write(new JoinToken(MeshKey.create("test"), List.of(new HostPort("127.0.0.1", port))));
        add("a", port, 2, true, STORE_BYTES);
        add("b", 2, true, STORE_BYTES);
        add("c", 2, true, STORE_BYTES);
        awaitAllSee("a", "b", "c");
    }

    Node add(String name, int slots, boolean execute, long storeBytes) throws IOException {
        return add(name, freePort(), slots, execute, storeBytes);
    }

    private Node add(String name, int port, int slots, boolean execute, long storeBytes) throws IOException {
        settings.put(name,
                new NodeConfig(name, new HostPort("127.0.0.1", port), List.of(), false, slots, execute, data(name),
                        storeBytes,
                        directory.resolve(name + ".sock"), key, Optional.empty(), uses,
                        CacheServerConfig.NONE, audit, Set.of(), WebConfig.NONE, true));
        return start(name);
    }

    /** Gives a node that runs another name; it stays the one of the first name for this class. */
    void rename(String name, String other) throws IOException {
        NodeConfig its = get(name).settings();
        get(name).reconfigure(new NodeConfig(other, its.listen(), its.join(), its.multicast(), its.slots(),
                its.execute(), its.dataDir(), its.storeBytes(), its.socket(), its.meshKey(), its.jobLog(), its.cache(),
                its.cacheServers(), its.audit(), its.emulate(), its.web(), its.changeNotification()));
    }

    Node start(String name) throws IOException {
        NodeConfig its = settings.get(name);
        if (its == null) {
            throw new IllegalArgumentException("no node " + name);
        }
        Node node = Node.build(its, WRAPPER);
        node.start();
        nodes.put(name, node);
        node.open(new ControlRequestHandler(node), (_, _, _) -> OptionalInt.empty());
        return node;
    }

    Node get(String name) {
        Node node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException("no node " + name + " runs");
        }
        return node;
    }

    void stop(String name) {
        get(name).close();
        nodes.remove(name);
    }

    Path data(String name) {
        return directory.resolve(name);
    }

    Path socket(String name) {
        return directory.resolve(name + ".sock");
    }

    /** Waits until each of these sees exactly these, with their states. */
    void awaitAllSee(String... names) {
        for (String name : names) {
            await().atMost(Duration.ofMinutes(5))
                    .untilAsserted(() -> assertThat(get(name).group().roster().peers().stream()
                            .filter(peer -> peer.state().isPresent()).map(peer -> peer.info().name()))
                            .as("seen by %s", name).containsExactlyInAnyOrder(names));
        }
    }

    /** A compile through the wrapper, submitted at {@code a}. */
    Compile compile(Path cwd, String... command) {
        return new Compile(cwd, List.of(command)).with("FLOE_SOCKET", socket("a").toString()).with("FLOE_MODE",
                "remote");
    }

    /** What {@code a} knows of its latest job; waits for the record, which comes a little after the wrapper's end. */
    JobRecord record(int jobsBefore) {
        await().atMost(Duration.ofMinutes(5)).until(() -> get("a").log().all().size() > jobsBefore);
        return get("a").log().all().getLast();
    }

    int jobs() {
        return get("a").log().all().size();
    }

    /** A free port whose next one is free too. */
    private static int freePort() throws IOException {
        while (true) {
            try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                int port = first.getLocalPort();
                if (port < 65_000) {
                    try (ServerSocket second = new ServerSocket(port + 1, 1, InetAddress.getLoopbackAddress())) {
                        return second.getLocalPort() - 1;
                    } catch (IOException _) {
                        // taken: try others
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        nodes.values().forEach(Node::close);
        for (String name : settings.keySet()) {
            removeLinks(data(name).resolve("toolchains"));
        }
    }

    /** Before the directory goes, for JUnit warns of each that leads out of it. */
    private static void removeLinks(Path tree) {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command through the wrapper or without it. */
    record Compile(Path cwd, List<String> command, Map<String, String> environment) {
        Compile(Path cwd, List<String> command) {
            this(cwd, command, Map.of());
        }

        Compile with(String variable, String value) {
            Map<String, String> more = new HashMap<>(environment);
            more.put(variable, value);
            return new Compile(cwd, command, more);
        }

        Ended run() throws IOException, InterruptedException {
            return ended(start());
        }

        Process start() throws IOException {
            List<String> words = new ArrayList<>(List.of(WRAPPER.toString()));
            words.addAll(command);
            return process(words);
        }

        /** Without the wrapper. */
        Ended plain() throws IOException, InterruptedException {
            return ended(process(command));
        }

        private Process process(List<String> words) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(words).directory(cwd.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true);
            builder.environment().keySet().removeIf(name -> name.startsWith("FLOE_"));
            builder.environment().put("LC_ALL", "C");
            builder.environment().putAll(environment);
            return builder.start();
        }

        private static Ended ended(Process process) throws IOException, InterruptedException {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), said);
        }
    }

    /** How a command ended, and what it said on both its outputs. */
    record Ended(int code, String said) {}
}
