package dev.floe.node.toolchains;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.submitter.compilers.ToolchainResolver.Caller;
import dev.floe.node.submitter.compilers.ToolchainResolver.Resolution;
import dev.floe.node.toolchains.store.ToolchainStore;
import dev.floe.node.toolchains.store.UnobservableToolchains;
import dev.floe.store.BoundedMap;
import dev.floe.store.FileStamp;
import dev.floe.toolchain.files.FileAccess;
import dev.floe.toolchain.index.ToolchainIndex;

/**
 * The toolchains of callers whose files are not this node's: those in containers and chroots. A compiler is found,
 * hashed and packed in the caller's files. What is remembered of one view (user, mount namespace, root) serves no
 * other, and is checked against the caller's files for each command. The node's own toolchains serve a caller whose
 * files are the same, by inode and times.
 */
final class ForeignToolchains {
    private static final Logger LOG = LogManager.getLogger(ForeignToolchains.class);
    /** Short: the kernel gives the numbers of a view to another one when the first is gone. */
    private static final Duration REMEMBER_FAILURE = Duration.ofMinutes(1);
    private static final int MAX_VIEWS = 64;

    private final ToolchainIndex own;
    private final ToolchainStore toolchainStore;
    private final ToolchainBuilder maker;
    private final UnobservableToolchains gaps;
    private final InstantSource clock;
    private final Map<String, CallerView> views = BoundedMap.concurrent(MAX_VIEWS);

    private record CachedForeignFailure(Resolution.Unusable knowledge, FileStamp compiler, Instant until) {}

    /** What is known in one view. */
    private record CallerView(ToolchainIndex index, Map<Path, CompletableFuture<Resolution>> underWay,
            Map<Path, CachedForeignFailure> refusals) {}

    /** @param own the index of this node's own compilers */
    ForeignToolchains(ToolchainIndex own, ToolchainStore toolchainStore, ToolchainBuilder maker,
            UnobservableToolchains gaps,
            InstantSource clock) {
        this.gaps = gaps;
        this.own = own;
        this.toolchainStore = toolchainStore;
        this.maker = maker;
        this.clock = clock;
    }

    /** @throws IOException if the caller does not answer */
    Resolution of(Path compiler, String searchPath, Caller.Foreign caller, Duration patience) throws IOException {
        FileAccess files = new CallerFiles(caller.machine(), null);
        CallerView view = view(caller.view());
        Path real;
        FileStamp stamp;
        try {
            real = files.real(compiler);
            stamp = files.lstat(real).orElseThrow(() -> new NoSuchFileException(compiler.toString()));
        } catch (NoSuchFileException _) {
            return new Resolution.Unusable(compiler + " is not there");
        }
        Optional<Resolution> known = known(view, real, searchPath, files);
        if (known.isPresent()) {
            return known.get();
        }
        CachedForeignFailure refusal = view.refusals().get(real);
        if (refusal != null && refusal.compiler().equals(stamp) && clock.instant().isBefore(refusal.until())) {
            return refusal.knowledge();
        }
        CompletableFuture<Resolution> mine = new CompletableFuture<>();
        CompletableFuture<Resolution> others = view.underWay().putIfAbsent(real, mine);
        if (others != null) {
            Optional<Resolution> made = await(others, patience);
            return made.isPresent() && made.get() instanceof Resolution.Resolved
                    ? known(view, real, searchPath, new CallerFiles(caller.machine(), null)).orElse(made.get())
                    : made.orElseGet(Resolution.Preparing::new);
        }
        try {
            Resolution made = make(view, real, stamp, caller);
            mine.complete(made);
            return made instanceof Resolution.Resolved
                    ? known(view, real, searchPath, new CallerFiles(caller.machine(), null)).orElse(made)
                    : made;
        } finally {
            view.underWay().remove(real, mine);
            mine.cancel(false); // nothing if it has ended well
        }
    }

    private CallerView view(String name) {
        return views.computeIfAbsent(name, _ -> new CallerView(ToolchainIndex.inMemory(), new ConcurrentHashMap<>(),
                new ConcurrentHashMap<>()));
    }

    private Optional<Resolution> known(CallerView view, Path real, String searchPath, FileAccess files)
            throws IOException {
        Optional<ToolchainIndex.KnownToolchain> found = view.index().lookup(real, files)
                .or(() -> own.lookup(real, files))
                .filter(known -> toolchainStore.ids().contains(known.id()));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> conflict = SearchPathCheck.conflict(found.get(), searchPath, files);
        return Optional.of(conflict.isPresent()
                ? new Resolution.Unusable(conflict.get())
                : new Resolution.Resolved(found.get().id(), found.get().family(), found.get().host().processor(),
                        toolchainStore.archiveBytes(found.get().id()), gaps.of(found.get().id())));
    }

    private Resolution make(CallerView view, Path real, FileStamp stamp, Caller.Foreign caller) throws IOException {
        return switch (maker.make(real, caller.machine())) {
            case ToolchainBuilder.BuildOutcome.UsableToolchain usable -> {
                ToolchainIndex.KnownToolchain known = view.index().remember(usable.found());
                LOG.info("toolchain={} is that of {} in view=\"{}\"", known.id().brief(), real, caller.view());
                yield new Resolution.Resolved(known.id(), known.family(), known.host().processor(),
                        usable.archiveBytes(),
                        gaps.of(known.id()));
            }
            case ToolchainBuilder.BuildOutcome.UnusableToolchain(String reason) -> {
                Resolution.Unusable unusable = new Resolution.Unusable(reason);
                view.refusals().put(real,
                        new CachedForeignFailure(unusable, stamp, clock.instant().plus(REMEMBER_FAILURE)));
                LOG.info("compiler={} of view=\"{}\" stays local: {}", real, caller.view(), reason);
                yield unusable;
            }
        };
    }

    /** What another thread has made; empty if it was not ready in time, or was given up. */
    private static Optional<Resolution> await(CompletableFuture<Resolution> making, Duration patience)
            throws IOException {
        try {
            return Optional.of(making.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException | CancellationException _) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
