package dev.floe.node.submit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.floe.front.CompileCommand;
import dev.floe.front.Input;
import dev.floe.front.InputSet;
import dev.floe.front.Sharing;
import dev.floe.front.manifest.Manifests.Recalled;
import dev.floe.node.cache.Anchors;

/** In what a command differs from the most similar one that was compiled here before: why its result is not known. */
final class Nearest {
    private static final int MOST_SHOWN = 8;

    private Nearest() {}

    /** What is kept of a command besides its inputs. */
    record Known(ResultKeys keys, Anchors anchors, List<String> argv, Map<String, String> environment, Path source,
            String toolchain) {
        static Known of(ResultKeys keys, CompileCommand command, String toolchain) {
            Anchors anchors = command.sharing() instanceof Sharing.Portable portable
                    ? new Anchors(command.cwd().toString(), portable.root().toString(), portable.mapped())
                    : new Anchors(command.cwd().toString(), "", false);
            return new Known(keys, anchors, command.argv(), command.environment(), command.source(), toolchain);
        }

        String name(Path path) {
            return anchors.name(path.toString());
        }
    }

    /** The differences, a line each; empty if no source of this name was compiled here. */
    static List<String> differences(Known wanted, InputSet inputs, List<Recalled.Same<Known>> all) {
        Path name = wanted.source().getFileName();
        Optional<List<String>> nearest = all.stream()
                .filter(known -> name != null && name.equals(known.value().source().getFileName()))
                .map(known -> compare(wanted, inputs, known)).min(Comparator.comparingInt(List::size));
        List<String> lines = nearest.orElse(List.of());
        if (lines.size() <= MOST_SHOWN) {
            return lines;
        }
        List<String> some = new ArrayList<>(lines.subList(0, MOST_SHOWN));
        some.add("and " + (lines.size() - MOST_SHOWN) + " more");
        return some;
    }

    private static List<String> compare(Known wanted, InputSet inputs, Recalled.Same<Known> there) {
        Known known = there.value();
        List<String> lines = new ArrayList<>();
        differ(lines, "toolchain", wanted.toolchain(), known.toolchain());
        differ(lines, "directory", wanted.anchors().name(wanted.anchors().directory()),
                known.anchors().name(known.anchors().directory()));
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
                    wanted.anchors().name(wanted.environment().getOrDefault(variable, "unset")),
                    known.anchors().name(known.environment().getOrDefault(variable, "unset")));
        }
        files(lines, wanted, inputs, known, there.inputs());
        return lines;
    }

    private static void files(List<String> lines, Known wanted, InputSet here, Known known, InputSet there) {
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
