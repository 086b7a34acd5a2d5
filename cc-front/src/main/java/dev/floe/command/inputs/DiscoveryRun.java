package dev.floe.command.inputs;

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

import dev.floe.command.CompileCommand;
import dev.floe.command.CompileCommand.Preprocessing;
import dev.floe.command.CompilerFamily;
import dev.floe.command.DiscoveryResult;
import dev.floe.command.FileStat;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.HostAccess;
import dev.floe.command.InputSet;
import dev.floe.command.Language;
import dev.floe.command.LocalReason;
import dev.floe.command.LookupDependencies;
import dev.floe.store.Digest;

/** One search for the inputs of one command; used once, by one thread. */
final class DiscoveryRun {
    /** As old as a file may look that was written just now. */
    private static final long TICK_NANOS = 20_000_000;

    /** gcc reads it before every source, wherever it finds it first. */
    static final String BEFORE_ALL = "stdc-predef.h";

    /** A file, and beside what it is said to lie: by another name it looks elsewhere for what it includes. */
    private record ScannedSource(Path path, Path beside) {}

    private final CompileCommand command;
    private final Preprocessing preprocessing;
    private final HostAccess machine;
    private final String toolchain;
    private final DiscoveryCaches memories;
    private final boolean watches;
    private final boolean asks;
    private final InputTreeRecorder tree;
    private final ImplicitInputs surroundings;
    private final SideFiles sideFiles;
    private final LookupDependencyRecorder footprints;
    private final Map<Path, Digest> digests = new HashMap<>();
    private final Set<ScannedSource> scanned = new LinkedHashSet<>();
    private final Set<String> wrappers = new HashSet<>();
    private final Set<Path> directories;
    private final Set<Path> assemblerDirectories;
    private final IncludeLog inclusions = new IncludeLog();
    private final Set<Long> onceSizes = new HashSet<>();
    private final Set<Long> sizes = new HashSet<>();
    private @Nullable Optional<LookupDependencies> footprint;
    private List<ScannedFile> texts = List.of(); // those that reading alone has found
    private boolean imports;
    private boolean clock;
    private boolean timestamp;
    private @Nullable String guess;
    private final Set<PragmaScanner.Part> pragmaParts = EnumSet.noneOf(PragmaScanner.Part.class);

    /**
     * @param toolchain that the command's compiler is
     * @param terrain   for this search alone until {@link #leave}
     * @param watches   whether what is found is to have a footprint
     * @param asks      whether the compiler lists its inputs; otherwise they are found by reading the texts
     */
    DiscoveryRun(CompileCommand command, String toolchain, HostAccess machine, DiscoveryCaches memories,
            PathLookupCache terrain,
            boolean watches, boolean asks) {
        this.command = command;
        this.toolchain = toolchain;
        this.preprocessing = command.preprocessing();
        this.machine = machine;
        this.memories = memories;
        this.watches = watches;
        this.asks = asks;
        this.tree = new InputTreeRecorder(machine, terrain);
        this.surroundings = new ImplicitInputs(command, tree);
        this.sideFiles = new SideFiles(command, machine, tree);
        this.directories = surroundings.searched();
        this.assemblerDirectories = surroundings.assembler();
        this.footprints = new LookupDependencyRecorder(tree, memories.directories(), machine);
    }

