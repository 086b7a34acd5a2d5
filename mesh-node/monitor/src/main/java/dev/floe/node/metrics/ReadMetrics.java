package dev.floe.node.metrics;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

import dev.floe.node.executor.ExecutorStats;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;

/**
 * The metrics that are read when they are rendered. The mesh is summed up: a series a peer would be a number of series
 * in Prometheus that grows with the square of the nodes, and each node tells of itself anyway.
 */
final class ReadMetrics {
    private final NodeReadings node;

    ReadMetrics(NodeReadings node) {
        this.node = node;
    }

    /** What a node of the mesh does for others. */
    private enum Standing {
        EXECUTING, PAUSED, LEAVING, NOT_EXECUTING;

        static Standing of(Peer peer) {
            NodeCapabilities offering = peer.info().offering();
            if (offering.executes()) {
                return peer.state().map(NodeState::draining).orElse(false) ? LEAVING : EXECUTING;
            }
            return offering.paused() ? PAUSED : NOT_EXECUTING;
        }
    }

    void register(PrometheusRegistry registry) {
        slots(registry);
        mesh(registry);
        executed(registry);
        store(registry);
        cache(registry);
    }

    private void slots(PrometheusRegistry to) {
        self().map(Peer::info).ifPresent(info -> info(info, to));
        gauge("floe_slots", "Compiles that this node runs at once, local and foreign.", () -> node.use().slots(), to);
        gauge("floe_slots_busy", "Slots that are taken.", () -> node.use().running(), to);
        gauge("floe_queue_jobs", "Jobs that wait for a slot of this node.", () -> node.use().waiting(), to);
        gauge("floe_running_jobs", "Jobs submitted on this machine that have not ended.", node::runningJobs, to);
        gauge("floe_executes", "1 if this node executes for others.", () -> is(offers(NodeCapabilities::executes)), to);
        gauge("floe_paused", "1 while the user of this node has paused it.", () -> is(offers(NodeCapabilities::paused)),
                to);
        gauge("floe_draining", "1 while this node accepts nothing because it leaves.", () -> is(node.draining()), to);
        gauge("floe_toolchains", "Toolchains that this node holds.", () -> own(it -> it.toolchains().size()), to);
        gauge("floe_toolchains_unavailable", "Toolchains for which this node takes no jobs because of a trouble.",
                () -> own(it -> it.unavailable().size()), to);
    }

    private static void info(NodeInfo own, PrometheusRegistry to) {
        Info info = Info.builder().name("floe_node").help("What this node is.")
                .labelNames("node", "version", "architecture").register(to);
        info.setLabelValues(own.name(), own.version(), own.machine().architecture());
    }

    private Optional<Peer> self() {
        return node.roster().peers().stream().filter(Peer::self).findFirst();
    }

    private boolean offers(Predicate<NodeCapabilities> what) {
        return self().map(peer -> peer.info().offering()).filter(what).isPresent();
    }

    private int own(ToIntFunction<NodeCapabilities> figure) {
        return self().map(peer -> figure.applyAsInt(peer.info().offering())).orElse(0);
    }

    private void mesh(PrometheusRegistry to) {
        GaugeWithCallback.builder().name("floe_mesh_nodes")
                .help("Nodes of the mesh as this node sees it, itself among them, by what they do for others.")
                .labelNames("state").callback(out -> {
                    Map<Standing, Integer> counts = new EnumMap<>(Standing.class);
                    node.roster().peers().forEach(peer -> counts.merge(Standing.of(peer), 1, Integer::sum));
                    for (Standing standing : Standing.values()) {
                        out.call(counts.getOrDefault(standing, 0), standing.name().toLowerCase(Locale.ROOT));
                    }
                }).register(to);
        gauge("floe_mesh_slots", "Slots of the nodes of the mesh that execute.",
                () -> executors(peer -> peer.info().offering().slots()), to);
        gauge("floe_mesh_slots_busy", "Slots of these nodes that are taken, as last known.",
                () -> executors(peer -> peer.state().map(NodeState::running).orElse(0)), to);
        gauge("floe_mesh_queue_jobs", "Jobs that wait for a slot of these nodes, as last known.",
                () -> executors(peer -> peer.state().map(NodeState::queued).orElse(0)), to);
        counter("floe_refused_connections", "Connections of strangers that this node has refused.",
                () -> node.groupStatus().refused(), to);
    }

