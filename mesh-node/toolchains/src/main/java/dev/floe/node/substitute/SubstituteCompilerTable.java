package dev.floe.node.substitute;

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
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompatibilityResult;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompatibilityResults;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompilerProfile;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.submitter.compilers.SubstituteCompilers;
import dev.floe.node.toolchains.LocalCompilerToolchains;
import dev.floe.store.FailureText;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.index.ToolchainIndex;

/**
 * The table of peers' compatibility results for each compiler of this machine. A peer is asked once, and again when it
 * has other toolchains than it had then; one that has nothing that will do is asked now and then, since its owner may
 * install something. Safe for threads.
 */
final class SubstituteCompilerTable implements SubstituteCompilers {
    private static final Logger LOG = LogManager.getLogger(SubstituteCompilerTable.class);

    private static final Duration AGAIN = Duration.ofMinutes(1);
    private static final Duration FOR_PEOPLE = Duration.ofSeconds(2);
    /** A result takes some 2 KiB, and 34 KiB if all speaks against a compiler. */
    private static final int MAX_ANSWER_BYTES = 1 << 20;

    private final LocalCompilerToolchains compilers;
    private final Supplier<Roster> roster;
    private final PeerConnections connections;
    private final CompilerProfiler painter;
    private final Map<ToolchainId, ProfiledCompiler> sitters = new ConcurrentHashMap<>();

    /**
     * What one peer said, and what it held when it was asked.
     *
     * @param again when a peer that did not answer, or had nothing, is asked once more, by {@link System#nanoTime}
     */
    private record PeerAnswer(String peer, List<String> toolchains, List<CompatibilityResult> verdicts,
            Optional<Long> again) {}

    /** One compiler of this machine. */
    private static final class ProfiledCompiler {
        private final Map<String, PeerAnswer> said = new ConcurrentSkipListMap<>(); // by the peers' ids
        private CompletableFuture<Void> asking = CompletableFuture.completedFuture(null); // guarded by this
        private Optional<CompilerProfile> profile = Optional.empty(); // used by one asking at a time
    }

    /** @param directory where samples are compiled */
    SubstituteCompilerTable(LocalCompilerToolchains compilers, Supplier<Roster> roster, PeerConnections connections,
            Path directory) {
        this.compilers = compilers;
        this.roster = roster;
        this.connections = connections;
        this.painter = new CompilerProfiler(directory);
    }

    @Override
    public List<CompatibilityResult> of(ToolchainId toolchain, Duration patience) {
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
        ProfiledCompiler sitter = sitters.computeIfAbsent(toolchain, _ -> new ProfiledCompiler());
        List<NodeInfo> unasked = foreign.stream().filter(info -> !isAsked(sitter, info)).toList();
        if (!unasked.isEmpty()) {
            await(ask(sitter, own.get(), unasked), sitter, patience);
        }
        List<CompatibilityResult> verdicts = new ArrayList<>();
        for (NodeInfo info : foreign) {
            PeerAnswer said = sitter.said.get(info.id().toString());
            if (said != null) {
                said.verdicts().stream().filter(verdict -> !verdict.proven().isEmpty()).forEach(verdicts::add);
            }
        }
        return verdicts;
    }

    /**
     * All that was said, for people; they may have just installed what was missing, so who had nothing is asked again.
     */
    Map<String, List<CompatibilityResult>> all(ToolchainId toolchain) {
        ProfiledCompiler asked = sitters.get(toolchain);
        if (asked != null) {
            asked.said.replaceAll((_, said) -> said.again().isEmpty()
                    ? said
                    : new PeerAnswer(said.peer(), said.toolchains(), said.verdicts(), Optional.of(System.nanoTime())));
        }
        of(toolchain, FOR_PEOPLE);
        Map<String, List<CompatibilityResult>> all = new ConcurrentSkipListMap<>();
        ProfiledCompiler sitter = sitters.get(toolchain);
        if (sitter != null) {
            sitter.said.values().forEach(said -> all.put(said.peer(), said.verdicts()));
        }
        return all;
    }

