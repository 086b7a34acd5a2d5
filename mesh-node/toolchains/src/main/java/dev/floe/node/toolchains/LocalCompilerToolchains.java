package dev.floe.node.toolchains;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.submitter.compilers.ToolchainResolver;
import dev.floe.node.toolchains.store.ToolchainStore;
import dev.floe.node.toolchains.store.UnobservableToolchains;
import dev.floe.store.BoundedMap;
import dev.floe.store.FailureText;
import dev.floe.store.FileStamp;
import dev.floe.store.changes.FileChangeMonitor;
import dev.floe.store.changes.LookSnapshot;
import dev.floe.store.changes.LookSnapshotBuilder;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.files.FileAccess;
import dev.floe.toolchain.index.ToolchainIndex;

/**
 * The toolchains of this machine's compilers. One that is not known yet is found, packed, unpacked again and tried
 * against the plain compiler; only then is it used. Several that ask for one compiler share that work. Callers in
 * containers and chroots have compilers of their own ({@link ForeignToolchains}).
 */
public final class LocalCompilerToolchains implements ToolchainResolver {
    private static final Logger LOG = LogManager.getLogger(LocalCompilerToolchains.class);
    private static final Duration REMEMBER_FAILURE = Duration.ofMinutes(5);
    private static final int MAX_CALLS = 500;

    private final ToolchainIndex index;
    private final ToolchainStore toolchainStore;
    private final ToolchainBuilder maker;
    private final ForeignToolchains foreign;
    private final UnobservableToolchains gaps;
    private final InstantSource clock;
    private final Map<Path, CompletableFuture<Resolution>> underWay = new ConcurrentHashMap<>();
    private final Map<Path, CachedLocalFailure> refusals = new ConcurrentHashMap<>();
    private final FileChangeMonitor changes;
    private final Map<CompilerCall, CheckedCompiler> checked = BoundedMap.concurrent(MAX_CALLS);

    private record CachedLocalFailure(Resolution.Unusable knowledge, FileStamp compiler, Instant until) {}

    /** A compiler as it is called, and the PATH with which it runs. */
    private record CompilerCall(Path compiler, String searchPath) {}

    /** A toolchain that was found usable for a call, for as long as nothing changes that was looked at. */
    private record CheckedCompiler(ToolchainIndex.KnownToolchain known, LookSnapshot seen) {}

    /** The drivers of a toolchain, if it is one of this machine's; they may have changed since. */
    public Optional<ToolchainIndex.Compilers> known(ToolchainId id) {
        return index.byId(id);
    }

    /** The toolchains of this machine's compilers that are known and still as they were. */
    public List<ToolchainIndex.Compilers> all() {
        return index.all();
    }

    /** The same, and each call looks at all files of its toolchain. */
    public LocalCompilerToolchains(Path directory, ToolchainStore toolchainStore, ToolchainSelfTest selfTest,
            UnobservableToolchains gaps, InstantSource clock) {
        this(directory, toolchainStore, selfTest, gaps, clock, new FileChangeMonitor(String::hashCode, clock));
    }

    /**
     * @param directory for the index and for new archives, in the file system of the toolchain store
     * @param changes   notifies of changes of the compilers' files, if it is started
     */
    public LocalCompilerToolchains(Path directory, ToolchainStore toolchainStore, ToolchainSelfTest selfTest,
            UnobservableToolchains gaps, InstantSource clock, FileChangeMonitor changes) {
        this.changes = changes;
        this.gaps = gaps;
        this.index = new ToolchainIndex(directory.resolve("index"));
        this.toolchainStore = toolchainStore;
        this.clock = clock;
        this.maker = new ToolchainBuilder(directory, toolchainStore, selfTest, clock);
        this.foreign = new ForeignToolchains(index, toolchainStore, maker, gaps, clock);
    }

    /** Reads the index of compilers that are known. */
    public void start() throws IOException {
        index.start();
        maker.start();
    }

    @Override
    public Resolution of(Path compiler, String searchPath, Caller caller, Duration patience) throws IOException {
        return switch (caller) {
            case Caller.Native(boolean mayRun) -> of(compiler, searchPath, mayRun, patience);
            case Caller.Foreign other -> foreign.of(compiler, searchPath, other, patience);
        };
    }

    /** The same for a native caller. */
    public Resolution of(Path compiler, String searchPath, boolean mayRun, Duration patience) {
        try {
            Optional<Resolution> usable = usable(compiler, searchPath);
            if (usable.isPresent()) {
                return usable.get();
            }
            Path real = compiler.toRealPath();
            if (!mayRun && !isTheSystems(real)) {
                return new Resolution.Unusable("a node of another user runs only the system's compilers");
            }
            CachedLocalFailure refusal = refusals.get(real);
            if (refusal != null && refusal.compiler().equals(FileStamp.of(real))
                    && clock.instant().isBefore(refusal.until())) {
                return refusal.knowledge();
            }
            Resolution made = await(prepare(real), patience);
            Optional<ToolchainIndex.KnownToolchain> now = made instanceof Resolution.Resolved
                    ? index.lookup(compiler)
                    : Optional.empty();
            return now.isPresent() ? checked(now.get(), searchPath) : made;
        } catch (IOException e) {
            return new Resolution.Unusable(FailureText.of(e));
        }
    }

