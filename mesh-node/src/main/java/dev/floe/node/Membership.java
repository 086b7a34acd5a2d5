package dev.floe.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.cache.CacheUse;
import dev.floe.node.execute.Executor;
import dev.floe.node.execute.Sandbox;
import dev.floe.node.mesh.Group;
import dev.floe.node.mesh.GroupSettings;
import dev.floe.node.mesh.state.Machine;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Offering;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Stamp;
import dev.floe.node.mesh.trust.HostPort;
import dev.floe.node.mesh.trust.Identity;
import dev.floe.node.mesh.trust.MeshKeyFile;
import dev.floe.node.mesh.trust.Token;
import dev.floe.node.toolchains.Shelf;
import dev.floe.node.wire.Credentials;
import dev.floe.toolchain.ToolchainId;

/** How a node comes into its mesh: its key, its addresses, what it is. */
final class Membership {
    private static final Logger LOG = LogManager.getLogger(Membership.class);

    private Membership() {}

    static Optional<Token> token(NodeSettings settings) throws IOException {
        MeshKeyFile file = new MeshKeyFile(settings.meshKey());
        return file.exists() ? Optional.of(file.read()) : Optional.empty();
    }

    static InetAddress address(HostPort listen, boolean inMesh) throws IOException {
        if (!inMesh) {
            return InetAddress.getLoopbackAddress();
        }
        InetAddress named = InetAddress.getByName(listen.host());
        return named.isAnyLocalAddress() ? GroupSettings.routableAddress() : named;
    }

    static Credentials credentials(Identity identity) {
        return new Credentials(identity.privateKey(), List.of(identity.certificate()), identity.trustManager());
    }

    static Group join(NodeSettings settings, Optional<Token> token, Optional<Identity> certified, InetAddress address)
            throws IOException {
        List<HostPort> seeds = new ArrayList<>(settings.join());
        token.ifPresent(mesh -> seeds.addAll(mesh.seeds()));
        GroupSettings how = GroupSettings.of(settings.dataDir(), address, settings.listen().port(), seeds,
                settings.multicast());
        return token.isPresent() && certified.isPresent()
                ? Group.join(how, certified.get(), token.get().key())
                : Group.alone(how);
    }

    static NodeInfo info(NodeSettings settings, InetAddress address, InstantSource clock) throws IOException {
        List<String> emulated = Hardware.emulated(settings.emulate());
        settings.emulate().stream().filter(processor -> !emulated.contains(processor)).forEach(
                processor -> LOG.warn("emulate={}: the kernel has no emulator that works in a sandbox; ask floe doctor",
                        processor));
        return new NodeInfo(Stamp.NONE, NodeIdFile.read(settings.dataDir()), settings.name(), address.getHostAddress(),
                settings.listen().port() + 1,
                new Machine(Hardware.architecture(), Hardware.cores(), Hardware.speed(), Hardware.memoryBytes(),
                        emulated),
                new Offering(0, false, "", List.of(), 0), FloeVersion.read(), Group.PROTOCOL, clock.millis());
    }

    /** Where the peers that hold a toolchain can be asked for it. */
    static List<InetSocketAddress> holders(Group group, ToolchainId id) {
        List<InetSocketAddress> holders = new ArrayList<>();
        for (Peer peer : group.roster().others()) {
            if (peer.info().offering().toolchains().contains(id.hex())) {
                holders.add(new InetSocketAddress(peer.info().host(), peer.info().dataPort()));
            }
        }
        return holders;
    }

    /** What a node has for others. */
    static Offering offering(NodeSettings settings, Sandbox.Availability sandbox, boolean paused, Shelf shelf) {
        List<String> held = shelf.ids().stream().map(ToolchainId::hex).limit(Offering.MAX_TOOLCHAINS).toList();
        Map<ToolchainId, String> troubles = shelf.troubles();
        return new Offering(settings.slots(), sandbox instanceof Sandbox.Availability.Available && !paused,
                whyNot(sandbox, paused).replaceAll("\\p{Cntrl}", " "), held,
                settings.cache().contains(CacheUse.WRITE) ? settings.storeBytes() : 0, words(troubles),
                troubles.keySet().stream().map(ToolchainId::hex).limit(Offering.MAX_TOOLCHAINS).toList(),
                paused);
    }

    private static String words(Map<ToolchainId, String> troubles) {
        String all = troubles.entrySet().stream()
                .map(trouble -> "takes no jobs for toolchain " + trouble.getKey().brief() + ": " + trouble.getValue())
                .collect(Collectors.joining("; ")).replaceAll("\\p{Cntrl}", " ");
        return all.substring(0, Math.min(all.length(), Offering.MAX_REASON));
    }

    /** Why a node does not execute for others; empty if it does. */
    static String whyNot(Sandbox.Availability sandbox, boolean paused) {
        return switch (sandbox) {
            case Sandbox.Availability.Unavailable(String why) ->
                why.length() > Offering.MAX_REASON ? why.substring(0, Offering.MAX_REASON) : why;
            case Sandbox.Availability.Available _ -> paused ? Executor.PAUSED : "";
        };
    }
}
