package dev.floe.node.parts;

import java.util.List;
import java.util.Optional;

import dev.floe.node.audit.AuditFindings;
import dev.floe.node.audit.Quarantine;
import dev.floe.node.cache.MeshCache;
import dev.floe.node.cache.keys.ResultBuilder;
import dev.floe.node.cache.local.CacheConfig;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.cache.local.LocalResultStore;
import dev.floe.node.cache.local.ResultSigner;
import dev.floe.node.cache.local.ResultSyncWorker;
import dev.floe.node.cache.local.ResultTrustPolicy;
import dev.floe.node.executor.Executor;
import dev.floe.node.host.LifecyclePart;
import dev.floe.node.host.NodeConfig;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.store.sync.FileGroupSync;

/**
 * The cache of results, and whose results it trusts.
 *
 * @param sync   brings new results to the disk
 * @param keeper takes what this node's executor has made; empty if the node may not write to the cache
 */
public record CacheParts(AuditFindings findings, ResultSyncWorker sync, MeshCache cache,
        Optional<Executor.ResultSink> keeper) {
    public static CacheParts build(NodeConfig config, StorageParts storage, MeshParts mesh) {
        ResultSigner signer = new ResultSigner(() -> mesh.token().flatMap(JoinToken::writer));
        AuditFindings findings = new AuditFindings(new Quarantine(storage.data().resolve("quarantine")));
        ResultSyncWorker sync = new ResultSyncWorker(new FileGroupSync(storage.data().resolve("synced"))::write);
        MeshCache cache = new MeshCache(new LocalResultStore(storage.actions(), storage.store(), sync::add),
                mesh.group(), mesh.connections(), CacheConfig.of(mesh.own()::name, config.cache()),
                new ResultTrustPolicy(signer, findings));
        Optional<Executor.ResultSink> keeper = config.cache().contains(CacheMode.WRITE) && signer.mayWrite()
                ? Optional.of(new ResultPublisher(
                        new ResultBuilder(storage.store(), mesh.self().id().toString()), cache))
                : Optional.empty();
        return new CacheParts(findings, sync, cache, keeper);
    }

    public List<LifecyclePart> lifecycle() {
        return List.of(LifecyclePart.starting("quarantine", () -> findings.quarantine().start()),
                new LifecyclePart("result sync", sync::start, sync::close),
                new LifecyclePart("cache", cache::start, cache::close));
    }
}
