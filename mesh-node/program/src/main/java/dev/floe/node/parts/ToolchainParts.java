package dev.floe.node.parts;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

import dev.floe.node.host.LifecyclePart;
import dev.floe.node.submitter.LocalFileKnowledge;
import dev.floe.node.substitute.SubstituteCompilerService;
import dev.floe.node.toolchains.LocalCompilerToolchains;
import dev.floe.node.toolchains.ToolchainSelfTest;
import dev.floe.node.toolchains.relay.RelaySelector;
import dev.floe.node.toolchains.store.ToolchainFileTransfer;
import dev.floe.node.toolchains.store.ToolchainStore;
import dev.floe.node.toolchains.store.ToolchainTransfer;
import dev.floe.node.toolchains.store.UnobservableToolchains;

/**
 * Toolchains that this node holds, those of its own compilers, and what other nodes have for them.
 *
 * @param local those of this machine's compilers
 */
public record ToolchainParts(ToolchainStore store, UnobservableToolchains gaps, LocalCompilerToolchains local,
        SubstituteCompilerService substitutes) {
    private static final long TOOLCHAIN_BYTES = 16L << 30;

    public static ToolchainParts build(StorageParts storage, MeshParts mesh, CapacityParts capacity,
            LocalFileKnowledge files,
            InstantSource clock) {
        Path data = storage.data();
        ToolchainStore store = new ToolchainStore(data.resolve("toolchains"), TOOLCHAIN_BYTES,
                new ToolchainTransfer(mesh.connections(), id -> MeshSetup.holders(mesh.group(), id)),
                new ToolchainFileTransfer(mesh.connections(), id -> MeshSetup.fileHolders(mesh.group(), id),
                        new RelaySelector(mesh.self().id().toString(), () -> MeshSetup.relays(mesh.group()),
                                mesh.connections()::roundTrip)));
        UnobservableToolchains gaps = new UnobservableToolchains(store, capacity.sandbox());
        LocalCompilerToolchains local = new LocalCompilerToolchains(data.resolve("compilers"), store,
                new ToolchainSelfTest(capacity.sandbox(), storage.store(), files.discovery(), files.digests(),
                        capacity.limits(), data.resolve("rehearsals")),
                gaps, clock, files.changes());
        SubstituteCompilerService substitutes = new SubstituteCompilerService(local, store, capacity.sandbox(),
                storage.store(), capacity.limits(), mesh.group()::roster, mesh.connections(),
                data.resolve("stand-ins"), System.getenv().getOrDefault("PATH", ""), mesh.self().machine());
        return new ToolchainParts(store, gaps, local, substitutes);
    }

    public List<LifecyclePart> lifecycle() {
        return List.of(LifecyclePart.starting("toolchain store", store::start),
                LifecyclePart.starting("local compilers", local::start),
                LifecyclePart.starting("substitute compilers", substitutes::start));
    }
}
