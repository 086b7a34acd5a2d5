package dev.floe.front.discovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.floe.front.CompileCommand;
import dev.floe.front.CompileCommand.Preprocessing;
import dev.floe.front.Discovery;
import dev.floe.front.Family;
import dev.floe.front.FileStat;
import dev.floe.front.FileStat.Kind;
import dev.floe.front.Footprint;
import dev.floe.front.InputSet;
import dev.floe.front.Language;
import dev.floe.front.Machine;
import dev.floe.front.Reason;
import dev.floe.store.Digest;

/** One search for the inputs of one command; used once, by one thread. */
final class Search {
    /** As old as a file may look that was written just now. */
    private static final long TICK_NANOS = 20_000_000;

    /** gcc reads it before every source, wherever it finds it first. */
    static final String BEFORE_ALL = "stdc-predef.h";

    /** A file, and beside what it is said to lie: by another name it looks elsewhere for what it includes. */
    private record Scanned(Path path, Path beside) {}

    private final CompileCommand command;
    private final Preprocessing preprocessing;
    private final Machine machine;
    private final String toolchain;
    private final Memories memories;
    private final boolean watches;
    private final boolean asks;
    private final Tree tree;
    private final Surroundings surroundings;
    private final SideFiles sideFiles;
    private final Footprints footprints;
    private final Map<Path, Digest> digests = new HashMap<>();
    private final Set<Scanned> scanned = new LinkedHashSet<>();
    private final Set<String> wrappers = new HashSet<>();
    private final Set<Path> directories;
    private final Set<Path> assemblerDirectories;
    private final Inclusions inclusions = new Inclusions();
    private final Set<Long> onceSizes = new HashSet<>();
    private final Set<Long> sizes = new HashSet<>();
    private @Nullable Optional<Footprint> footprint;
    private List<Text> texts = List.of(); // those that reading alone has found
    private boolean imports;
    private boolean clock;
    private boolean timestamp;
    private @Nullable String guess;
    private final Set<PragmaScanner.Part> pragmaParts = EnumSet.noneOf(PragmaScanner.Part.class);

    /**
     * @param toolchain that the command's compiler is
     * @param terrain   for this search alone until {@link #leave}
     * @param watches   whether what is found is to have a footprint
     * @param asks      whether the compiler is asked what it reads; else that is found by reading the texts
     */
    Search(CompileCommand command, String toolchain, Machine machine, Memories memories, Terrain terrain,
            boolean watches, boolean asks) {
        this.command = command;
        this.toolchain = toolchain;
        this.preprocessing = command.preprocessing();
        this.machine = machine;
        this.memories = memories;
        this.watches = watches;
        this.asks = asks;
        this.tree = new Tree(machine, terrain);
        this.surroundings = new Surroundings(command, tree);
        this.sideFiles = new SideFiles(command, machine, tree);
        this.directories = surroundings.searched();
        this.assemblerDirectories = surroundings.assembler();
        this.footprints = new Footprints(tree, memories.directories(), machine);
    }

