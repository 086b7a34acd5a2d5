package dev.floe.node.cli.options;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.cacheserver.CacheServerConfig;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.mesh.GroupConfig;
import dev.floe.node.mesh.security.AtomicPrivateFile;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.NodeNames;
import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.web.access.WebConfig;
import dev.floe.node.web.access.WebToken;
import dev.floe.store.FailureText;

/** The options of {@code floe node}, and the configuration that they stand for. */
public final class NodeOptions {
    private static final int CACHE_PORT = GroupConfig.DEFAULT_PORT + 2;
    private static final int WEB_PORT = CACHE_PORT + 1;
    private static final int MAX_DRAIN_SECONDS = 3600;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec mixee;

    @Option(names = "--name", paramLabel = "NAME", description = {
            "name of this node in the mesh (default: the host name)"})
    private @Nullable String name;

    @Option(names = "--listen", paramLabel = "ADDRESS[:PORT]", description = {
            "address at which peers reach this node; the data plane uses the next port "
                    + "(default: the address of the default route, port " + GroupConfig.DEFAULT_PORT + ")"})
    private @Nullable String listen;

    @Option(names = "--join", paramLabel = "HOST[:PORT]", split = ",", description = {
            "nodes of the mesh to contact, in addition to those in the mesh key "
                    + "and those met before"})
    private List<String> join = new ArrayList<>();

    @Option(names = "--no-multicast", arity = "0..1", fallbackValue = "true", description = {
            "do not search for peers on the LAN"})
    private boolean noMulticast;

    @Option(names = "--slots", paramLabel = "N", description = {
            "number of compiles at once, local and foreign together (default: one per core)"})
    private @Nullable Integer slots;

    @Option(names = "--no-execute", arity = "0..1", fallbackValue = "true", description = {
            "submit jobs only, and compile nothing for peers"})
    private boolean noExecute;

    @Option(names = "--emulate", paramLabel = "PROCESSOR", split = ",", description = {
            "processors, such as aarch64,arm, whose toolchains this node "
                    + "also runs for peers, through an emulator that the kernel knows (default: none)"})
    private List<String> emulate = new ArrayList<>();

    @Option(names = "--data-dir", paramLabel = "DIR", description = {
            "directory of the content store and the toolchains (default: ~/.local/share/floe; root: /var/lib/floe)"})
    private @Nullable Path dataDir;

    @Option(names = "--store-size", paramLabel = "MIB", defaultValue = "10240", description = {
            "maximum size of the content store (default: 10240)"})
    private long storeMebibytes;

    @Option(names = "--socket", paramLabel = "FILE", description = {
            "socket at which this machine's wrappers find the node"})
    private @Nullable Path socket;

    @Option(names = "--mesh-key", paramLabel = "FILE", description = {
            "file with the mesh's secret; without it the node has no peers"})
    private @Nullable Path meshKey;

    @Option(names = "--job-log", paramLabel = "FILE", description = {
            "append a record of each job to FILE, one JSON object per line"})
    private @Nullable Path jobLog;

    @Option(names = "--cache", paramLabel = "USE", defaultValue = "both", description = {
            "how to use the mesh's result cache: read, write, both or off "
                    + "(default: both)"}, completionCandidates = CacheUses.class)
    private String cache = "both";

    @Option(names = "--cache-audit", paramLabel = "PERCENT", defaultValue = "1", description = {
            "percentage of hits that are compiled again on an idle node "
                    + "and compared (default: 1)"})
    private double cacheAudit;

    @Option(names = "--cache-http", paramLabel = "HOST[:PORT]", description = {
            "serve the cache over HTTP at this loopback address "
                    + "(default: off; port " + CACHE_PORT + ")"})
    private @Nullable String cacheHttp;

    @Option(names = "--cache-socket", paramLabel = "FILE", description = {
            "serve the cache over ccache's storage helper protocol (default: off)"})
    private @Nullable Path cacheSocket;

    @Option(names = "--cache-value-size", paramLabel = "MIB", defaultValue = "2048", description = {
            "largest value that the cache servers accept "
                    + "(default: 2048)"})
    private long cacheValueMebibytes;

    @Option(names = "--no-change-notification", arity = "0..1", fallbackValue = "true", description = {
            "look at every input of each compile instead of asking the kernel what has changed"})
    private boolean noChangeNotification;

    @Option(names = "--web", paramLabel = "ADDRESS[:PORT]", description = {
            "serve the node's page at this address of the loopback "
                    + "(default: not; port " + WEB_PORT + "); floe web opens it"})
    private @Nullable String web;

    @Option(names = "--web-token", paramLabel = "FILE", description = {
            "admit only clients that know the token in FILE; the page can "
                    + "then be served at any address"})
    private @Nullable Path webToken;

    @Option(names = "--drain-timeout", paramLabel = "SECONDS", defaultValue = "20", description = {
            "longest time for which a node that is told to stop lets the "
                    + "jobs of other nodes run on (default: 20)"})
    private int drainSeconds;

    @Option(names = "--config", paramLabel = "FILE", description = "configuration file")
    private @Nullable Path config;

    /** The values of --cache. */
    static final class CacheUses extends ArrayList<String> {
        CacheUses() {
            super(List.of("read", "write", "both", "off"));
        }
    }