    /** What is known of a compiler, if its toolchain is known and in the store. */
    private Optional<Resolution> usable(Path compiler, String searchPath) throws IOException {
        changes.drain();
        CompilerCall call = new CompilerCall(compiler, searchPath);
        CheckedCompiler last = checked.get(call);
        if (last != null && last.seen().isCurrent() && toolchainStore.ids().contains(last.known().id())) {
            return Optional.of(resolved(last.known()));
        }
        Optional<LookSnapshotBuilder> looks = changes.newSnapshot();
        List<Path> dependencies = looks.isPresent() ? index.dependencies(compiler.toRealPath()) : List.of();
        looks.ifPresent(builder -> note(call, dependencies, builder));
        Optional<ToolchainIndex.KnownToolchain> known = index.lookup(compiler);
        if (known.isEmpty() || !toolchainStore.ids().contains(known.get().id())) {
            return Optional.empty();
        }
        if (looks.isPresent()) {
            known.get().programs().forEach((name, program) -> SearchPathCheck.note(name, program, searchPath,
                    looks.get()));
        }
        Resolution resolution = checked(known.get(), searchPath);
        if (resolution instanceof Resolution.Resolved
                && dependencies.equals(index.dependencies(compiler.toRealPath()))) {
            looks.flatMap(LookSnapshotBuilder::build)
                    .ifPresent(seen -> checked.put(call, new CheckedCompiler(known.get(), seen)));
        }
        return Optional.of(resolution);
    }

    private static void note(CompilerCall call, List<Path> dependencies, LookSnapshotBuilder looks) {
        looks.destination(call.compiler().toString(), false);
        for (Path path : dependencies) {
            looks.path(path);
            looks.destination(path.toString(), false);
        }
    }

    /**
     * The compiler that this would be if it is made now; for the command line, which waits and wants to see the
     * failure.
     */
    public Resolution make(Path compiler) throws IOException {
        Path real = compiler.toRealPath();
        refusals.remove(real);
        return prepare(real).join();
    }

    /** Takes a compiler for one that was never used; it is packed again when it is. */
    public void forget(ToolchainId id) throws IOException {
        index.forget(id);
    }

    private static boolean isTheSystems(Path real) throws IOException {
        for (Path path = real; path != null; path = path.getParent()) {
            boolean writableByOthers = (FileStamp.of(path).permissions() & 022) != 0;
            if (writableByOthers || !Integer.valueOf(0).equals(Files.getAttribute(path, "unix:uid"))) {
                return false;
            }
        }
        return true;
    }

    /** Tools that the driver would find through the job's own PATH must be those of the toolchain. */
    private Resolution checked(ToolchainIndex.KnownToolchain known, String searchPath) throws IOException {
        Optional<String> conflict = SearchPathCheck.conflict(known, searchPath, FileAccess.LOCAL);
        return conflict.isPresent() ? new Resolution.Unusable(conflict.get()) : resolved(known);
    }

    private Resolution resolved(ToolchainIndex.KnownToolchain known) {
        return new Resolution.Resolved(known.id(), known.family(), known.host().processor(),
                toolchainStore.archiveBytes(known.id()),
                gaps.of(known.id()));
    }

    private CompletableFuture<Resolution> prepare(Path real) {
        CompletableFuture<Resolution> mine = new CompletableFuture<>();
        CompletableFuture<Resolution> known = underWay.putIfAbsent(real, mine);
        if (known != null) {
            return known;
        }
        // Not a virtual thread: it reads and compresses for seconds, and would hold one of few carriers.
        Thread.ofPlatform().daemon().name("pack " + real).start(() -> {
            Resolution result = packed(real);
            underWay.remove(real, mine);
            mine.complete(result);
        });
        return mine;
    }

    private Resolution packed(Path real) {
        try {
            return switch (maker.make(real)) {
                case ToolchainBuilder.BuildOutcome.UsableToolchain usable -> {
                    ToolchainIndex.KnownToolchain known = index.remember(usable.found());
                    yield new Resolution.Resolved(known.id(), known.family(), known.host().processor(),
                            usable.archiveBytes(),
                            gaps.of(known.id()));
                }
                case ToolchainBuilder.BuildOutcome.UnusableToolchain(String reason) -> refuse(real, reason);
            };
        } catch (IOException e) {
            LOG.warn("the index of toolchains cannot be written", e);
            return refuse(real, FailureText.of(e));
        }
    }

    private Resolution refuse(Path real, String reason) {
        Resolution.Unusable knowledge = new Resolution.Unusable(reason);
        try {
            refusals.put(real,
                    new CachedLocalFailure(knowledge, FileStamp.of(real), clock.instant().plus(REMEMBER_FAILURE)));
        } catch (IOException _) {
            // the compiler is gone; the next question finds that out
        }
        LOG.info("compiler={} stays local: {}", real, reason);
        return knowledge;
    }

    private static Resolution await(CompletableFuture<Resolution> making, Duration patience) throws IOException {
        try {
            return making.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return new Resolution.Preparing();
        } catch (ExecutionException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
