package dev.floe.command.parser;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.floe.command.CompilerFamily;
import dev.floe.command.HostAccess;
import dev.floe.command.Invocation;
import dev.floe.command.ProcessOutput;
import dev.floe.command.options.ResponseFileExpander;

/**
 * Spells out {@code -march=native} and its kin. The driver shows with {@code -###} how it would call the compiler
 * proper; the difference between the command as given and without these options is what they stand for. The spelled-out
 * command is then shown too, and used only if it calls the compiler proper in the same way: word for word, or, where
 * the output does not record the command, with the same processor words in order and the same others in any order.
 */
final class MarchNativeExpander {
    private static final Set<String> NAMED_SCRATCH = Set.of("-o", "-dumpbase", "-dumpbase-ext", "-dumpdir",
            "-auxbase", "-auxbase-strip");
    private static final String CLANG_FEATURE = "-target-feature";

    private final Invocation invocation;
    private final CompilerFamily family;
    private final HostAccess machine;

    MarchNativeExpander(Invocation invocation, CompilerFamily family, HostAccess machine) {
        this.invocation = invocation;
        this.family = family;
        this.machine = machine;
    }

    /**
     * The words with {@code natives} replaced; empty if that would change the output, or cannot be done.
     *
     * @param records whether the output records the command line
     */
    Optional<List<String>> spellOut(List<String> words, List<String> natives, boolean records) throws IOException {
        ExpandedOptions shown = shown(words);
        if (shown.call().isEmpty()) {
            return Optional.empty();
        }
        Optional<List<String>> spelledOut = family == CompilerFamily.GCC
                ? gcc(words, natives, normal(shown.call()))
                : Optional.of(clang(words, natives, shown.call()));
        if (spelledOut.isEmpty()) {
            return Optional.empty();
        }
        List<String> spelled = spelledOut.get();
        ExpandedOptions again = shown(spelled);
        if (!again.warnings().equals(shown.warnings())) {
            return Optional.empty();
        }
        List<String> given = normal(shown.call());
        List<String> replayed = normal(again.call());
        boolean same = given.equals(replayed);
        if (!same && !records) {
            same = family == CompilerFamily.GCC
                    ? processor(given).equals(processor(replayed)) && others(given).equals(others(replayed))
                    : features(given, true).equals(features(replayed, true))
                            && features(given, false).equals(features(replayed, false));
        }
        return same ? Optional.of(List.copyOf(spelled)) : Optional.empty();
    }

    /** @param given the call of the compiler proper, normal */
    private Optional<List<String>> gcc(List<String> words, List<String> natives, List<String> given)
            throws IOException {
        List<String> rest = new ArrayList<>(words);
        rest.removeAll(natives);
        List<String> without = normal(shown(rest).call());
        int from = 0;
        while (from < Math.min(given.size(), without.size()) && given.get(from).equals(without.get(from))) {
            from++;
        }
        int same = 0;
        while (same < Math.min(given.size(), without.size()) - from
                && given.get(given.size() - 1 - same).equals(without.get(without.size() - 1 - same))) {
            same++;
        }
        // What the driver does without a native option, such as -mtune=generic, may stand in its place.
        List<String> meant = new ArrayList<>(given.subList(from, given.size() - same));
        if (!meant.stream().allMatch(word -> word.startsWith("-m") || word.startsWith("--param"))) {
            return Optional.empty();
        }
        if (natives.contains("-mcpu=native")) { // an old name of -mtune, which the driver warns of
            meant.replaceAll(word -> word.replace("-mtune=", "-mcpu="));
        }
        List<String> spelled = new ArrayList<>(words);
        int at = spelled.indexOf(natives.getFirst());
        spelled.removeAll(natives);
        spelled.addAll(at, meant);
        return Optional.of(spelled);
    }

    private static List<String> clang(List<String> words, List<String> natives, List<String> given) {
        List<String> spelled = new ArrayList<>();
        for (String word : words) {
            String named = word.startsWith("-mtune=") ? "-tune-cpu" : "-target-cpu";
            int at = given.indexOf(named);
            if (!natives.contains(word)) {
                spelled.add(word);
            } else if (at >= 0 && at + 1 < given.size()) {
                spelled.add(word.substring(0, word.indexOf('=') + 1) + given.get(at + 1));
            }
        }
        if (natives.stream().anyMatch(option -> !option.startsWith("-mtune="))) {
            List<String> inOrder = new ArrayList<>();
            features(given, true).forEach(f -> inOrder.addAll(List.of("-Xclang", CLANG_FEATURE, "-Xclang", f)));
            spelled.addAll(0, inOrder);
        }
        return spelled;
    }

    /**
     * What the driver shows.
     *
     * @param call     of the compiler proper; empty if there is none
     * @param warnings that it prints beside
     */
    private record ExpandedOptions(List<String> call, List<String> warnings) {}

    private ExpandedOptions shown(List<String> words) throws IOException {
        List<String> argv = new ArrayList<>(words);
        argv.addFirst("-###");
        argv.addFirst(invocation.argv().getFirst());
        ProcessOutput output = machine.run(invocation.compiler(), argv, invocation.cwd(), invocation.environment());
        List<String> lines = List.of(new String(output.stderr(), UTF_8).split("\n"));
        List<String> warnings = lines.stream().filter(line -> line.contains("warning: ")).toList();
        for (String line : lines) {
            List<String> call = line.startsWith(" ") ? ResponseFileExpander.split(line) : List.of();
            boolean proper = family == CompilerFamily.GCC
                    ? !call.isEmpty() && String.valueOf(Path.of(call.getFirst()).getFileName()).startsWith("cc1")
                    : call.size() > 1 && call.get(1).equals("-cc1");
            if (output.exitCode() == 0 && proper) {
                return new ExpandedOptions(call, warnings);
            }
        }
        return new ExpandedOptions(List.of(), warnings);
    }

    /** Without the names of scratch files, and with parameters in one word. */
    private static List<String> normal(List<String> call) {
        List<String> normal = new ArrayList<>();
        for (int i = 0; i < call.size(); i++) {
            String word = call.get(i);
            if (NAMED_SCRATCH.contains(word)) {
                i++;
            } else if (word.equals("--param") && i + 1 < call.size()) {
                normal.add("--param=" + call.get(++i));
            } else if (!word.equals("-quiet")) {
                normal.add(word);
            }
        }
        return normal;
    }

    private static List<String> processor(List<String> call) {
        return call.stream().filter(word -> word.startsWith("-m")).toList();
    }

    private static List<String> others(List<String> call) {
        return call.stream().filter(word -> !word.startsWith("-m")).sorted().toList();
    }

    /** clang's processor features in order, or all words but those. */
    private static List<String> features(List<String> call, boolean wanted) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < call.size(); i++) {
            boolean feature = call.get(i).equals(CLANG_FEATURE) && i + 1 < call.size();
            if (feature && wanted) {
                found.add(call.get(i + 1));
            } else if (!feature && !wanted) {
                found.add(call.get(i));
            }
            i += feature ? 1 : 0;
        }
        return found;
    }
}