    Discovery run() throws IOException, InputsUnknownException {
        List<Path> listed = List.of(command.source());
        // Before the compiler reads it: what a pipe holds is gone then.
        require(command.source());
        if (watches) {
            noteDirectories();
        }
        if (command.language().needsPreprocessing()) {
            if (asks) {
                Listing listing = Listing.of(command, machine);
                listed = listing.files();
                surroundings.add(listing.search());
            } else {
                listed = reach();
            }
        }
        surroundings.add();
        if (texts.isEmpty()) {
            for (Path file : listed) {
                Tree.Place place = require(file);
                if (command.language() != Language.IR) {
                    scan(place, file);
                }
            }
        }
        for (Text text : texts) {
            Tree.Place place = check(tree.add(text.way(tree.terrain())), text.spelled());
            if (command.language().isAssembler() || !text.traits().assembled().isEmpty()) {
                scan(place, text.spelled());
            } else if (place.stat().kind() == Kind.REGULAR
                    && scanned.add(new Scanned(place.path(), text.beside()))) {
                take(place, text.traits(), text.spelled(), text.beside());
            }
        }
        for (Path file : preprocessing.assemblerFiles()) {
            scan(require(file), file);
        }
        for (Path file : command.namedInputs()) {
            sideFiles.addModules(require(file));
        }
        List<Terrain.Way> compiledHeaders = new PrecompiledHeaders(command, directories, tree.terrain())
                .find(texts, texts.isEmpty() ? listed : List.of(),
                        inclusions.beside(Objects.requireNonNull(command.source().getParent())));
        compiledHeaders.forEach(tree::add);
        boolean precompiled = !compiledHeaders.isEmpty() || !preprocessing.precompiled().isEmpty();
        if (precompiled && !asks) {
            throw new InputsUnknownException(Reason.Code.PRECOMPILED_HEADER, command.source().toString());
        }
        followWrappers();
        sideFiles.addNameMaps(directories, listed);
        sideFiles.prefix().ifPresent(this::guess);
        if (imports) {
            // Compared with every file before it, and not only with those that ask for it.
            onceSizes.addAll(sizes);
        }
        if (asks && !onceSizes.isEmpty() && command.family() == Family.GCC) {
            onceOnly();
        }
        for (String argument : preprocessing.arguments()) {
            clock |= argument.contains("__TIME__") || argument.contains("__DATE__");
            timestamp |= argument.contains("__TIMESTAMP__");
        }
        timestamp |= PragmaScanner.isPossible(pragmaParts) || PragmaScanner.isDefined(preprocessing.arguments());
        if (clock || timestamp) {
            TimeZones.add(command.environment(), tree);
        }
        if (command.invocation().terminal().isPresent()) {
            Terminals.add(command.environment(), command.cwd(), tree);
        }
        Optional<Reason> locale = Locales.add(command.environment(), tree);
        if (locale.isPresent()) {
            return new Discovery.Unknown(locale.get());
        }
        boolean comparesTimes = precompiled && command.family() == Family.CLANG;
        boolean keepAll = timestamp || comparesTimes;
        boolean fixed = command.family() == Family.GCC && command.environment().containsKey("SOURCE_DATE_EPOCH");
        List<Path> files = listed;
        boolean noFootprint = !watches || guess != null;
        InputSet inputs = new Inputs(tree.entries(), digests, machine).set(keepAll);
        return new Discovery.Found(inputs, keepAll || clock && !fixed,
                noFootprint ? Optional::empty : () -> known(inputs, files), Optional.ofNullable(guess));
    }

    private void guess(String what) {
        if (guess == null) {
            guess = what;
        }
    }

    /** What reading alone finds. */
    private List<Path> reach() throws IOException, InputsUnknownException {
        if (!Reach.isPossible(command)) {
            throw new InputsUnknownException(Reason.Code.COMPUTED_NAME, "its options");
        }
        SearchList search = memories.lists().of(command, toolchain, SearchLists.mattering(preprocessing),
                preprocessing.searchDirectories(), command.environment(),
                machine, tree);
        texts = new Reach(command, search, tree.terrain(), new Reach.Reader() {
            @Override
            public Text.Reading read(Text text, Tree.Place place) throws IOException {
                Digest digest = digest(place);
                return text.reading().digest().equals(digest)
                        ? text.reading()
                        : new Text.Reading(digest,
                                memories.texts().traits(place.path(), digest, false, machine));
            }

            @Override
            public Set<String> definitions(Tree.Place place, String macro) throws IOException {
                return memories.texts().calls(place.path(), digest(place), macro, machine).bodies();
            }
        }).texts();
        if (!search.headerMaps().isEmpty()) {
            throw new InputsUnknownException(Reason.Code.COMPUTED_NAME, search.headerMaps().getFirst().toString());
        }
        surroundings.add(search);
        return texts.stream().map(Text::spelled).toList();
    }

    /** The terrain may serve another search; what this one has seen of it stays. */
    void leave() {
        tree.leave();
    }