    DiscoveryResult run() throws IOException, UnresolvableInputsException {
        List<Path> listed = List.of(command.source());
        // Before the compiler reads it: what a pipe holds is gone then.
        require(command.source());
        if (watches) {
            noteDirectories();
        }
        if (command.language().needsPreprocessing()) {
            if (asks) {
                CompilerDependencyListing listing = CompilerDependencyListing.of(command, machine);
                listed = listing.files();
                surroundings.add(listing.search());
            } else {
                listed = reach();
            }
        }
        surroundings.add();
        if (texts.isEmpty()) {
            for (Path file : listed) {
                InputTreeRecorder.ResolvedPath place = require(file);
                if (command.language() != Language.IR) {
                    scan(place, file);
                }
            }
        }
        for (ScannedFile text : texts) {
            InputTreeRecorder.ResolvedPath place = check(tree.add(text.way(tree.terrain())), text.spelled());
            if (command.language().isAssembler() || !text.traits().assembled().isEmpty()) {
                scan(place, text.spelled());
            } else if (place.stat().kind() == FileKind.REGULAR
                    && scanned.add(new ScannedSource(place.path(), text.directory()))) {
                take(place, text.traits(), text.spelled(), text.directory());
            }
        }
        for (Path file : preprocessing.assemblerFiles()) {
            scan(require(file), file);
        }
        for (Path file : command.namedInputs()) {
            sideFiles.addModules(require(file));
        }
        List<PathLookupCache.PathResolution> compiledHeaders = new PrecompiledHeaderLocator(command, directories,
                tree.terrain())
                .find(texts, texts.isEmpty() ? listed : List.of(),
                        inclusions.beside(Objects.requireNonNull(command.source().getParent())));
        compiledHeaders.forEach(tree::add);
        boolean precompiled = !compiledHeaders.isEmpty() || !preprocessing.precompiled().isEmpty();
        if (precompiled && !asks) {
            throw new UnresolvableInputsException(LocalReason.ReasonCode.PRECOMPILED_HEADER,
                    command.source().toString());
        }
        followWrappers();
        sideFiles.addNameMaps(directories, listed);
        sideFiles.prefix().ifPresent(this::guess);
        if (imports) {
            // Compared with every file before it, and not only with those that ask for it.
            onceSizes.addAll(sizes);
        }
        if (asks && !onceSizes.isEmpty() && command.family() == CompilerFamily.GCC) {
            onceOnly();
        }
        for (String argument : preprocessing.arguments()) {
            clock |= argument.contains("__TIME__") || argument.contains("__DATE__");
            timestamp |= argument.contains("__TIMESTAMP__");
        }
        timestamp |= PragmaScanner.isPossible(pragmaParts) || PragmaScanner.isDefined(preprocessing.arguments());
        if (clock || timestamp) {
            TimeZoneFiles.add(command.environment(), tree);
        }
        if (command.invocation().terminal().isPresent()) {
            TerminfoFiles.add(command.environment(), command.cwd(), tree);
        }
        Optional<LocalReason> locale = LocaleFiles.add(command.environment(), tree);
        if (locale.isPresent()) {
            return new DiscoveryResult.InputsUnknown(locale.get());
        }
        boolean comparesTimes = precompiled && command.family() == CompilerFamily.CLANG;
        boolean keepAll = timestamp || comparesTimes;
        boolean fixed = command.family() == CompilerFamily.GCC
                && command.environment().containsKey("SOURCE_DATE_EPOCH");
        List<Path> files = listed;
        boolean noFootprint = !watches || guess != null;
        InputSet inputs = new InputSetBuilder(tree.entries(), digests, machine).set(keepAll);
        return new DiscoveryResult.InputsFound(inputs, keepAll || clock && !fixed,
                noFootprint ? Optional::empty : () -> known(inputs, files), Optional.ofNullable(guess));
    }

    private void guess(String what) {
        if (guess == null) {
            guess = what;
        }
    }

    /** What reading alone finds. */
    private List<Path> reach() throws IOException, UnresolvableInputsException {
        if (!IncludeScanner.isPossible(command)) {
            throw new UnresolvableInputsException(LocalReason.ReasonCode.COMPUTED_NAME, "its options");
        }
        HeaderSearchPath search = memories.lists().of(command, toolchain,
                HeaderSearchPathCache.mattering(preprocessing),
                preprocessing.searchDirectories(), command.environment(),
                machine, tree);
        texts = new IncludeScanner(command, search, tree.terrain(), new IncludeScanner.FileScanner() {
            @Override
            public ScannedFile.TextScan read(ScannedFile text, InputTreeRecorder.ResolvedPath place)
                    throws IOException {
                Digest digest = digest(place);
                return text.reading().digest().equals(digest)
                        ? text.reading()
                        : new ScannedFile.TextScan(digest,
                                memories.texts().traits(place.path(), digest, false, machine));
            }

            @Override
            public Set<String> definitions(InputTreeRecorder.ResolvedPath place, String macro) throws IOException {
                return memories.texts().calls(place.path(), digest(place), macro, machine).bodies();
            }
        }).texts();
        if (!search.headerMaps().isEmpty()) {
            throw new UnresolvableInputsException(LocalReason.ReasonCode.COMPUTED_NAME,
                    search.headerMaps().getFirst().toString());
        }
        surroundings.add(search);
        return texts.stream().map(ScannedFile::spelled).toList();
    }

    /** The terrain may serve another search; what this one has seen of it stays. */
    void leave() {
        tree.leave();
    }

    /** Whether a file may have been changed since the search began. */
    boolean sawChanges() {
        return tree.entries().values().stream()
                .anyMatch(
                        stat -> stat.kind() == FileKind.REGULAR
                                && stat.ctimeNanos() >= footprints.started() - TICK_NANOS);
    }

    /** Where headers may come and go while the compiler is asked. */
    private void noteDirectories() throws IOException {
        footprints.snapshotDirectory(command.cwd());
        footprints.snapshotDirectory(Objects.requireNonNull(command.source().getParent()));
        for (Path directory : preprocessing.searchDirectories()) {
            footprints.snapshotDirectory(directory);
        }
    }

