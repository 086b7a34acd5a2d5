package dev.floe.node.submitter.remote;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import dev.floe.command.CompileCommand;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.node.mesh.state.NodeFeature;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.submitter.compilers.ToolchainResolver;
import dev.floe.node.submitter.schedule.SubmitterScheduler;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.PlacementRequest.JobSize;
import dev.floe.placement.PlacementRequest.ToolchainNeed;
import dev.floe.placement.view.ExecutionMode;

/** A command as placement sees it: before and after its inputs are known. */
public final class PlacementRequestFactory {
    private static final long TYPICAL_INPUT_BYTES = 2 << 20;
    public static final long TYPICAL_MEMORY_BYTES = 256 << 20;
    private static final Duration MIN_PATIENCE = Duration.ofSeconds(60);
    private static final int PATIENCE_FACTOR = 8;
    private static final int INSISTENT_PATIENCE_FACTOR = 4;

    private final ToolchainResolver.Resolution.Resolved toolchain;
    private final CommandSubstitutes substitutes;
    private final String source;
    private final String flags;
    private final Duration predicted;
    private final String wantedName;
    private final Optional<String> wanted;

    public PlacementRequestFactory(SubmitterScheduler scheduler, CompileCommand command,
            ToolchainResolver.Resolution.Resolved toolchain,
            CommandSubstitutes substitutes, String wantedName) {
        this.substitutes = substitutes;
        this.toolchain = toolchain;
        this.source = command.source().toString();
        this.flags = flagClass(command);
        this.predicted = scheduler.predict(source, flags);
        this.wantedName = wantedName;
        this.wanted = wantedName.isEmpty() ? Optional.empty() : scheduler.named(wantedName);
    }

    /** What changes a compile's time most: optimisation and debug information. */
    private static String flagClass(CompileCommand command) {
        return command.argv().stream().filter(word -> word.startsWith("-O") || word.startsWith("-g"))
                .collect(Collectors.joining(" "));
    }

    /** The offer as it is made to an executor of this architecture. */
    Offer adapt(Offer offer, String architecture) throws IOException {
        // Another compiler looks for other files, so what it misses says nothing about the command's own compiler.
        return architecture.equals(toolchain.architecture())
                ? offer
                : substitutes.adapt(offer, architecture).observed(false);
    }

    /** Whether the command's own compiler would run, without an emulator. */
    boolean runsOwnCompiler(ExecutionMode way) {
        return !way.emulated() && way.processor().equals(toolchain.architecture());
    }

    public Duration predicted() {
        return predicted;
    }

    String source() {
        return source;
    }

    String flags() {
        return flags;
    }

    /** The node that the user asked for, if the mesh has none of that name. */
    public Optional<String> unknownNode() {
        return wantedName.isEmpty() || wanted.isPresent() ? Optional.empty() : Optional.of(wantedName);
    }

    /** Why a command is local whose node the mesh does not have. */
    public static String unknownNode(String name) {
        return "FLOE_NODE=" + name + ": no such node in the mesh";
    }

    public PlacementRequest before(String key) {
        return job(key, TYPICAL_INPUT_BYTES / 10, substitutes.toolchains(new InputSet(List.of())), Set.of());
    }

    /** The command with its inputs. If these are a guess, its result counts only where it is observed. */
    public PlacementRequest with(String key, DiscoveryResult.InputsFound found) {
        InputSet inputs = found.inputs();
        long bytes = inputs.find(Path.of(source)).orElse(null) instanceof Input.File file ? file.digest().size() : 0;
        return job(key, bytes, substitutes.toolchains(inputs),
                found.guess().isPresent() ? Set.of(NodeFeature.OBSERVE.key()) : Set.of());
    }

    private PlacementRequest job(String key, long inputBytes, Map<String, String> standIns, Set<String> features) {
        return new PlacementRequest(key, source,
                new ToolchainNeed(toolchain.id().hex(), toolchain.bytes(), toolchain.architecture(), standIns,
                        features),
                new JobSize(predicted, inputBytes, TYPICAL_MEMORY_BYTES), wanted);
    }

    /** How long an executor that is expected to take {@code run} may take before the submitter gives it up. */
    Duration patience(boolean insist, Duration run) {
        return patience(insist, predicted, run);
    }

    static Duration patience(boolean insist, Duration predicted, Duration run) {
        Duration most = (run.compareTo(predicted) > 0 ? run : predicted)
                .multipliedBy(insist ? (long) PATIENCE_FACTOR * INSISTENT_PATIENCE_FACTOR : PATIENCE_FACTOR);
        Duration least = insist ? MIN_PATIENCE.multipliedBy(INSISTENT_PATIENCE_FACTOR) : MIN_PATIENCE;
        return most.compareTo(least) > 0 ? most : least;
    }
}
