package dev.floe.node.standin;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.submit.StandIns;
import dev.floe.node.toolchains.OwnToolchains;
import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.PeerConnections;
import dev.floe.node.wire.StandInMessage.Portrait;
import dev.floe.node.wire.StandInMessage.Verdict;
import dev.floe.node.wire.StandInMessage.Verdicts;
import dev.floe.store.FailureText;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.find.ToolchainIndex;

/**
 * What peers have said of their compilers, for each compiler of this machine. A peer is asked once, and again when it has other toolchains
 * than it had then; one that has nothing that will do is asked now and then, since its owner may install something. Safe for threads.
 */
final class StandInTable implements StandIns {
    private static final Logger LOG = LogManager.getLogger(StandInTable.class);

    private static final Duration AGAIN = Duration.ofMinutes(1);
    private static final Duration FOR_PEOPLE = Duration.ofSeconds(2);

    private final OwnToolchains compilers;
    private final Supplier<Roster> roster;
    private final PeerConnections connections;
    private final Painter painter;
    private final Map<ToolchainId, Sitter> sitters = new ConcurrentHashMap<>();

    /**
     * What one peer said, and what it held when it was asked.
     *
     * @param again when a peer that did not answer, or had nothing, is asked once more, by {@link System#nanoTime}
     */
    private record Said(String peer, List<String> toolchains, List<Verdict> verdicts, Optional<Long> again) {}

    /** One compiler of this machine. */
    private static final class Sitter {
        private final Map<String, Said> said = new ConcurrentSkipListMap<>(); // by the peers' ids
        private CompletableFuture<Void> asking = CompletableFuture.completedFuture(null); // guarded by this
        private Optional<Portrait> portrait = Optional.empty(); // used by one asking at a time
    }

    /** @param directory where samples are compiled */
    StandInTable(OwnToolchains compilers, Supplier<Roster> roster, PeerConnections connections, Path directory)
            throws IOException {
        this.compilers = compilers;
        this.roster = roster;
        this.connections = connections;
        this.painter = new Painter(directory);
    }

    @Override
    public List<Verdict> of(ToolchainId toolchain, Duration patience) {
        Optional<ToolchainIndex.Compilers> own = compilers.known(toolchain);
        if (own.isEmpty()) {
            return List.of();
        }
        String host = own.get().known().host().processor();
        List<NodeInfo> foreign = roster.get().others().stream().map(Peer::info)
                .filter(info -> info.offering().executes() && !info.machine().runsByItself(host)).toList();
        if (foreign.isEmpty()) {
            return List.of();
        }
        Sitter sitter = sitters.computeIfAbsent(toolchain, _ -> new Sitter());
        List<NodeInfo> unasked = foreign.stream().filter(info -> !isAsked(sitter, info)).toList();
        if (!unasked.isEmpty()) {
            await(ask(sitter, own.get(), unasked), sitter, patience);
        }
        List<Verdict> verdicts = new ArrayList<>();
        for (NodeInfo info : foreign) {
            Said said = sitter.said.get(info.id().toString());
            if (said != null) {
                said.verdicts().stream().filter(verdict -> !verdict.proven().isEmpty()).forEach(verdicts::add);
            }
        }
        return verdicts;
    }

    /** All that was said, for people; they may have just installed what was missing, so who had nothing is asked again. */
    Map<String, List<Verdict>> all(ToolchainId toolchain) {
        Sitter asked = sitters.get(toolchain);
        if (asked != null) {
            asked.said.replaceAll((_, said) -> said.again().isEmpty()
                    ? said
                    : new Said(said.peer(), said.toolchains(), said.verdicts(), Optional.of(System.nanoTime())));
        }
        of(toolchain, FOR_PEOPLE);
        Map<String, List<Verdict>> all = new ConcurrentSkipListMap<>();
        Sitter sitter = sitters.get(toolchain);
        if (sitter != null) {
            sitter.said.values().forEach(said -> all.put(said.peer(), said.verdicts()));
        }
        return all;
    }

    /** Whether a node is known to have a stand-in for any compiler of this machine. Asks nobody. */
    boolean hasStandIn(NodeInfo peer) {
        String id = peer.id().toString();
        return sitters.values().stream().map(sitter -> sitter.said.get(id)).filter(Objects::nonNull)
                .anyMatch(said -> said.verdicts().stream().anyMatch(verdict -> !verdict.proven().isEmpty()));
    }