    /** Whether the user has chosen the address, and not only a port. */
    public boolean isAddressFixed() {
        if (listen == null || listen.isEmpty()) {
            return false;
        }
        try {
            return !InetAddress.getByName(listen().host()).isAnyLocalAddress();
        } catch (UnknownHostException _) {
            return true; // the start says so, if the node needs the address
        }
    }

    /** How long a node that is told to stop lets the jobs of other nodes run on. */
    public Duration drainTimeout() {
        return Duration.ofSeconds(drainSeconds);
    }

    /**
     * The configuration.
     *
     * @throws IOException if this machine's name or a file that an option names cannot be read
     * @throws ParameterException if a value is out of its bounds
     */
    public NodeConfig settings() throws IOException {
        if (drainSeconds < 0 || drainSeconds > MAX_DRAIN_SECONDS) {
            throw new ParameterException(mixee.commandLine(),
                    "--drain-timeout: 0 to " + MAX_DRAIN_SECONDS + " seconds, not " + drainSeconds);
        }
        int cores = Runtime.getRuntime().availableProcessors();
        int count = slots == null ? cores : slots;
        if (count < 0 || count > 4096) {
            throw new ParameterException(mixee.commandLine(), "--slots: a node has 0 to 4096 slots, not " + count);
        }
        if (storeMebibytes < 16) {
            throw new ParameterException(mixee.commandLine(), "--store-size: at least 16 MiB, not " + storeMebibytes);
        }
        return new NodeConfig(name(), listen(),
                join.stream().map(seed -> hostPort("--join", seed, GroupConfig.DEFAULT_PORT)).toList(),
                !noMulticast, count, !noExecute, (dataDir == null ? DefaultPaths.data() : dataDir).toAbsolutePath(),
                storeMebibytes << 20,
                (socket == null ? DefaultPaths.socket() : socket).toAbsolutePath(),
                (meshKey == null ? DefaultPaths.meshKey() : meshKey).toAbsolutePath(),
                Optional.ofNullable(jobLog),
                CacheMode.named(cache).orElseThrow(() -> new ParameterException(mixee.commandLine(),
                        "--cache: read, write, both or off, not " + cache)),
                cacheServers(), audit(), emulated(), web(), !noChangeNotification);
    }

    private Set<String> emulated() {
        for (String processor : emulate) {
            if (!processor.matches("[a-z0-9_]{1,32}")) {
                throw new ParameterException(mixee.commandLine(),
                        "--emulate: names of processors such as aarch64,arm, not " + processor);
            }
        }
        if (emulate.size() > MachineInfo.MAX_EMULATED) {
            throw new ParameterException(mixee.commandLine(), "--emulate: at most " + MachineInfo.MAX_EMULATED);
        }
        return Set.copyOf(emulate);
    }

    private double audit() {
        if (!(cacheAudit >= 0 && cacheAudit <= 100)) {
            throw new ParameterException(mixee.commandLine(), "--cache-audit: 0 to 100 percent, not " + cacheAudit);
        }
        return cacheAudit;
    }

    private CacheServerConfig cacheServers() {
        if (cacheValueMebibytes < 1 || cacheValueMebibytes > 1 << 20) {
            throw new ParameterException(mixee.commandLine(),
                    "--cache-value-size: 1 to 1048576 MiB, not " + cacheValueMebibytes);
        }
        return new CacheServerConfig(Optional.ofNullable(cacheHttp).filter(text -> !text.isEmpty()).map(this::loopback),
                Optional.ofNullable(cacheSocket).map(Path::toAbsolutePath), cacheValueMebibytes << 20);
    }

    private WebConfig web() throws IOException {
        Optional<InetSocketAddress> address = Optional.ofNullable(web).filter(text -> !text.isEmpty())
                .map(text -> hostPort("--web", text, WEB_PORT))
                .map(where -> new InetSocketAddress(where.host(), where.port()));
        if (webToken == null || webToken.toString().isEmpty()) {
            return new WebConfig(address, Optional.empty());
        }
        if (address.isEmpty()) {
            throw new ParameterException(mixee.commandLine(), "--web-token: there is no page without --web ADDRESS");
        }
        try {
            return new WebConfig(address,
                    Optional.of(WebToken.parse(AtomicPrivateFile.read(webToken, WebToken.MAX_FILE_BYTES))));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(mixee.commandLine(), "--web-token: " + webToken + ": " + FailureText.of(e), e);
        }
    }

    private InetSocketAddress loopback(String text) {
        HostPort address = hostPort("--cache-http", text, CACHE_PORT);
        return new InetSocketAddress(address.host(), address.port());
    }

    private String name() throws IOException {
        try {
            return NodeNames.check("--name: a node's name", name == null ? hostName() : name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(mixee.commandLine(), FailureText.of(e), e);
        }
    }

    private HostPort listen() {
        String text = listen == null ? "" : listen;
        return text.isEmpty()
                ? new HostPort(GroupConfig.routableAddress().getHostAddress(), GroupConfig.DEFAULT_PORT)
                : hostPort("--listen", text, GroupConfig.DEFAULT_PORT);
    }

    private HostPort hostPort(String option, String text, int defaultPort) {
        try {
            return HostPort.parse(text, defaultPort);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(mixee.commandLine(), option + ": " + FailureText.of(e), e);
        }
    }

    private static String hostName() throws IOException {
        return InetAddress.getLocalHost().getHostName().replaceFirst("\\..*", "");
    }
}
