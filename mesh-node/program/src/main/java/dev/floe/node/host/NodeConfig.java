package dev.floe.node.host;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import dev.floe.node.bounds.AddressText;
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
 * @param changeNotification whether the kernel is asked to report changes of inputs
 */
public record NodeConfig(String name, HostPort listen, List<HostPort> join, boolean multicast, int slots,
        boolean execute,
        Path dataDir, long storeBytes, Path socket, Path meshKey, Optional<Path> jobLog,
        Set<CacheMode> cache, CacheServerConfig cacheServers, double audit, Set<String> emulate, WebConfig web,
        boolean changeNotification) {
    public NodeConfig {
        join = List.copyOf(join);
        cache = Set.copyOf(cache);
        emulate = Set.copyOf(emulate);
    }

    /** The same with those settings of another configuration that a running node can change. */
    public NodeConfig withLiveSettingsOf(NodeConfig other) {
        return new NodeConfig(other.name, listen, join, multicast, other.slots, other.execute, dataDir,
                other.storeBytes,
                socket, meshKey, jobLog, cache, cacheServers, other.audit, emulate, web, changeNotification);
    }

    /** The same at another address. */
    public NodeConfig listeningAt(HostPort address) {
        return new NodeConfig(name, address, join, multicast, slots, execute, dataDir, storeBytes, socket, meshKey,
                jobLog, cache, cacheServers, audit, emulate, web, changeNotification);
    }

    /** The settings by the names of their options, as text for people. Secrets are named by their files only. */
    public Map<String, String> texts() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("name", name);
        all.put("listen", AddressText.of(listen.host(), listen.port()));
        all.put("join", join.stream().map(seed -> AddressText.of(seed.host(), seed.port()))
                .collect(Collectors.joining(",")));
        all.put("multicast", String.valueOf(multicast));
        all.put("slots", String.valueOf(slots));
        all.put("execute", String.valueOf(execute));
        all.put("emulate", emulate.stream().sorted().collect(Collectors.joining(",")));
        all.put("data-dir", dataDir.toString());
        all.put("store-size", (storeBytes >> 20) + " MiB");
        all.put("socket", socket.toString());
        all.put("mesh-key", meshKey.toString());
        all.put("job-log", jobLog.map(Path::toString).orElse(""));
        all.put("change-notification", String.valueOf(changeNotification));
        all.put("cache", cache.isEmpty()
                ? "off"
                : cache.stream().map(use -> use.name().toLowerCase(Locale.ROOT)).sorted()
                        .collect(Collectors.joining(",")));
        all.put("cache-audit", audit + " %");
        all.put("cache-http", cacheServers.http().map(AddressText::of).orElse(""));
        all.put("cache-socket", cacheServers.socket().map(Path::toString).orElse(""));
        all.put("web", web.address().map(AddressText::of).orElse(""));
        all.put("web-token", web.token().isPresent() ? "set" : "");
        return all;
    }

    /** Why the node does not compile for others; empty if it may. */
    public Optional<String> whyNot() {
        if (!execute) {
            return Optional.of("started with --no-execute");
        }
        return slots == 0 ? Optional.of("has no slots") : Optional.empty();
    }
}
