package dev.floe.front.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.floe.front.CompileCommand;
import dev.floe.front.Machine;
import dev.floe.front.RunOutput;

/**
 * Where a compiler looks for headers by itself, spelled out as options for another compiler, which then looks there and nowhere else. The
 * compiler is asked once for each set of options that can matter, and again when a directory has appeared that it had passed over. Bounded,
 * safe for threads.
 */
public final class StandardSearch {
    private static final int MOST = 200;
    private static final List<String> ALSO_MATTER = List.of("-nostdinc++", "-pthread", "-ansi");
    private static final List<String> VARIABLES = List.of("CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH",
            "OBJC_INCLUDE_PATH");

    private final Map<List<String>, Known> known = new LinkedHashMap<>(16, 0.75f, true); // guarded by itself

    /** @param absent what would be searched if it were there */
    private record Known(List<Path> searched, List<Path> absent) {}

    /**
     * Options that stand behind those of the command. Named in this way the directories come after those of the command's own
     * {@code -isystem}, and before those of its {@code -idirafter}, as the compiler's own do; what the other compiler would search by itself comes
     * later, and nothing of it is there. ({@code -nostdinc} would also keep gcc from reading {@code stdc-predef.h}.)
     *
     * @param toolchain that the compiler is
     */
    public List<String> options(CompileCommand command, String toolchain, Machine machine) throws IOException {
        List<String> arguments = command.preprocessing().arguments();
        if (!command.language().needsPreprocessing() || arguments.contains("-nostdinc")) {
            return List.of();
        }
        List<String> question = new ArrayList<>();
        question.add(command.invocation().argv().getFirst());
        arguments.stream().filter(word -> word.startsWith("-m") || ALSO_MATTER.contains(word)).forEach(question::add);
        question.addAll(List.of("-E", "-v", "-x", command.language().option(), "/dev/null"));
        List<String> key = new ArrayList<>(question);
        key.add(toolchain);
        Known search;
        synchronized (known) {
            search = known.get(key);
        }
        if (search == null || !holds(search, machine)) {
            search = ask(command, question, machine);
            synchronized (known) {
                known.put(key, search);
                if (known.size() > MOST) {
                    known.remove(known.keySet().iterator().next());
                }
            }
        }
        List<String> options = new ArrayList<>();
        for (Path directory : search.searched()) {
            options.add("-isystem");
            options.add(directory.toString());
        }
        return options;
    }

    private static boolean holds(Known search, Machine machine) throws IOException {
        for (Path directory : search.absent()) {
            if (machine.lstat(directory).isPresent()) {
                return false;
            }
        }
        for (Path directory : search.searched()) {
            if (machine.lstat(directory).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static Known ask(CompileCommand command, List<String> question, Machine machine) throws IOException {
        Map<String, String> environment = new HashMap<>(command.environment());
        VARIABLES.forEach(environment::remove);
        environment.put("LC_ALL", "C");
        environment.remove("LANGUAGE");
        RunOutput said = machine.run(command.invocation().compiler(), question, command.cwd(), environment);
        SearchList search = SearchList.parse(new String(said.stderr(), UTF_8), command.cwd());
        if (said.exitCode() != 0 || search.searched().isEmpty()) {
            throw new IOException(command.invocation().compiler() + " does not say where it looks for headers");
        }
        List<Path> absent = new ArrayList<>();
        for (Path directory : search.ignored()) {
            if (machine.lstat(directory).isEmpty()) {
                absent.add(directory);
            }
        }
        return new Known(search.searched(), absent);
    }
}