    /** Whether a file may have been changed since the search began. */
    boolean sawChanges() {
        return tree.entries().values().stream()
                .anyMatch(
                        stat -> stat.kind() == Kind.REGULAR && stat.ctimeNanos() >= footprints.started() - TICK_NANOS);
    }

    /** Where headers may come and go while the compiler is asked. */
    private void noteDirectories() throws IOException {
        footprints.note(command.cwd());
        footprints.note(Objects.requireNonNull(command.source().getParent()));
        for (Path directory : preprocessing.searchDirectories()) {
            footprints.note(directory);
        }
    }

    /** The footprint, made once; nothing is kept of inputs whose surroundings cannot be looked at again. */
    private Optional<Footprint> known(InputSet inputs, List<Path> listed) {
        Optional<Footprint> known = footprint;
        if (known == null) {
            try {
                known = footprint(inputs, listed);
            } catch (IOException _) {
                known = Optional.empty();
            }
            footprint = known;
        }
        return known;
    }

    private Optional<Footprint> footprint(InputSet inputs, List<Path> listed) throws IOException {
        Set<Path> along = new LinkedHashSet<>(directories);
        along.addAll(assemblerDirectories);
        Set<String> everywhere = Footprints.relative(listed, along);
        everywhere.addAll(preprocessing.forced());
        everywhere.add(BEFORE_ALL);
        for (Map.Entry<Path, Set<String>> entry : inclusions.all().entrySet()) {
            Set<String> quoted = new HashSet<>();
            for (String include : entry.getValue()) {
                String name = include.substring(1);
                everywhere.add(name);
                if (include.charAt(0) == '"') {
                    quoted.add(name);
                }
            }
            footprints.search(List.of(entry.getKey()), quoted);
        }
        footprints.search(inclusions.computed(), everywhere);
        footprints.search(along, everywhere);
        return footprints.make(inputs,
                command.family() == Family.CLANG ? List.of(".pch", ".gch") : List.of(".gch"));
    }

    /** Records a file that must be there. */
    private Tree.Place require(Path spelled) throws IOException, InputsUnknownException {
        return check(tree.add(spelled), spelled);
    }

    private static Tree.Place check(Optional<Tree.Place> there, Path spelled) throws InputsUnknownException {
        Tree.Place place = there
                .orElseThrow(() -> new InputsUnknownException(Reason.Code.MISSING_INPUT, spelled.toString()));
        if (place.stat().kind() != Kind.REGULAR && !place.path().toString().equals("/dev/null")
                || place.path().startsWith("/proc") || place.path().startsWith("/sys")) {
            throw new InputsUnknownException(Reason.Code.MISSING_INPUT, spelled.toString());
        }
        return place;
    }

    /** Reads a text for what it may look for, and goes on with what the assembler would include. */
    private void scan(Tree.Place first, Path spelled) throws IOException, InputsUnknownException {
        Deque<Tree.Place> rest = new ArrayDeque<>();
        rest.add(first);
        Path beside = Objects.requireNonNull(spelled.getParent());
        while (!rest.isEmpty()) {
            Tree.Place place = rest.removeFirst();
            if (place.stat().kind() != Kind.REGULAR || !scanned.add(new Scanned(place.path(), beside))) {
                continue;
            }
            boolean assembler = command.language().isAssembler() || place != first
                    || preprocessing.assemblerFiles().contains(spelled);
            Traits traits = memories.texts().traits(place.path(), digest(place), assembler, machine);
            take(place, traits, spelled, beside);
            for (String name : traits.assembled()) {
                rest.addAll(candidates(Set.of(name), beside, assemblerDirectories));
            }
            if (assembler && command.language().needsPreprocessing()) {
                inclusions.add(memories.texts().traits(place.path(), digest(place), false, machine), beside);
            }
        }
    }