    private int executors(ToIntFunction<Peer> figure) {
        return node.roster().peers().stream().filter(peer -> peer.info().offering().executes()).mapToInt(figure)
                .sum();
    }

    private void executed(PrometheusRegistry to) {
        CounterWithCallback.builder().name("floe_executed_jobs")
                .help("Jobs that this node has accepted from others, by their end.").labelNames("end")
                .callback(out -> {
                    ExecutorStats.ExecutorCounts counts = node.tally().counts();
                    out.call(counts.done(), "done");
                    out.call(counts.failed(), "failed");
                    out.call(counts.cancelled(), "cancelled");
                }).register(to);
        CounterWithCallback.builder().name("floe_refused_offers")
                .help("Offers of others that this node has refused, by the class of the reason.").labelNames("reason")
                .callback(out -> node.tally().refusals().forEach((why, count) -> out.call(count, why.key())))
                .register(to);
        counter("floe_cpu_given_seconds", "CPU time of compilers that this node has run for others.",
                () -> node.tally().compiler().toNanos() / 1e9, to);
    }

    private void store(PrometheusRegistry to) {
        gauge("floe_store_entries", "Files in the content store.", () -> node.store().entries(), to);
        gauge("floe_store_bytes", "Bytes of the content store on the disk.", () -> node.store().bytes(), to);
        gauge("floe_store_max_bytes", "Bound of the content store.", () -> node.store().maxBytes(), to);
        counter("floe_store_evicted", "Files that the content store has dropped to make room.",
                () -> node.store().evicted(), to);
        counter("floe_store_damaged", "Files that were found damaged and dropped.", () -> node.store().damaged(), to);
    }

    private void cache(PrometheusRegistry to) {
        gauge("floe_cache_results", "Results that this node holds.", () -> node.cache().entries(), to);
        CounterWithCallback.builder().name("floe_cache_lookups")
                .help("Look-ups of results by this node, by what came of them.").labelNames("result").callback(out -> {
                    out.call(node.cache().localHits(), "held");
                    out.call(node.cache().fetchedHits(), "fetched");
                    out.call(node.cache().misses(), "miss");
                }).register(to);
        counter("floe_cache_fetch_failures", "Fetches of results from peers that brought nothing.",
                () -> node.cache().fetchFailures(), to);
        counter("floe_cache_waits", "Times that a build has waited for a result that another one made.",
                () -> node.cache().waits(), to);
        counter("floe_cache_sent_bytes", "Bytes of results that peers have fetched from this node.",
                () -> node.cache().servedBytes(), to);
        counter("floe_cache_received_bytes", "Bytes of results that this node has fetched from peers.",
                () -> node.cache().fetchedBytes(), to);
        counter("floe_cache_refused_results", "Results of peers that were not accepted.",
                () -> node.cache().refused(), to);
        CounterWithCallback.builder().name("floe_audits")
                .help("Cached results that were compiled again and compared, by what came of it.").labelNames("result")
                .callback(out -> {
                    out.call(node.audits().agreed(), "agreed");
                    out.call(node.audits().differed(), "differed");
                    out.call(node.audits().skipped(), "skipped");
                }).register(to);
        gauge("floe_quarantined_makers", "Nodes whose results this node does not use.", node::quarantined, to);
    }

    private static double is(boolean condition) {
        return condition ? 1 : 0;
    }

    private static void gauge(String name, String help, DoubleSupplier value, PrometheusRegistry to) {
        GaugeWithCallback.builder().name(name).help(help).callback(out -> out.call(value.getAsDouble())).register(to);
    }

    private static void counter(String name, String help, DoubleSupplier value, PrometheusRegistry to) {
        CounterWithCallback.builder().name(name).help(help).callback(out -> out.call(value.getAsDouble())).register(to);
    }
}
