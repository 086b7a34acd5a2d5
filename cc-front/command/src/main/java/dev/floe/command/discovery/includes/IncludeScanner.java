package dev.floe.command.discovery.includes;

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
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.LocalReason;
import dev.floe.command.discovery.scan.DirectiveScanner;
import dev.floe.command.discovery.scan.SourceScanResult;

/**
 * All that a source reaches by including, found by reading alone: conditions are not evaluated, so this is what the
 * compiler reads and often more. A name is looked for as the compiler does, beside the text that includes it and along
 * the search; what stands behind {@code #include_next} is taken from every directory. A name that a macro gives is
 * taken from all definitions of that macro that are seen. Whatever cannot be told in this way is left to the compiler.
 * Used once, by one thread.
 */
public final class IncludeScanner {
    /** gcc reads it before every source, wherever it finds it first. */
    public static final String BEFORE_ALL = "stdc-predef.h";
    /** Words that change how names are found, that hide others, or that make clang read lists of its own. */
    private static final Set<String> HARD = Set.of("-I-", "-remap", "-Xpreprocessor", "-Xclang", "-working-directory",
            "-fms-compatibility", "-fms-extensions", "-traditional", "-traditional-cpp", "-trigraphs");

    private static final Set<String> SEARCH_VARIABLES = Set.of("CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH",
            "OBJC_INCLUDE_PATH", "OBJCPLUS_INCLUDE_PATH");
    private static final List<String> HARD_BEGINNINGS = List.of("=", "$SYSROOT", "-I=", "-isystem=", "-iquote=",
            "-idirafter=",
            "-F", "-iframework", "-working-directory=", "-fxray",
            "-fprofile-list", "--config");

    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final int MAX_EXPANSIONS = 50;

    /** Reads a text for what it has. */
    public interface FileScanner {
        ScannedFile.TextScan read(ScannedFile text, InputTreeRecorder.ResolvedPath place) throws IOException;

        /** How a text defines a macro; see {@link dev.floe.command.discovery.scan.SourceScanner#scanFor}. */
        Set<String> definitions(InputTreeRecorder.ResolvedPath place, String macro) throws IOException;
    }

    private final CompileCommand command;
    private final HeaderSearchPath search;
    private final PathLookupCache lookups;
    private final FileScanner reader;
    private final Map<Path, ScannedFile> known; // by how they are spelled; from earlier searches too
    private final Map<String, String> defined; // by options, to operands
    private final Deque<ScannedFile> rest = new ArrayDeque<>();
    private final List<ScannedFile> texts = new ArrayList<>();
    private final Set<Path> beside = new LinkedHashSet<>(); // of texts in which macros stand for names
    private final Set<String> macros = new HashSet<>();
    private final Set<String> bodies = new LinkedHashSet<>();

    public IncludeScanner(CompileCommand command, HeaderSearchPath search, PathLookupCache lookups,
            FileScanner reader) {
        this.command = command;
        this.search = search;
        this.lookups = lookups;
        this.reader = reader;
        this.known = lookups.texts(search);
        this.defined = defined(command.preprocessing().arguments());
    }

    /** Whether the options of a command leave it to its texts what is read. */
    public static boolean isPossible(CompileCommand command) {
        boolean clang = command.family() == CompilerFamily.CLANG;
        return command.environment().keySet().stream().noneMatch(SEARCH_VARIABLES::contains) && command.preprocessing()
                .arguments().stream().noneMatch(word -> HARD.contains(word)
                        || HARD_BEGINNINGS.stream().anyMatch(word::startsWith)
                        || clang && word.startsWith("-fsanitize"));
    }

    /** The texts, spelled as the compiler would, the source first. */
    public List<ScannedFile> texts() throws IOException, UnresolvableInputsException {
        add(text(command.source()));
        for (String name : command.preprocessing().forced()) {
            ScannedFile header = resolve("\"" + name, command.cwd());
            if (header == null) {
                throw new UnresolvableInputsException(LocalReason.ReasonCode.MISSING_INPUT, name);
            }
            add(header);
        }
        if (command.family() == CompilerFamily.GCC) {
            add(resolve("<" + BEFORE_ALL, command.cwd()));
        }
        defined.values().stream().filter(IncludeScanner::isLiteral).forEach(bodies::add);
        follow();
        while (followMacros() && follow()) {
            continue; // what macros led to may use and define others
        }
        return texts;
    }

    /** Follows all that waits; whether anything was new. */
    private boolean follow() throws IOException, UnresolvableInputsException {
        int before = texts.size();
        while (!rest.isEmpty()) {
            ScannedFile text = rest.removeFirst();
            Optional<InputTreeRecorder.ResolvedPath> place = text.place(lookups);
            if (place.isEmpty()) {
                continue;
            }
            texts.add(text);
            if (place.get().stat().kind() == FileKind.OTHER && !place.get().path().toString().equals("/dev/null")) {
                throw new UnresolvableInputsException(LocalReason.ReasonCode.SPECIAL_INPUT, text.spelled().toString());
            }
            if (place.get().stat().kind() == FileKind.REGULAR) {
                text.read(reader.read(text, place.get()));
                includes(text, text.spelled().equals(command.source()));
            }
        }
        return texts.size() > before;
    }

