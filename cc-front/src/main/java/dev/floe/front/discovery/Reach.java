package dev.floe.front.discovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import dev.floe.front.CompileCommand;
import dev.floe.front.Family;
import dev.floe.front.FileStat.Kind;
import dev.floe.front.Reason;

/**
 * All that a source reaches by including, found by reading alone: conditions are not evaluated, so this is what the compiler reads and
 * often more. A name is looked for as the compiler does, beside the text that includes it and along the search; what stands behind
 * {@code #include_next} is taken from every directory. A name that a macro gives is taken from all definitions of that macro that are seen.
 * Whatever cannot be told in this way is left to the compiler. Used once, by one thread.
 */
final class Reach {
    /** Words that change how names are found, that hide others, or that make clang read lists of its own. */
    private static final Set<String> HARD = Set.of("-I-", "-remap", "-Xpreprocessor", "-Xclang", "-working-directory",
            "-fms-compatibility", "-fms-extensions", "-traditional", "-traditional-cpp", "-trigraphs");

    private static final Set<String> SEARCH_VARIABLES = Set.of("CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH",
            "OBJC_INCLUDE_PATH", "OBJCPLUS_INCLUDE_PATH");
    private static final List<String> HARD_BEGINNINGS = List.of("=", "$SYSROOT", "-I=", "-isystem=", "-iquote=",
            "-idirafter=",
            "-F", "-iframework", "-working-directory=", "-fxray",
            "-fprofile-list");

    /** Reads a text for what it has. */
    interface Reader {
        Traits traits(Tree.Place place) throws IOException;

        /** How a text defines a macro; see {@link SourceScanner#scanFor}. */
        Set<String> definitions(Tree.Place place, String macro) throws IOException;
    }

    /** A file, and the directory by whose name it is called. */
    private record Text(Path path, Path beside) {}

    private final CompileCommand command;
    private final SearchList search;
    private final Tree tree;
    private final Reader reader;
    private final Map<String, String> defined; // by options, to operands
    private final Map<String, Optional<Path>> quoted = new HashMap<>();
    private final Map<String, Optional<Path>> angled = new HashMap<>();
    private final Map<Text, Tree.Place> texts = new HashMap<>();
    private final Deque<Path> rest = new ArrayDeque<>();
    private final List<Path> files = new ArrayList<>();
    private final Set<Path> beside = new LinkedHashSet<>(); // of texts in which macros stand for names
    private final Set<String> macros = new HashSet<>();
    private final Set<String> bodies = new LinkedHashSet<>();

    Reach(CompileCommand command, SearchList search, Tree tree, Reader reader) {
        this.command = command;
        this.search = search;
        this.tree = tree;
        this.reader = reader;
        this.defined = defined(command.preprocessing().arguments());
    }

    /** Whether the options of a command leave it to its texts what is read. */
    static boolean isPossible(CompileCommand command) {
        boolean clang = command.family() == Family.CLANG;
        return command.environment().keySet().stream().noneMatch(SEARCH_VARIABLES::contains) && command.preprocessing()
                .arguments().stream().noneMatch(word -> HARD.contains(word)
                        || HARD_BEGINNINGS.stream().anyMatch(word::startsWith)
                        || clang && word.startsWith("-fsanitize"));
    }

    /** The files as the compiler would spell them, the source first. */
    List<Path> files() throws IOException, InputsUnknownException {
        rest.add(command.source());
        for (String name : command.preprocessing().forced()) {
            add(resolve("\"" + name, command.cwd()));
        }
        if (command.family() == Family.GCC) {
            add(resolve("<" + Search.BEFORE_ALL, command.cwd()));
        }
        defined.values().stream().filter(Reach::isLiteral).forEach(bodies::add);
        follow();
        while (followMacros() && follow()) {
            continue; // what macros led to may use and define others
        }
        return files;
    }

    /** Follows all that waits; whether anything was new. */
    private boolean follow() throws IOException, InputsUnknownException {
        int before = files.size();
        while (!rest.isEmpty()) {
            Path spelled = rest.removeFirst();
            Optional<Tree.Place> place = tree.look(spelled);
            Path directory = Objects.requireNonNull(spelled.getParent());
            if (place.isEmpty()
                    || texts.putIfAbsent(new Text(place.get().path(), directory), place.get()) != null) {
                continue;
            }
            files.add(spelled);
            if (place.get().stat().kind() == Kind.REGULAR) {
                includes(reader.traits(place.get()), directory, spelled.equals(command.source()));
            }
        }
        return files.size() > before;
    }

