package dev.floe.node.parts;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.bounds.PeerText;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.executor.Executor;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.host.FloeVersion;
import dev.floe.node.host.Hardware;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.host.NodeIdFile;
import dev.floe.node.mesh.GroupConfig;
import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.mesh.membership.DoorService;
import dev.floe.node.mesh.membership.InvitationBook;
import dev.floe.node.mesh.membership.MemberTls;
import dev.floe.node.mesh.membership.MembershipFiles;
import dev.floe.node.mesh.membership.MeshTrust;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.node.mesh.security.NodeKey;
import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeFeature;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.node.rpc.PeerAdmission;
import dev.floe.node.rpc.TlsCredentials;
import dev.floe.node.rpc.stream.WireProtocol;
import dev.floe.node.toolchains.relay.RelaySelector;
import dev.floe.node.toolchains.store.ToolchainStore;
import dev.floe.store.FailureText;
import dev.floe.toolchain.ToolchainId;

/** The setup with which a node joins its mesh: its key, its addresses, its hardware. */
final class MeshSetup {
    private static final Logger LOG = LogManager.getLogger(MeshSetup.class);

    private MeshSetup() {}

    static Optional<MeshTrust> trust(NodeConfig settings, InstantSource clock) throws IOException {
        MeshKeyFile file = new MeshKeyFile(settings.meshKey());
        if (!file.exists()) {
            return Optional.empty();
        }
        Optional<NodeKey> joinedWith = file.nodeKey();
        return Optional.of(MeshTrust.open(file.read(),
                joinedWith.isPresent() ? joinedWith.get() : NodeKey.readOrDraw(settings.dataDir()), settings.name(),
                new MembershipFiles(settings.dataDir(), file), clock));
    }

    static InetAddress address(HostPort listen, boolean inMesh) throws IOException {
        if (!inMesh) {
            return InetAddress.getLoopbackAddress();
        }
        InetAddress named = InetAddress.getByName(listen.host());
        return named.isAnyLocalAddress() ? GroupConfig.routableAddress() : named;
    }