    /** The footprint, made once; nothing is kept of inputs whose surroundings cannot be looked at again. */
    private Optional<LookupDependencies> known(InputSet inputs, List<Path> listed) {
        Optional<LookupDependencies> known = footprint;
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

    private Optional<LookupDependencies> footprint(InputSet inputs, List<Path> listed) throws IOException {
        Set<Path> along = new LinkedHashSet<>(directories);
        along.addAll(assemblerDirectories);
        Set<String> everywhere = LookupDependencyRecorder.relative(listed, along);
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
            footprints.watchNames(List.of(entry.getKey()), quoted);
        }
        footprints.watchNames(inclusions.directoriesWithMacroIncludes(), everywhere);
        footprints.watchNames(along, everywhere);
        return footprints.make(inputs,
                command.family() == CompilerFamily.CLANG ? List.of(".pch", ".gch") : List.of(".gch"));
    }

    /** Records a file that must be there. */
    private InputTreeRecorder.ResolvedPath require(Path spelled) throws IOException, UnresolvableInputsException {
        return check(tree.add(spelled), spelled);
    }

    private static InputTreeRecorder.ResolvedPath check(Optional<InputTreeRecorder.ResolvedPath> there, Path spelled)
            throws UnresolvableInputsException {
        InputTreeRecorder.ResolvedPath place = there
                .orElseThrow(() -> new UnresolvableInputsException(LocalReason.ReasonCode.MISSING_INPUT,
                        spelled.toString()));
        if (place.stat().kind() != FileKind.REGULAR && !place.path().toString().equals("/dev/null")
                || place.path().startsWith("/proc") || place.path().startsWith("/sys")) {
            throw new UnresolvableInputsException(LocalReason.ReasonCode.MISSING_INPUT, spelled.toString());
        }
        return place;
    }

    /** Reads a text for what it may look for, then for what the assembler would include. */
    private void scan(InputTreeRecorder.ResolvedPath first, Path spelled)
            throws IOException, UnresolvableInputsException {
        Deque<InputTreeRecorder.ResolvedPath> rest = new ArrayDeque<>();
        rest.add(first);
        Path beside = Objects.requireNonNull(spelled.getParent());
        while (!rest.isEmpty()) {
            InputTreeRecorder.ResolvedPath place = rest.removeFirst();
            if (place.stat().kind() != FileKind.REGULAR || !scanned.add(new ScannedSource(place.path(), beside))) {
                continue;
            }
            boolean assembler = command.language().isAssembler() || place != first
                    || preprocessing.assemblerFiles().contains(spelled);
            SourceScanResult traits = memories.texts().traits(place.path(), digest(place), assembler, machine);
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
    private void take(InputTreeRecorder.ResolvedPath place, SourceScanResult traits, Path spelled, Path beside)
            throws IOException {
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

    /** Records a file whose lines the compiler may print; it need not exist. */
    private void shownLines(Path file) throws IOException {
        if (tree.look(file).filter(place -> place.stat().kind() == FileKind.REGULAR).isPresent()) {
            tree.add(file);
        }
    }

    /** Follows macros that stand for {@code __has_include}, or for one that does, to their calls in all texts. */
    private void followWrappers() throws IOException {
        Deque<String> rest = new ArrayDeque<>(wrappers);
        while (!rest.isEmpty()) {
            String wrapper = rest.removeFirst();
            for (ScannedSource text : scanned) {
                Path path = text.path();
                SourceScanResult calls = memories.texts().calls(path, Objects.requireNonNull(digests.get(path)),
                        wrapper,
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
     * Records files that gcc opens and then passes over, because their size, time and bytes are those of a file that is
     * to be included once only: the listing does not have them, and without them the compile would fail.
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
        Optional<InputTreeRecorder.ResolvedPath> place = tree.look(spelled);
        if (place.isPresent() && onceSizes.contains(place.get().stat().size())) {
            tree.add(spelled);
        }
    }

    /** Records every file that a name may stand for: beside the text that names it, and along the search. */
    private List<InputTreeRecorder.ResolvedPath> candidates(Set<String> names, Path beside, Set<Path> along)
            throws IOException {
        List<InputTreeRecorder.ResolvedPath> found = new ArrayList<>();
        for (String name : names) {
            Set<Path> places = new LinkedHashSet<>();
            places.add(beside.resolve(name));
            places.add(command.cwd().resolve(name));
            along.forEach(directory -> places.add(directory.resolve(name)));
            for (Path place : places) {
                Optional<InputTreeRecorder.ResolvedPath> there = tree.look(place);
                if (there.isPresent()) {
                    tree.add(place).filter(p -> p.stat().kind() == FileKind.REGULAR).ifPresent(found::add);
                }
            }
        }
        return found;
    }

    private Digest digest(InputTreeRecorder.ResolvedPath place) throws IOException {
        Digest digest = digests.get(place.path());
        if (digest == null) {
            FileStat stat = place.stat();
            digest = machine.digest(place.path(), stat);
            digests.put(place.path(), digest);
        }
        return digest;
    }
}