    /** Whether a node is known to have a substitute for any compiler of this machine. Sends no request. */
    boolean hasStandIn(NodeInfo peer) {
        String id = peer.id().toString();
        return sitters.values().stream().map(sitter -> sitter.said.get(id)).filter(Objects::nonNull)
                .anyMatch(said -> said.verdicts().stream().anyMatch(verdict -> !verdict.proven().isEmpty()));
    }

    private static boolean isAsked(ProfiledCompiler sitter, NodeInfo info) {
        PeerAnswer said = sitter.said.get(info.id().toString());
        return said != null && said.toolchains().equals(info.offering().toolchains())
                && said.again().map(then -> System.nanoTime() - then < 0).orElse(true);
    }

    private CompletableFuture<Void> ask(ProfiledCompiler sitter, ToolchainIndex.Compilers own, List<NodeInfo> peers) {
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

    private void askEach(ProfiledCompiler sitter, ToolchainIndex.Compilers own, List<NodeInfo> peers) {
        try {
            if (sitter.profile.isEmpty()) {
                sitter.profile = Optional.of(painter.profileOf(own));
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("toolchain={} cannot be compared with others: {}", own.known().id().brief(), FailureText.of(e));
            peers.forEach(peer -> record(sitter, peer,
                    List.of(CompatibilityResult.against("-", "nothing can be compared with "
                            + "this compiler: " + FailureText.of(e))),
                    Optional.of(System.nanoTime() + AGAIN.toNanos())));
            return;
        }
        CompilerProfile profile = sitter.profile.orElseThrow();
        List<Thread> asking = peers.stream().map(peer -> Thread.ofVirtual().name("ask " + peer.name())
                .start(() -> askOne(sitter, own, peer, profile))).toList();
        for (Thread each : asking) {
            try {
                each.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void askOne(ProfiledCompiler sitter, ToolchainIndex.Compilers own, NodeInfo peer,
            CompilerProfile profile) {
        try {
            List<CompatibilityResult> verdicts = ask(peer, profile.knowing(answer(sitter)));
            record(sitter, peer, verdicts, verdicts.stream().allMatch(verdict -> verdict.proven().isEmpty())
                    ? Optional.of(System.nanoTime() + AGAIN.toNanos())
                    : Optional.empty());
        } catch (IOException | RuntimeException e) {
            LOG.info("node={} does not report substitutes for toolchain={}: {}", peer.name(),
                    own.known().id().brief(), FailureText.of(e));
            record(sitter, peer, List.of(CompatibilityResult.against("-", "could not be asked: " + FailureText.of(e))),
                    Optional.of(System.nanoTime() + AGAIN.toNanos()));
        }
    }

    /** The verdicts so far, one a toolchain. */
    private static List<CompatibilityResult> answer(ProfiledCompiler sitter) {
        Map<String, CompatibilityResult> heard = new TreeMap<>();
        sitter.said.values().forEach(said -> said.verdicts().stream()
                .filter(verdict -> !verdict.toolchain().isEmpty())
                .forEach(verdict -> heard.putIfAbsent(verdict.toolchain(), verdict)));
        return heard.values().stream().limit(CompilerMatcher.MAX_KNOWN).toList();
    }

    private static void record(ProfiledCompiler sitter, NodeInfo peer, List<CompatibilityResult> verdicts,
            Optional<Long> again) {
        sitter.said.put(peer.id().toString(),
                new PeerAnswer(peer.name(), peer.offering().toolchains(), verdicts, again));
    }

    private List<CompatibilityResult> ask(NodeInfo peer, CompilerProfile profile) throws IOException {
        InetSocketAddress address = new InetSocketAddress(peer.host(), peer.dataPort());
        try (MessageStream conversation = new MessageStream(
                connections.open(address, PeerConnections.ConnectionClass.BULK, "/stand-in"))) {
            conversation.send(profile);
            conversation.finish();
            return checked(conversation.receive(CompatibilityResults.class));
        }
    }

    /** What a peer says of its compilers, which is kept. */
    static List<CompatibilityResult> checked(CompatibilityResults answer) throws IOException {
        int bytes = MessageStream.encode(answer).length;
        if (bytes > MAX_ANSWER_BYTES) {
            throw new IOException("an answer of " + bytes + " bytes on compilers is refused");
        }
        return answer.verdicts();
    }

    private static void await(CompletableFuture<Void> asking, ProfiledCompiler sitter, Duration patience) {
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
