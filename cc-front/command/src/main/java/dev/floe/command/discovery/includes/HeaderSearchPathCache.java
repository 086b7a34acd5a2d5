package dev.floe.command.discovery.includes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import dev.floe.command.CompileCommand;
import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.ProcessOutput;
import dev.floe.store.BoundedMap;

/**
 * A cache of header search paths. A compiler is asked once for each set of options and variables that can matter, and
 * again when a directory that it looked at has come, gone or become another. Bounded, safe for threads.
 */
public final class HeaderSearchPathCache {
    private static final int MAX = 500;

    /** What does not matter, with the word behind it. */
    private static final Set<String> VALUED = Set.of("-D", "-U", "-include", "-imacros");

    /** What an answer depends on. */
    private record SearchPathQuery(String toolchain, Path compiler, List<String> argv, Path cwd,
            Map<String, String> environment) {}

    /**
     * What a name led to; the times of directories do not matter, but of those in which clang looks for a gcc, and of
     * specs.
     */
    private record ObservedDirectory(Path spelled, boolean times, Optional<Path> real, FileStat stat) {}

    private record CachedSearchPath(HeaderSearchPath list, List<ObservedDirectory> met) {}

    private static final FileStat NOTHING = new FileStat(FileStat.FileKind.OTHER, 0, 0, 0, 0, 0, 0, null);

    private final Map<SearchPathQuery, CachedSearchPath> known = BoundedMap.concurrent(MAX);

    /**
     * Where the compiler of a command looks with these arguments.
     *
     * @param toolchain that the compiler is
     * @param named     directories that the arguments name; where two are one, clang does not say which name it leaves
     *                  out
     * @throws IOException if the compiler does not say
     */
    public HeaderSearchPath of(CompileCommand command, String toolchain, List<String> arguments, Collection<Path> named,
            Map<String, String> environment, HostAccess machine, InputTreeRecorder tree) throws IOException {
        List<String> argv = new ArrayList<>();
        argv.add(command.invocation().argv().getFirst());
        argv.addAll(arguments);
        argv.addAll(List.of("-E", "-v", "-x", command.language().option(), "/dev/null"));
        Map<String, String> variables = new TreeMap<>(environment);
        variables.remove("PWD");
        variables.remove("SOURCE_DATE_EPOCH"); // another one in each build
        SearchPathQuery question = new SearchPathQuery(toolchain, command.invocation().compiler(), argv, command.cwd(),
                variables);
        CachedSearchPath answer = known.get(question);
        if (answer == null || !holds(answer, tree)) {
            HeaderSearchPath list = ask(command, argv, environment, machine);
            answer = new CachedSearchPath(list, met(list, named, tree));
            known.put(question, answer);
        }
        return answer.list();
    }

    /** The arguments of a command by which the answer may change, as far as is known. */
    public static List<String> mattering(CompileCommand.Preprocessing preprocessing) {
        List<String> arguments = preprocessing.arguments();
        List<String> mattering = new ArrayList<>();
        int source = arguments.lastIndexOf(preprocessing.sourceName());
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (VALUED.contains(word)) {
                i++;
            } else if (i != source && !word.equals("--") && !word.startsWith("-D") && !word.startsWith("-U")) {
                mattering.add(word);
            }
        }
        return mattering;
    }

    private static HeaderSearchPath ask(CompileCommand command, List<String> argv, Map<String, String> environment,
            HostAccess machine) throws IOException {
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("LC_ALL", "C");
        variables.remove("LANGUAGE");
        ProcessOutput said = machine.run(command.invocation().compiler(), argv, command.cwd(), variables);
        HeaderSearchPath list = HeaderSearchPath.parse(new String(said.stderr(), UTF_8), command.cwd());
        if (said.exitCode() != 0) {
            throw new IOException(command.invocation().compiler() + " does not print its header search path");
        }
        return list;
    }

    private static List<ObservedDirectory> met(HeaderSearchPath list, Collection<Path> named, InputTreeRecorder tree)
            throws IOException {
        Set<Path> directories = new LinkedHashSet<>(named);
        directories.addAll(list.all());
        directories.addAll(list.ignored());
        List<ObservedDirectory> met = new ArrayList<>();
        for (Path directory : directories) {
            met.add(meet(directory, false, tree));
        }
        for (Path specs : list.specs()) {
            met.add(meet(specs, true, tree));
        }
        for (Path installation : list.installations()) {
            for (Path above = installation; above != null && above.getNameCount() > 2; above = above.getParent()) {
                met.add(meet(above, true, tree));
            }
        }
        return met;
    }

    private static ObservedDirectory meet(Path directory, boolean times, InputTreeRecorder tree) throws IOException {
        Optional<InputTreeRecorder.ResolvedPath> place = tree.look(directory);
        return new ObservedDirectory(directory, times, place.map(InputTreeRecorder.ResolvedPath::path),
                place.map(InputTreeRecorder.ResolvedPath::stat).map(stat -> times ? stat : identity(stat))
                        .orElse(NOTHING));
    }

    private static boolean holds(CachedSearchPath answer, InputTreeRecorder tree) throws IOException {
        for (ObservedDirectory met : answer.met()) {
            if (!meet(met.spelled(), met.times(), tree).equals(met)) {
                return false;
            }
        }
        return true;
    }

    private static FileStat identity(FileStat stat) {
        return new FileStat(stat.kind(), 0, 0, 0, 0, stat.device(), stat.inode(), null);
    }
}
