package dev.floe.command.discovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
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
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.HostAccess;
import dev.floe.command.Language;
import dev.floe.command.LocalReason;
import dev.floe.command.discovery.implicit.ImplicitInputs;
import dev.floe.command.discovery.implicit.LocaleFiles;
import dev.floe.command.discovery.implicit.PrecompiledHeaderLocator;
import dev.floe.command.discovery.implicit.SideFiles;
import dev.floe.command.discovery.implicit.TerminfoFiles;
import dev.floe.command.discovery.implicit.TimeZoneFiles;
import dev.floe.command.discovery.includes.HeaderSearchPath;
import dev.floe.command.discovery.includes.HeaderSearchPathCache;
import dev.floe.command.discovery.includes.IncludeScanner;
import dev.floe.command.discovery.includes.InputTreeRecorder;
import dev.floe.command.discovery.includes.LookupDependencyRecorder;
import dev.floe.command.discovery.includes.OnceOnlyFiles;
import dev.floe.command.discovery.includes.PathLookupCache;
import dev.floe.command.discovery.includes.PathResolution;
import dev.floe.command.discovery.includes.ScannedFile;
import dev.floe.command.discovery.includes.UnresolvableInputsException;
import dev.floe.command.discovery.scan.PragmaScanner;
import dev.floe.command.discovery.scan.SourceScanResult.Feature;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.inputs.InputSetBuilder;
import dev.floe.command.inputs.LookupDependencies;
import dev.floe.store.Digest;

/** One search for the inputs of one command; used once, by one thread. */
public final class DiscoveryRun {
    /** As old as a file may look that was written just now. */
    private static final long TICK_NANOS = 20_000_000;

    private final CompileCommand command;
    private final Preprocessing preprocessing;
    private final HostAccess machine;
    private final String toolchain;
    private final DiscoveryCaches memories;
    private final Request request;
    private final InputTreeRecorder tree;
    private final ImplicitInputs surroundings;
    private final SideFiles sideFiles;
    private final LookupDependencyRecorder footprints;
    private final ScannedSources sources;
    private @Nullable Optional<LookupDependencies> footprint;
    private List<ScannedFile> texts = List.of(); // those that reading alone has found

    /**
     * What is to be found.
     *
     * @param toolchain that the command's compiler is
     * @param watches   whether what is found is to have lookup dependencies
     * @param asks      whether the compiler lists its inputs; otherwise they are found by reading the texts
     */
    public record Request(CompileCommand command, String toolchain, HostAccess machine, boolean watches,
            boolean asks) {}

    /** @param lookups for this search alone until {@link #leave} */
    public DiscoveryRun(Request request, DiscoveryCaches memories, PathLookupCache lookups) {
        this.request = request;
        this.command = request.command();
        this.toolchain = request.toolchain();
        this.preprocessing = command.preprocessing();
        this.machine = request.machine();
        this.memories = memories;
        this.tree = new InputTreeRecorder(machine, lookups);
        this.surroundings = new ImplicitInputs(command, tree);
        this.sideFiles = new SideFiles(command, machine, tree);
        this.footprints = new LookupDependencyRecorder(tree, memories.directories(), machine);
        this.sources = new ScannedSources(command, machine, memories.texts(), tree, surroundings);
    }

    public DiscoveryResult run() throws IOException, UnresolvableInputsException {
        // Before the compiler reads it: what a pipe holds is gone then.
        require(command.source());
        if (request.watches()) {
            noteDirectories();
        }
        List<Path> listed = findIncluded();
        surroundings.add();
        scanTexts(listed);
        boolean precompiled = addPrecompiledHeaders(listed);
        sources.followWrappers();
        sideFiles.addNameMaps(surroundings.searched(), listed);
        sideFiles.prefix().ifPresent(sources::guess);
        if (request.asks() && !sources.onceSizes().isEmpty() && command.family() == CompilerFamily.GCC) {
            new OnceOnlyFiles(command, tree, surroundings.searched(), sources.onceSizes()).add(sources.inclusions());
        }
        boolean clock = dependsOnClock();
        boolean timestamp = dependsOnFileTimes();
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
        boolean noFootprint = !request.watches() || sources.guess().isPresent();
        InputSet inputs = new InputSetBuilder(tree.entries(), sources.digests(), machine).set(keepAll);
        return new DiscoveryResult.InputsFound(inputs, keepAll || clock && !fixed,
                noFootprint ? Optional::empty : () -> known(inputs, listed), sources.guess());
    }

