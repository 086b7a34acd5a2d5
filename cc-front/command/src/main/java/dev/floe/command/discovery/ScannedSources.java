package dev.floe.command.discovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.floe.command.CompileCommand;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.HostAccess;
import dev.floe.command.discovery.implicit.ImplicitInputs;
import dev.floe.command.discovery.includes.IncludeLog;
import dev.floe.command.discovery.includes.InputTreeRecorder;
import dev.floe.command.discovery.includes.ScannedFile;
import dev.floe.command.discovery.includes.UnresolvableInputsException;
import dev.floe.command.discovery.scan.PragmaScanner;
import dev.floe.command.discovery.scan.ScanResultCache;
import dev.floe.command.discovery.scan.SourceScanResult;
import dev.floe.command.discovery.scan.SourceScanResult.Feature;
import dev.floe.store.Digest;

/**
 * The texts that one command reads, and what they were found to have. Records the files that they may look for beyond
 * {@code #include}: operands of {@code __has_include}, {@code #embed} and {@code .incbin}, and files of which
 * diagnostics show lines.
 */
final class ScannedSources {
    /** A file, and beside what it is said to lie: by another name it looks elsewhere for what it includes. */
    private record ScannedSource(Path path, Path beside) {}

    private final CompileCommand command;
    private final HostAccess machine;
    private final ScanResultCache results;
    private final InputTreeRecorder tree;
    private final ImplicitInputs implicit;
    private final Map<Path, Digest> digests = new HashMap<>();
    private final Set<ScannedSource> scanned = new LinkedHashSet<>();
    private final Set<String> wrappers = new HashSet<>();
    private final IncludeLog inclusions = new IncludeLog();
    private final Set<Long> onceSizes = new HashSet<>();
    private final Set<Long> sizes = new HashSet<>();
    private final Set<Feature> features = EnumSet.noneOf(Feature.class);
    private final Set<PragmaScanner.Part> pragmaParts = EnumSet.noneOf(PragmaScanner.Part.class);
    private @Nullable String guess;

    /** @param implicit has the directories along which names are looked for */
    ScannedSources(CompileCommand command, HostAccess machine, ScanResultCache results, InputTreeRecorder tree,
            ImplicitInputs implicit) {
        this.command = command;
        this.machine = machine;
        this.results = results;
        this.tree = tree;
        this.implicit = implicit;
    }

    /** Reads a text for what it may look for, then for what the assembler would include. */
    void scan(InputTreeRecorder.ResolvedPath first, Path spelled) throws IOException, UnresolvableInputsException {
        Deque<InputTreeRecorder.ResolvedPath> rest = new ArrayDeque<>();
        rest.add(first);
        Path beside = Objects.requireNonNull(spelled.getParent());
        while (!rest.isEmpty()) {
            InputTreeRecorder.ResolvedPath place = rest.removeFirst();
            if (place.stat().kind() != FileKind.REGULAR || !scanned.add(new ScannedSource(place.path(), beside))) {
                continue;
            }
            boolean assembler = command.language().isAssembler() || place != first
                    || command.preprocessing().assemblerFiles().contains(spelled);
            SourceScanResult traits = results.traits(place.path(), digest(place), assembler, machine);
            record(place, traits, spelled, beside);
            for (String name : traits.assembled()) {
                rest.addAll(addCandidates(Set.of(name), beside, implicit.assembler()));
            }
            if (assembler && command.language().needsPreprocessing() && !ScanResultCache.isTooLong(digest(place))) {
                inclusions.add(results.traits(place.path(), digest(place), false, machine), beside);
            }
        }
    }

    /** Takes a text that the include scanner has read. */
    void add(InputTreeRecorder.ResolvedPath place, ScannedFile text) throws IOException {
        if (place.stat().kind() == FileKind.REGULAR
                && scanned.add(new ScannedSource(place.path(), text.directory()))) {
            record(place, text.traits(), text.spelled(), text.directory());
        }
    }

    /** Takes notice of what a text has, except for what the assembler would read of it. */
    private void record(InputTreeRecorder.ResolvedPath place, SourceScanResult traits, Path spelled, Path beside)
            throws IOException {
        traits.computed().stream().findFirst().ifPresent(name -> guess(spelled + ": " + name));
        wrappers.addAll(traits.wrappers());
        if (traits.once()) {
            onceSizes.add(place.stat().size());
        }
        features.addAll(traits.features());
        sizes.add(place.stat().size());
        inclusions.add(traits, beside);
        pragmaParts.addAll(traits.dependency());
        addCandidates(traits.headers(), beside, implicit.searched());
        addCandidates(traits.embedded(), beside, implicit.searched());
        for (String name : traits.lines()) {
            addShownLines(command.cwd().resolve(name));
        }
    }

    /** Follows macros that stand for {@code __has_include}, or for one that does, to their calls in all texts. */
    void followWrappers() throws IOException {
        Deque<String> rest = new ArrayDeque<>(wrappers);
        while (!rest.isEmpty()) {
            String wrapper = rest.removeFirst();
            for (ScannedSource text : scanned) {
                Path path = text.path();
                Digest digest = Objects.requireNonNull(digests.get(path));
                if (ScanResultCache.isTooLong(digest)) {
                    continue; // it makes the inputs a guess already
                }
                SourceScanResult calls = results.calls(path, digest, wrapper, machine);
                calls.wrappers().stream().filter(wrappers::add).forEach(rest::addLast);
                if (!calls.computed().isEmpty()) {
                    guess(path + ": " + wrapper);
                }
                addCandidates(calls.headers(), text.beside(), implicit.searched());
            }
        }
    }

    /** Records a file whose lines the compiler may print; it need not exist. */
    private void addShownLines(Path file) throws IOException {
        if (tree.look(file).filter(place -> place.stat().kind() == FileKind.REGULAR).isPresent()) {
            tree.add(file);
        }
    }

    /** Records every file that a name may stand for: beside the text that names it, and along the search. */
    private List<InputTreeRecorder.ResolvedPath> addCandidates(Set<String> names, Path beside, Set<Path> along)
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

    /** The digest of a file, read once. */
    Digest digest(InputTreeRecorder.ResolvedPath place) throws IOException {
        Digest digest = digests.get(place.path());
        if (digest == null) {
            digest = machine.digest(place.path(), place.stat());
            digests.put(place.path(), digest);
        }
        return digest;
    }

    /** The digests that are known. */
    Map<Path, Digest> digests() {
        return digests;
    }

    IncludeLog inclusions() {
        return inclusions;
    }

    /** Whether a text has a feature. */
    boolean has(Feature feature) {
        return features.contains(feature);
    }

    /** Whether the texts together may make a {@code #pragma GCC dependency}. */
    boolean mayHaveDependencyPragma() {
        return PragmaScanner.isPossible(pragmaParts);
    }

    /**
     * The sizes of files that are to be included once only. {@code #import} compares a file with every file before it,
     * and not only with those that ask for it.
     */
    Set<Long> onceSizes() {
        return features.contains(Feature.IMPORT) ? sizes : onceSizes;
    }

    /** The inputs are only a guess, because of this. */
    void guess(String why) {
        if (guess == null) {
            guess = why;
        }
    }

    /** Why the inputs are only a guess. */
    Optional<String> guess() {
        return Optional.ofNullable(guess);
    }
}