    private static boolean isAsked(Sitter sitter, NodeInfo info) {
        Said said = sitter.said.get(info.id().toString());
        return said != null && said.toolchains().equals(info.offering().toolchains())
                && said.again().map(then -> System.nanoTime() - then < 0).orElse(true);
    }

    private CompletableFuture<Void> ask(Sitter sitter, ToolchainIndex.Compilers own, List<NodeInfo> peers) {
        synchronized (sitter) {
            if (sitter.asking.isDone()) {
                sitter.asking = new CompletableFuture<>();
                CompletableFuture<Void> asking = sitter.asking;
                Thread.ofVirtual().name("stand-ins of " + own.known().id().brief()).start(() -> {
                    try {
                        askEach(sitter, own, peers);
                    } finally {
                        asking.complete(null);
                    }
                });
            }
            return sitter.asking;
        }
    }

    private void askEach(Sitter sitter, ToolchainIndex.Compilers own, List<NodeInfo> peers) {
        try {
            if (sitter.portrait.isEmpty()) {
                sitter.portrait = Optional.of(painter.portrait(own));
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("toolchain={} cannot be compared with others: {}", own.known().id().brief(), FailureText.of(e));
            peers.forEach(peer -> say(sitter, peer, List.of(Verdict.against("-", "nothing can be compared with "
                    + "this compiler: " + FailureText.of(e))), Optional.of(System.nanoTime() + AGAIN.toNanos())));
            return;
        }
        Portrait portrait = sitter.portrait.orElseThrow();
        List<Thread> asking = peers.stream().map(peer -> Thread.ofVirtual().name("ask " + peer.name())
                .start(() -> askOne(sitter, own, peer, portrait))).toList();
        for (Thread each : asking) {
            try {
                each.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void askOne(Sitter sitter, ToolchainIndex.Compilers own, NodeInfo peer, Portrait portrait) {
        try {
            List<Verdict> verdicts = ask(peer, portrait.knowing(heard(sitter)));
            say(sitter, peer, verdicts, verdicts.stream().allMatch(verdict -> verdict.proven().isEmpty())
                    ? Optional.of(System.nanoTime() + AGAIN.toNanos())
                    : Optional.empty());
        } catch (IOException | RuntimeException e) {
            LOG.info("node={} does not say what stands in for toolchain={}: {}", peer.name(),
                    own.known().id().brief(), FailureText.of(e));
            say(sitter, peer, List.of(Verdict.against("-", "could not be asked: " + FailureText.of(e))),
                    Optional.of(System.nanoTime() + AGAIN.toNanos()));
        }
    }

    /** The verdicts so far, one a toolchain. */
    private static List<Verdict> heard(Sitter sitter) {
        Map<String, Verdict> heard = new TreeMap<>();
        sitter.said.values().forEach(said -> said.verdicts().stream()
                .filter(verdict -> !verdict.toolchain().isEmpty())
                .forEach(verdict -> heard.putIfAbsent(verdict.toolchain(), verdict)));
        return heard.values().stream().limit(Examiner.MOST_KNOWN).toList();
    }

    private static void say(Sitter sitter, NodeInfo peer, List<Verdict> verdicts, Optional<Long> again) {
        sitter.said.put(peer.id().toString(), new Said(peer.name(), peer.offering().toolchains(), verdicts, again));
    }

    private List<Verdict> ask(NodeInfo peer, Portrait portrait) throws IOException {
        InetSocketAddress address = new InetSocketAddress(peer.host(), peer.dataPort());
        try (Conversation conversation = new Conversation(
                connections.open(address, PeerConnections.Lane.BULK, "/stand-in"))) {
            conversation.send(portrait);
            conversation.finish();
            return conversation.receive(Verdicts.class).verdicts();
        }
    }

    private static void await(CompletableFuture<Void> asking, Sitter sitter, Duration patience) {
        if (patience.isZero() || sitter.said.values().stream()
                .anyMatch(said -> said.verdicts().stream().anyMatch(verdict -> !verdict.proven().isEmpty()))) {
            return;
        }
        try {
            asking.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException _) {
            return; // what is known by then will have to do
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
