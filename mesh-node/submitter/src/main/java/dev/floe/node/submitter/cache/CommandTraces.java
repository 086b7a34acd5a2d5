package dev.floe.node.submitter.cache;

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

import dev.floe.command.CompileCommand;
import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.manifest.DependencyTrace;
import dev.floe.command.manifest.ManifestCache.ManifestLookup;
import dev.floe.command.manifest.ManifestKey;
import dev.floe.command.manifest.QueriedVariables;
import dev.floe.command.observation.SystemQuery;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.node.submitter.context.CacheMissExplainer;
import dev.floe.node.submitter.context.CommandCacheKeys;
import dev.floe.node.submitter.context.CompileTask;
import dev.floe.node.submitter.context.SubmitterCaches;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult.Observed;

/**
 * The traces of observed compiles of one command: the inputs at which they looked, and the variables that they asked
 * for.
 */
public final class CommandTraces {
    private static final String TIME_ZONE = "TZ";

    private final SubmitterCaches memory;
    private final CompileCommand command;
    private final String toolchain;
    private @Nullable ManifestKey key; // made at first use, which a command whose results are not cached has not

    /**
     * Of one compile.
     *
     * @param used which of the files of its inputs
     * @param key  of its result
     */
    record ObservedResult(QueriedVariables variables, BitSet used, ActionKey key) {}

    public CommandTraces(SubmitterCaches memory, CompileCommand command, String toolchain) {
        this.memory = memory;
        this.command = command;
        this.toolchain = toolchain;
    }

    private ManifestKey key() {
        ManifestKey known = key;
        if (known == null) {
            known = ManifestKey.withoutVariables(command, toolchain);
            key = known;
        }
        return known;
    }

    /**
     * The compile whose questions have the same answers now. What it missed is not looked at; its result tells that.
     */
    public ManifestLookup<CacheMissExplainer.KnownAction> recall(HostAccess machine) throws IOException {
        return memory.traced().recall(key(), command.environment(), machine);
    }

    /** What a compile of these inputs depended on; empty if that is not known. */
    Optional<ObservedResult> made(InputSet inputs, @Nullable WireObservation observation, ActionKey result) {
        return observation == null || !observation.isComplete()
                ? Optional.empty()
                : made(inputs, observation.missingVariables(), observation.presentVariables(), observation.queries(),
                        observation.used(), result);
    }

    /** The same of one whose result was kept. */
    Optional<ObservedResult> made(InputSet inputs, @Nullable Observed observed, ActionKey result) {
        return observed == null || !observed.gap().isEmpty()
                ? Optional.empty()
                : made(inputs, observed.missingVariables(), observed.presentVariables(), observed.queries(),
                        observed.used(), result);
    }

    /** A compile that asks for the time zone depends on times of files. */
    private Optional<ObservedResult> made(InputSet inputs, List<String> unset, List<String> set, List<String> queries,
            byte[] used, ActionKey result) {
        BitSet files = BitSet.valueOf(used);
        long count = inputs.inputs().stream().filter(Input.File.class::isInstance).count();
        if (files.isEmpty() || files.length() > count || unset.contains(TIME_ZONE) || set.contains(TIME_ZONE)) {
            return Optional.empty();
        }
        boolean makesDates = queries.stream().anyMatch(
                query -> query.startsWith(SystemQuery.CALENDAR + ":") || query.startsWith(SystemQuery.DATE + ":"));
        return Optional.of(new ObservedResult(QueriedVariables.of(command.environment(),
                Stream.concat(unset.stream(), set.stream()).toList(), makesDates), files, result));
    }

    /** @param keys of the result */
    void remember(CompileTask task, ObservedResult made, CommandCacheKeys keys) {
        remember(new DependencyTrace(made.variables(), made.used(), made.key(), "").narrow(task.inputs()),
                task.machine(),
                made.variables(), keys);
    }

    /** Remembers inputs that were looked at, unless they have changed since. */
    void remember(InputSet inputs, HostAccess machine, QueriedVariables variables, CommandCacheKeys keys) {
        twins(inputs, machine).ifPresent(twins -> memory.traced().remember(key(), inputs, twins, variables,
                CacheMissExplainer.KnownAction.of(keys, command, toolchain)));
    }

    /** The state of those inputs that may be taken for one another; empty if it is not what the compile was told. */
    private static Optional<Map<Path, FileStat>> twins(InputSet inputs, HostAccess machine) {
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