    /**
     * Tries both ports of a node, so that a wrong address or a second node is named before anything waits for the mesh.
     *
     * @throws IOException if one cannot be used; the message names it
     */
    static void requirePorts(NodeInfo self) throws IOException {
        for (int port : new int[]{self.dataPort(), self.dataPort() - 1}) {
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(self.host(), port));
            } catch (IOException e) {
                throw new IOException("cannot listen on " + AddressText.of(self.host(), port) + " for peers: "
                        + FailureText.of(e) + "; choose another with --listen", e);
            }
        }
    }

    static TlsCredentials credentials(MeshTrust trust, Function<String, Optional<InetSocketAddress>> addresses,
            InvitationBook invitations) {
        MemberTls tls = new MemberTls(trust);
        return new TlsCredentials(tls.keyManager(), tls.trustManager(false), tls.trustManager(true),
                new MembersOnly(trust, addresses, new DoorService(trust, invitations)));
    }

    /** Lets members in, and the others to the door. */
    private record MembersOnly(MeshTrust trust, Function<String, Optional<InetSocketAddress>> addresses,
            DoorService service)
            implements
                PeerAdmission {
        @Override
        public boolean isMember(X509Certificate certificate) {
            return trust.isMember(certificate);
        }

        @Override
        public Optional<Door> door() {
            return Optional.of(service::answer);
        }

        @Override
        public Optional<InetSocketAddress> address(X509Certificate certificate) {
            return addresses.apply(NodeKey.idOf(certificate));
        }

        @Override
        public void onChange(Runnable check) {
            trust.onChange(check);
        }
    }

    static MeshGroup group(NodeConfig settings, Optional<MeshTrust> trust, InetAddress address) {
        List<HostPort> seeds = new ArrayList<>(settings.join());
        trust.ifPresent(mesh -> seeds.addAll(mesh.token().seeds()));
        GroupConfig how = GroupConfig.of(settings.dataDir(), address, settings.listen().port(), seeds,
                settings.multicast());
        return trust.map(it -> MeshGroup.ofMesh(how, it)).orElseGet(() -> MeshGroup.alone(how));
    }

    static NodeInfo info(NodeConfig settings, InetAddress address, InstantSource clock) throws IOException {
        List<String> emulated = Hardware.emulated(settings.emulate());
        settings.emulate().stream().filter(processor -> !emulated.contains(processor)).forEach(
                processor -> LOG.warn("emulate={}: the kernel has no emulator that works in a sandbox; see floe doctor",
                        processor));
        return new NodeInfo(StateVersion.NONE, NodeIdFile.readOrDraw(settings.dataDir()), settings.name(),
                address.getHostAddress(),
                settings.listen().port() + 1,
                new MachineInfo(Hardware.architecture(), Hardware.cores(), Hardware.speed(), Hardware.memoryBytes(),
                        emulated),
                new NodeCapabilities(0, false, "", List.of(), 0), FloeVersion.read(),
                WireProtocol.CURRENT.number(), clock.millis(), NodeFeature.all());
    }

    /** Where the peers that hold a toolchain can be asked for it. */
    static List<InetSocketAddress> holders(MeshGroup group, ToolchainId id) {
        return holders(group, id, _ -> true);
    }

    private static List<InetSocketAddress> holders(MeshGroup group, ToolchainId id, Predicate<Peer> suitable) {
        List<InetSocketAddress> holders = new ArrayList<>();
        for (Peer peer : group.roster().others()) {
            if (peer.info().offering().toolchains().contains(id.hex()) && suitable.test(peer)) {
                holders.add(new InetSocketAddress(peer.info().host(), peer.info().dataPort()));
            }
        }
        return holders;
    }

    /** Those of them that send single files of it. */
    static List<InetSocketAddress> fileHolders(MeshGroup group, ToolchainId id) {
        return holders(group, id, peer -> peer.info().has(NodeFeature.TOOLCHAIN_FILES));
    }

    /** Those that fetch toolchains for the nodes near them. */
    static List<RelaySelector.RelayCandidate> relays(MeshGroup group) {
        return group.roster().others().stream().map(Peer::info)
                .filter(info -> info.offering().executes() && info.has(NodeFeature.TOOLCHAIN_RELAY))
                .map(info -> new RelaySelector.RelayCandidate(info.id().toString(),
                        new InetSocketAddress(info.host(), info.dataPort())))
                .toList();
    }

    /** What a node has for others. */
    static NodeCapabilities offering(NodeConfig settings, Sandbox.Availability sandbox, boolean paused,
            ToolchainStore toolchainStore, String reach) {
        List<String> held = toolchainStore.ids().stream().map(ToolchainId::hex).limit(NodeCapabilities.MAX_TOOLCHAINS)
                .toList();
        Map<ToolchainId, String> troubles = toolchainStore.troubles();
        return new NodeCapabilities(settings.slots(), sandbox instanceof Sandbox.Availability.Available && !paused,
                PeerText.of(whyNot(sandbox, paused)), held,
                settings.cache().contains(CacheMode.WRITE) ? settings.storeBytes() : 0, words(troubles, reach),
                troubles.keySet().stream().map(ToolchainId::hex).limit(NodeCapabilities.MAX_TOOLCHAINS).toList(),
                paused);
    }

    private static String words(Map<ToolchainId, String> troubles, String reach) {
        return PeerText.of(Stream
                .concat(Stream.of(reach).filter(words -> !words.isEmpty()), troubles.entrySet().stream()
                        .map(trouble -> "takes no jobs for toolchain " + trouble.getKey().brief() + ": "
                                + trouble.getValue()))
                .collect(Collectors.joining("; ")));
    }

    /** Why a node does not execute for others; empty if it does. */
    static String whyNot(Sandbox.Availability sandbox, boolean paused) {
        return switch (sandbox) {
            case Sandbox.Availability.Unavailable(String why) ->
                why.length() > NodeCapabilities.MAX_REASON ? why.substring(0, NodeCapabilities.MAX_REASON) : why;
            case Sandbox.Availability.Available _ -> paused ? Executor.PAUSED : "";
        };
    }
}
