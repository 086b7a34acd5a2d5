package dev.floe.node.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.cacheserver.CacheServerConfig;
import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.web.access.WebConfig;

/**
 * All that can be set of a node.
 *
 * @param name       shown to others
 * @param listen     address and port of the group; the data plane has the next port
 * @param join       where nodes of the mesh may be found, beside those in the mesh key and those met before
 * @param multicast  whether to search the LAN
 * @param slots      compiles at once, local and foreign together; with 0 the node compiles nothing for others, and as
 *                   many local ones at once as it has cores
 * @param execute    whether to compile for others
 * @param dataDir    content store, toolchains and what must outlive a restart
 * @param storeBytes bound of the content store
 * @param socket     where this machine's wrappers find the node
 * @param meshKey    file with the mesh's secret; without it the node is a mesh of itself
 * @param cache      what the node does with the mesh's cache of results
 * @param jobLog     file to which each job's record is appended, as a JSON line
 * @param cacheServers the cache servers for other tools of this machine
 * @param audit      percentage of the hits of this node's builds that are audited
 * @param emulate    processors whose programs the node runs for others through an emulator, if the kernel has one
 * @param web        where the node's page is served
 */
public record NodeConfig(String name, HostPort listen, List<HostPort> join, boolean multicast, int slots,
        boolean execute,
        Path dataDir, long storeBytes, Path socket, Path meshKey, Optional<Path> jobLog,
        Set<CacheMode> cache, CacheServerConfig cacheServers, double audit, Set<String> emulate, WebConfig web) {
    public NodeConfig {
        join = List.copyOf(join);
        cache = Set.copyOf(cache);
        emulate = Set.copyOf(emulate);
    }

    /** Why the node does not compile for others; empty if it may. */
    public Optional<String> whyNot() {
        if (!execute) {
            return Optional.of("started with --no-execute");
        }
        return slots == 0 ? Optional.of("has no slots") : Optional.empty();
    }
}
