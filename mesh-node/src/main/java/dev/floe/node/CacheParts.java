package dev.floe.node;

import java.util.List;
import java.util.Optional;

import dev.floe.node.audit.AuditFindings;
import dev.floe.node.audit.Quarantine;
import dev.floe.node.cache.CacheConfig;
import dev.floe.node.cache.CacheMode;
import dev.floe.node.cache.LocalResultStore;
import dev.floe.node.cache.MeshCache;
import dev.floe.node.cache.ResultBuilder;
import dev.floe.node.cache.ResultSigner;
import dev.floe.node.cache.ResultTrustPolicy;
import dev.floe.node.executor.Executor;
import dev.floe.node.mesh.security.JoinToken;

/**
 * The cache of results, and whose results it trusts.
 *
 * @param keeper takes what this node's executor has made; empty if the node may not write to the cache
 */
record CacheParts(AuditFindings findings, MeshCache cache, Optional<Executor.ResultSink> keeper) {
    static CacheParts build(NodeConfig config, StorageParts storage, MeshParts mesh) {
        ResultSigner signer = new ResultSigner(mesh.token().flatMap(JoinToken::writer));
        AuditFindings findings = new AuditFindings(new Quarantine(storage.data().resolve("quarantine")));
        MeshCache cache = new MeshCache(new LocalResultStore(storage.actions(), storage.store()), mesh.group(),
                mesh.connections(), CacheConfig.of(config.name(), config.cache()),
                new ResultTrustPolicy(signer, findings));
        Optional<Executor.ResultSink> keeper = config.cache().contains(CacheMode.WRITE) && signer.mayWrite()
                ? Optional.of(new ResultPublisher(
                        new ResultBuilder(storage.store(), mesh.self().id().toString()), cache))
                : Optional.empty();
        return new CacheParts(findings, cache, keeper);
    }

    List<LifecyclePart> lifecycle() {
        return List.of(LifecyclePart.starting("quarantine", () -> findings.quarantine().start()),
                new LifecyclePart("cache", cache::start, cache::close));
    }
}