    /** The texts that the command includes, the source among them. */
    private List<Path> findIncluded() throws IOException, UnresolvableInputsException {
        if (!command.language().needsPreprocessing()) {
            return List.of(command.source());
        }
        if (!request.asks()) {
            return reach();
        }
        CompilerDependencyListing listing = CompilerDependencyListing.of(command, machine);
        surroundings.add(listing.search());
        return listing.files();
    }

    /** Records all texts with what they may look for. */
    private void scanTexts(List<Path> listed) throws IOException, UnresolvableInputsException {
        if (texts.isEmpty()) {
            for (Path file : listed) {
                InputTreeRecorder.ResolvedPath place = require(file);
                if (command.language() != Language.IR) {
                    sources.scan(place, file);
                }
            }
        }
        for (ScannedFile text : texts) {
            InputTreeRecorder.ResolvedPath place = check(tree.add(text.way(tree.lookups())), text.spelled());
            if (command.language().isAssembler() || !text.traits().assembled().isEmpty()) {
                sources.scan(place, text.spelled());
            } else {
                sources.add(place, text);
            }
        }
        for (Path file : preprocessing.assemblerFiles()) {
            sources.scan(require(file), file);
        }
        for (Path file : command.namedInputs()) {
            sideFiles.addModules(require(file));
        }
    }

    /** Whether there are any. */
    private boolean addPrecompiledHeaders(List<Path> listed) throws IOException, UnresolvableInputsException {
        List<PathResolution> found = new PrecompiledHeaderLocator(command, surroundings.searched(), tree.lookups())
                .find(texts, texts.isEmpty() ? listed : List.of(),
                        sources.inclusions().beside(Objects.requireNonNull(command.source().getParent())));
        found.forEach(tree::add);
        boolean precompiled = !found.isEmpty() || !preprocessing.precompiled().isEmpty();
        if (precompiled && !request.asks()) {
            throw new UnresolvableInputsException(LocalReason.ReasonCode.PRECOMPILED_HEADER,
                    command.source().toString());
        }
        return precompiled;
    }

    private boolean dependsOnClock() {
        return sources.has(Feature.CLOCK) || preprocessing.arguments().stream()
                .anyMatch(argument -> argument.contains("__TIME__") || argument.contains("__DATE__"));
    }

    private boolean dependsOnFileTimes() {
        return sources.has(Feature.TIMESTAMP) || sources.mayHaveDependencyPragma()
                || PragmaScanner.isDefined(preprocessing.arguments())
                || preprocessing.arguments().stream().anyMatch(argument -> argument.contains("__TIMESTAMP__"));
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
        texts = new IncludeScanner(command, search, tree.lookups(), new IncludeScanner.FileScanner() {
            @Override
            public ScannedFile.TextScan read(ScannedFile text, InputTreeRecorder.ResolvedPath place)
                    throws IOException {
                Digest digest = sources.digest(place);
                return text.reading().digest().equals(digest)
                        ? text.reading()
                        : new ScannedFile.TextScan(digest,
                                memories.texts().traits(place.path(), digest, false, machine));
            }

            @Override
            public Set<String> definitions(InputTreeRecorder.ResolvedPath place, String macro) throws IOException {
                return memories.texts().calls(place.path(), sources.digest(place), macro, machine).bodies();
            }
        }).texts();
        if (!search.headerMaps().isEmpty()) {
            throw new UnresolvableInputsException(LocalReason.ReasonCode.COMPUTED_NAME,
                    search.headerMaps().getFirst().toString());
        }
        surroundings.add(search);
        return texts.stream().map(ScannedFile::spelled).toList();
    }

    /** The cache of lookups may serve another search; what this one has seen of it stays. */
    public void leave() {
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
        Set<Path> along = new LinkedHashSet<>(surroundings.searched());
        along.addAll(surroundings.assembler());
        Set<String> everywhere = LookupDependencyRecorder.relative(listed, along);
        everywhere.addAll(preprocessing.forced());
        everywhere.add(IncludeScanner.BEFORE_ALL);
        for (Map.Entry<Path, Set<String>> entry : sources.inclusions().all().entrySet()) {
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
        footprints.watchNames(sources.inclusions().directoriesWithMacroIncludes(), everywhere);
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
}
