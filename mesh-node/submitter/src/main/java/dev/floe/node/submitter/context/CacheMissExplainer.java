package dev.floe.node.submitter.context;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.floe.command.CacheScope;
import dev.floe.command.CompileCommand;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.manifest.ManifestCache.ManifestLookup;
import dev.floe.node.cache.keys.PathNormalizer;

/** In what a command differs from the most similar one that was compiled here before: why its result is not known. */
public final class CacheMissExplainer {
    private static final int MAX_SHOWN = 8;

    private CacheMissExplainer() {}

    /** What is kept of a command besides its inputs. */
    public record KnownAction(CommandCacheKeys keys, PathNormalizer anchors, List<String> argv,
            Map<String, String> environment, Path source,
            String toolchain) {
        public static KnownAction of(CommandCacheKeys keys, CompileCommand command, String toolchain) {
            PathNormalizer anchors = command.sharing() instanceof CacheScope.Portable portable
                    ? new PathNormalizer(command.cwd().toString(), portable.root().toString(), portable.mapped())
                    : new PathNormalizer(command.cwd().toString(), "", false);
            return new KnownAction(keys, anchors, command.argv(), command.environment(), command.source(), toolchain);
        }

        String name(Path path) {
            return anchors.toPortable(path.toString());
        }
    }

    /** The differences, a line each; empty if no source of this name was compiled here. */
    public static List<String> differences(KnownAction wanted, InputSet inputs,
            List<ManifestLookup.Unchanged<KnownAction>> all) {
        Path name = wanted.source().getFileName();
        Optional<List<String>> nearest = all.stream()
                .filter(known -> name != null && name.equals(known.value().source().getFileName()))
                .map(known -> compare(wanted, inputs, known)).min(Comparator.comparingInt(List::size));
        List<String> lines = nearest.orElse(List.of());
        if (lines.size() <= MAX_SHOWN) {
            return lines;
        }
        List<String> some = new ArrayList<>(lines.subList(0, MAX_SHOWN));
        some.add("and " + (lines.size() - MAX_SHOWN) + " more");
        return some;
    }

    private static List<String> compare(KnownAction wanted, InputSet inputs,
            ManifestLookup.Unchanged<KnownAction> there) {
        KnownAction known = there.value();
        List<String> lines = new ArrayList<>();
        differ(lines, "toolchain", wanted.toolchain(), known.toolchain());
        differ(lines, "directory", wanted.anchors().toPortable(wanted.anchors().directory()),
                known.anchors().toPortable(known.anchors().directory()));
        Set<String> words = new LinkedHashSet<>(wanted.argv());
        known.argv().forEach(words::remove);
        words.forEach(word -> lines.add("argument " + word + " is not there"));
        Set<String> others = new LinkedHashSet<>(known.argv());
        wanted.argv().forEach(others::remove);
        others.forEach(word -> lines.add("argument " + word + " is there alone"));
        if (words.isEmpty() && others.isEmpty() && !wanted.argv().equals(known.argv())) {
            lines.add("arguments stand in another order");
        }
        Set<String> variables = new LinkedHashSet<>(wanted.environment().keySet());
        variables.addAll(known.environment().keySet());
        for (String variable : variables) {
            differ(lines, "variable " + variable,
                    wanted.anchors().toPortable(wanted.environment().getOrDefault(variable, "unset")),
                    known.anchors().toPortable(known.environment().getOrDefault(variable, "unset")));
        }
        files(lines, wanted, inputs, known, there.inputs());
        return lines;
    }

    private static void files(List<String> lines, KnownAction wanted, InputSet here, KnownAction known,
            InputSet there) {
        Map<String, Input> others = new HashMap<>();
        there.inputs().stream().filter(input -> !known.anchors().isAbove(input.path().toString()))
                .forEach(input -> others.put(known.name(input.path()), input));
        for (Input input : here.inputs()) {
            Input other = others.remove(wanted.name(input.path()));
            if (wanted.anchors().isAbove(input.path().toString())) {
                continue;
            }
            if (other == null) {
                lines.add("input " + input.path() + " is not there");
            } else if (input instanceof Input.File file
                    && !(other instanceof Input.File same && same.digest().equals(file.digest()))) {
                lines.add("input " + input.path() + " has other contents there");
            }
        }
        others.keySet().forEach(path -> lines.add("input " + path + " is there alone"));
    }

    private static void differ(List<String> lines, String what, String here, String there) {
        if (!here.equals(there)) {
            lines.add(what + " is " + there + " there");
        }
    }
}