    private void includes(ScannedFile text, boolean isSource) throws IOException, UnresolvableInputsException {
        SourceScanResult traits = text.traits();
        for (ScannedFile.Include include : text.includes()) {
            ScannedFile found = include.found(this);
            if (found != null) {
                add(found);
            } else if (isSource && traits.certain().contains(include.operand())) {
                throw new UnresolvableInputsException(LocalReason.ReasonCode.MISSING_INPUT,
                        include.operand().substring(1));
            }
            if (traits.next().contains(include.operand())) {
                for (Path along : search.all()) {
                    add(first(include.operand().substring(1), List.of(along), new ArrayList<>()));
                }
            }
        }
        bodies.addAll(traits.bodies());
        if (!traits.macros().isEmpty()) {
            beside.add(text.directory());
            macros.addAll(traits.macros());
        }
    }

    /** Where a literal operand leads to from a text in this directory; the ways that were tried go to {@code tried}. */
    @Nullable
    ScannedFile resolve(String operand, Path directory, List<PathResolution> tried) throws IOException {
        String name = operand.substring(1);
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            return null;
        }
        if (operand.charAt(0) == '"') {
            ScannedFile near = first(name, List.of(directory), tried);
            return near != null ? near : first(name, search.all(), tried);
        }
        return first(name, search.searched(), tried);
    }

    private @Nullable ScannedFile resolve(String operand, Path directory) throws IOException {
        return resolve(operand, directory, new ArrayList<>());
    }

    private @Nullable ScannedFile first(String name, List<Path> directories, List<PathResolution> tried)
            throws IOException {
        for (Path directory : directories) {
            PathResolution way = lookups.resolve(lookups.directory(directory), name);
            tried.add(way);
            if (InputTreeRecorder.place(way).filter(place -> place.stat().kind() != FileKind.DIRECTORY).isPresent()) {
                return text(directory.resolve(name));
            }
        }
        return null;
    }

    PathLookupCache lookups() {
        return lookups;
    }

    private ScannedFile text(Path spelled) {
        return known.computeIfAbsent(spelled, ScannedFile::new);
    }

    private void add(@Nullable ScannedFile found) {
        if (found != null && found.isNewTo(lookups.search())) {
            rest.addLast(found);
        }
    }

    /** What macros may stand for, from each text that includes by a macro; whether there is such a text. */
    private boolean followMacros() throws IOException, UnresolvableInputsException {
        if (beside.isEmpty()) {
            return false;
        }
        Deque<String> names = new ArrayDeque<>(macros);
        Set<String> done = new HashSet<>();
        while (!names.isEmpty()) {
            String name = names.removeFirst();
            if (done.add(name)) {
                for (String body : definitions(name)) {
                    if (isLiteral(body)) {
                        bodies.addAll(expanded(body));
                    } else {
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

    /**
     * What becomes of a literal in angle brackets if macros in it stand for other words; one in quotes stays as it
     * is. Bounded: what is left out is missed by the compile, and is then known.
     */
    private Set<String> expanded(String body) throws IOException {
        Set<String> all = new LinkedHashSet<>(Set.of(body));
        Deque<String> rest = new ArrayDeque<>(body.startsWith("<") ? all : Set.of());
        while (!rest.isEmpty() && all.size() < MAX_EXPANSIONS) {
            String form = rest.removeFirst();
            Matcher word = WORD.matcher(form);
            while (word.find()) {
                for (String other : bodiesOf(word.group())) {
                    String next = form.substring(0, word.start()) + other + form.substring(word.end());
                    if (WORD.matcher(other).matches() && all.add(next)) {
                        rest.addLast(next);
                    }
                }
            }
        }
        return all;
    }

    private Set<String> bodiesOf(String macro) throws IOException {
        Set<String> found = new LinkedHashSet<>();
        for (ScannedFile text : texts) {
            Optional<InputTreeRecorder.ResolvedPath> place = text.place(lookups);
            if (place.isPresent() && place.get().stat().kind() == FileKind.REGULAR) {
                found.addAll(reader.definitions(place.get(), macro));
            }
        }
        if (defined.containsKey(macro)) {
            found.add(defined.get(macro));
        }
        return found;
    }

    private Set<String> definitions(String macro) throws IOException, UnresolvableInputsException {
        Set<String> found = macro.equals(SourceScanResult.COMPUTED) ? Set.of() : bodiesOf(macro);
        if (macro.equals(SourceScanResult.COMPUTED) || found.contains(SourceScanResult.COMPUTED)
                || found.isEmpty() && macro.startsWith("__")) {
            throw new UnresolvableInputsException(LocalReason.ReasonCode.COMPUTED_NAME, "#include " + macro);
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
                String operand = DirectiveScanner.operandOf(definition.substring(equals + 1));
                defined.merge(name, operand, (one, other) -> one.equals(other) ? one : SourceScanResult.COMPUTED);
            }
        }
        return defined;
    }
}