    private void includes(Traits traits, Path directory, boolean isSource) throws IOException, InputsUnknownException {
        for (String include : traits.includes()) {
            Optional<Path> found = resolve(include, directory);
            if (found.isEmpty() && isSource && traits.certain().contains(include)) {
                throw new InputsUnknownException(Reason.Code.MISSING_INPUT, include.substring(1));
            }
            add(found);
            if (traits.next().contains(include)) {
                for (Path along : search.all()) {
                    add(first(include.substring(1), List.of(along)));
                }
            }
        }
        bodies.addAll(traits.bodies());
        if (!traits.macros().isEmpty()) {
            beside.add(directory);
            macros.addAll(traits.macros());
        }
    }

    /** Where a literal operand leads to from a text in this directory. */
    private Optional<Path> resolve(String operand, Path directory) throws IOException {
        String name = operand.substring(1);
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        if (operand.charAt(0) == '"') {
            Optional<Path> near = first(name, List.of(directory));
            return near.isPresent() ? near : remembered(name, quoted, search.all());
        }
        return remembered(name, angled, search.searched());
    }

    private Optional<Path> remembered(String name, Map<String, Optional<Path>> found, List<Path> directories)
            throws IOException {
        Optional<Path> known = found.get(name);
        if (known == null) {
            known = first(name, directories);
            found.put(name, known);
        }
        return known;
    }

    private Optional<Path> first(String name, List<Path> directories) throws IOException {
        for (Path directory : directories) {
            if (tree.look(directory, name).filter(place -> place.stat().kind() != Kind.DIRECTORY).isPresent()) {
                return Optional.of(directory.resolve(name));
            }
        }
        return Optional.empty();
    }

    private void add(Optional<Path> found) {
        found.ifPresent(rest::addLast);
    }

    /** What macros may stand for, from each text that includes by a macro; whether there is such a text. */
    private boolean followMacros() throws IOException, InputsUnknownException {
        if (beside.isEmpty()) {
            return false;
        }
        Deque<String> names = new ArrayDeque<>(macros);
        Set<String> done = new HashSet<>();
        while (!names.isEmpty()) {
            String name = names.removeFirst();
            if (done.add(name)) {
                for (String body : definitions(name)) {
                    if (!isLiteral(body)) {
                        names.addLast(body);
                    }
                }
            }
        }
        for (Path directory : beside) {
            for (String body : bodies) {
                add(resolve(body, directory));
            }
        }
        return true;
    }

    private Set<String> definitions(String macro) throws IOException, InputsUnknownException {
        Set<String> found = new LinkedHashSet<>();
        if (!macro.equals(Traits.COMPUTED)) {
            for (Tree.Place place : texts.values()) {
                if (place.stat().kind() == Kind.REGULAR) {
                    found.addAll(reader.definitions(place, macro));
                }
            }
            if (defined.containsKey(macro)) {
                found.add(defined.get(macro));
            }
        }
        if (macro.equals(Traits.COMPUTED) || found.contains(Traits.COMPUTED)
                || found.isEmpty() && macro.startsWith("__")) {
            throw new InputsUnknownException(Reason.Code.COMPUTED_NAME, "#include " + macro);
        }
        return found;
    }

    private static boolean isLiteral(String operand) {
        return operand.startsWith("<") || operand.startsWith("\"");
    }

    /** What {@code -D} makes of macros, as operands of an inclusion. */
    private static Map<String, String> defined(List<String> arguments) {
        Map<String, String> defined = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            String definition = word.equals("-D") && i + 1 < arguments.size()
                    ? arguments.get(++i)
                    : word.startsWith("-D") ? word.substring(2) : "";
            int equals = definition.indexOf('=');
            if (equals > 0) {
                String name = definition.substring(0, equals);
                String operand = SourceScanner.operand(definition.substring(equals + 1));
                defined.merge(name, operand, (one, other) -> one.equals(other) ? one : Traits.COMPUTED);
            }
        }
        return defined;
    }
}