    /** Takes notice of what a text has, but for what the assembler would read of it. */
    private void take(Tree.Place place, Traits traits, Path spelled, Path beside) throws IOException {
        traits.computed().stream().findFirst().ifPresent(name -> guess(spelled + ": " + name));
        wrappers.addAll(traits.wrappers());
        if (traits.once()) {
            onceSizes.add(place.stat().size());
        }
        imports |= traits.imports();
        sizes.add(place.stat().size());
        inclusions.add(traits, beside);
        clock |= traits.clock();
        timestamp |= traits.timestamp();
        pragmaParts.addAll(traits.dependency());
        candidates(traits.headers(), beside, directories);
        candidates(traits.embedded(), beside, directories);
        for (String name : traits.lines()) {
            shownLines(command.cwd().resolve(name));
        }
    }

    /** Records a file of which the compiler may print lines; it need not be there. */
    private void shownLines(Path file) throws IOException {
        if (tree.look(file).filter(place -> place.stat().kind() == Kind.REGULAR).isPresent()) {
            tree.add(file);
        }
    }

    /** Follows macros that stand for {@code __has_include}, or for one that does, to their calls in all texts. */
    private void followWrappers() throws IOException {
        Deque<String> rest = new ArrayDeque<>(wrappers);
        while (!rest.isEmpty()) {
            String wrapper = rest.removeFirst();
            for (Scanned text : scanned) {
                Path path = text.path();
                Traits calls = memories.texts().calls(path, Objects.requireNonNull(digests.get(path)), wrapper,
                        machine);
                calls.wrappers().stream().filter(wrappers::add).forEach(rest::addLast);
                if (!calls.computed().isEmpty()) {
                    guess(path + ": " + wrapper);
                }
                candidates(calls.headers(), text.beside(), directories);
            }
        }
    }

    /**
     * Records files that gcc opens and then passes over, because their size, time and bytes are those of a file that is to
     * be included once only: the listing does not have them, and without them the compile would fail.
     */
    private void onceOnly() throws IOException {
        Set<String> looked = new HashSet<>();
        Map<Path, Set<String>> includes = inclusions.all();
        Set<String> defined = includes.computeIfAbsent(command.cwd(), directory -> new LinkedHashSet<>());
        for (String argument : preprocessing.arguments()) {
            int value = argument.indexOf('=') + 1;
            if (value > 0 && value < argument.length() && "<\"".indexOf(argument.charAt(value)) >= 0) {
                defined.add(argument.substring(value, argument.length() - 1));
            }
        }
        for (Map.Entry<Path, Set<String>> entry : includes.entrySet()) {
            for (String include : entry.getValue()) {
                String name = include.substring(1);
                Path beside = entry.getKey().resolve(name);
                if (include.charAt(0) == '"' && tree.look(beside).isPresent()) {
                    addIfOnce(beside);
                } else if (looked.add(name)) {
                    for (Path directory : directories) {
                        addIfOnce(directory.resolve(name));
                    }
                }
            }
        }
    }

    private void addIfOnce(Path spelled) throws IOException {
        Optional<Tree.Place> place = tree.look(spelled);
        if (place.isPresent() && onceSizes.contains(place.get().stat().size())) {
            tree.add(spelled);
        }
    }

    /** Records every file that a name may stand for: beside the text that names it, and along the search. */
    private List<Tree.Place> candidates(Set<String> names, Path beside, Set<Path> along) throws IOException {
        List<Tree.Place> found = new ArrayList<>();
        for (String name : names) {
            Set<Path> places = new LinkedHashSet<>();
            places.add(beside.resolve(name));
            places.add(command.cwd().resolve(name));
            along.forEach(directory -> places.add(directory.resolve(name)));
            for (Path place : places) {
                Optional<Tree.Place> there = tree.look(place);
                if (there.isPresent()) {
                    tree.add(place).filter(p -> p.stat().kind() == Kind.REGULAR).ifPresent(found::add);
                }
            }
        }
        return found;
    }

    private Digest digest(Tree.Place place) throws IOException {
        Digest digest = digests.get(place.path());
        if (digest == null) {
            FileStat stat = place.stat();
            digest = machine.digest(place.path(), stat);
            digests.put(place.path(), digest);
        }
        return digest;
    }
}
