package dev.floe.node.submit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.floe.front.CompileCommand;
import dev.floe.front.FileStat;
import dev.floe.front.Input;
import dev.floe.front.InputSet;
import dev.floe.front.Machine;
import dev.floe.front.manifest.AskedVariables;
import dev.floe.front.manifest.ManifestKey;
import dev.floe.front.manifest.Manifests.Recalled;
import dev.floe.front.manifest.Trace;
import dev.floe.front.observation.Query;
import dev.floe.node.wire.WireObservation;
import dev.floe.store.action.ActionKey;
import dev.floe.store.action.ActionResult.Observed;

/** What observed compiles of one command depended on: of its inputs those that were looked at, of its variables those that were asked for. */
final class Traces {
    private static final String TIME_ZONE = "TZ";

    private final Submitter.Memory memory;
    private final CompileCommand command;
    private final String toolchain;
    private final ManifestKey key;

    /**
     * Of one compile.
     *
     * @param used which of the files of its inputs
     * @param key  of its result
     */
    record Made(AskedVariables variables, BitSet used, ActionKey key) {}

    Traces(Submitter.Memory memory, CompileCommand command, String toolchain) {
        this.memory = memory;
        this.command = command;
        this.toolchain = toolchain;
        this.key = ManifestKey.withoutVariables(command, toolchain);
    }

    /** The compile whose questions have the same answers now. What it missed is not looked at; its result tells that. */
    Recalled<Nearest.Known> recall(Machine machine) throws IOException {
        return memory.traced().recall(key, command.environment(), machine);
    }

    /** What a compile of these inputs depended on; empty if that is not known. */
    Optional<Made> made(InputSet inputs, @Nullable WireObservation observation, ActionKey result) {
        return observation == null || !observation.isComplete()
                ? Optional.empty()
                : made(inputs, observation.missingVariables(), observation.presentVariables(), observation.queries(),
                        observation.used(), result);
    }

    /** The same of one whose result was kept. */
    Optional<Made> made(InputSet inputs, @Nullable Observed observed, ActionKey result) {
        return observed == null || !observed.gap().isEmpty()
                ? Optional.empty()
                : made(inputs, observed.missingVariables(), observed.presentVariables(), observed.queries(),
                        observed.used(), result);
    }

    /** A compile that asks for the time zone depends on times of files. */
    private Optional<Made> made(InputSet inputs, List<String> unset, List<String> set, List<String> queries,
            byte[] used, ActionKey result) {
        BitSet files = BitSet.valueOf(used);
        long count = inputs.inputs().stream().filter(Input.File.class::isInstance).count();
        if (files.isEmpty() || files.length() > count || unset.contains(TIME_ZONE) || set.contains(TIME_ZONE)) {
            return Optional.empty();
        }
        boolean makesDates = queries.stream().anyMatch(
                query -> query.startsWith(Query.CALENDAR + ":") || query.startsWith(Query.DATE + ":"));
        return Optional.of(new Made(AskedVariables.of(command.environment(),
                Stream.concat(unset.stream(), set.stream()).toList(), makesDates), files, result));
    }

    /** @param keys of the result */
    void remember(CompileTask task, Made made, ResultKeys keys) {
        remember(new Trace(made.variables(), made.used(), made.key(), "").narrow(task.inputs()), task.machine(),
                made.variables(), keys);
    }

    /** Remembers inputs that were looked at, unless they have changed since. */
    void remember(InputSet inputs, Machine machine, AskedVariables variables, ResultKeys keys) {
        twins(inputs, machine).ifPresent(twins -> memory.traced().remember(key, inputs, twins, variables,
                Nearest.Known.of(keys, command, toolchain)));
    }

    /** The state of those inputs that may be taken for one another; empty if it is not what the compile was told. */
    private static Optional<Map<Path, FileStat>> twins(InputSet inputs, Machine machine) {
        List<Input.File> files = new ArrayList<>();
        for (Input input : inputs.inputs()) {
            if (input instanceof Input.File file && (file.keepTime() || file.group() > 0)) {
                files.add(file);
            }
        }
        Map<Path, FileStat> twins = new HashMap<>();
        try {
            List<Optional<FileStat>> stats = files.isEmpty()
                    ? List.of()
                    : machine.lstat(files.stream().map(Input.File::path).toList());
            for (int i = 0; i < stats.size(); i++) {
                Input.File file = files.get(i);
                FileStat stat = stats.get(i).orElse(null);
                if (stat == null || stat.mtimeNanos() != file.mtimeNanos()) {
                    return Optional.empty();
                }
                twins.put(file.path(), stat);
            }
        } catch (IOException _) {
            return Optional.empty();
        }
        return Optional.of(twins);
    }
}
