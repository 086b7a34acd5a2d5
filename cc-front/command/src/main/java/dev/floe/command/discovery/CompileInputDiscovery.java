package dev.floe.command.discovery;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.time.InstantSource;

import dev.floe.command.CompileCommand;
import dev.floe.command.HostAccess;
import dev.floe.command.LocalReason;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.discovery.includes.HeaderSearchPathCache;
import dev.floe.command.discovery.includes.PathLookupCache;
import dev.floe.command.discovery.includes.PathLookupCachePool;
import dev.floe.command.discovery.includes.UnresolvableInputsException;
import dev.floe.command.discovery.scan.ScanResultCache;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.InputDiscovery;

/**
 * Finds inputs by reading what the source includes (see {@link dev.floe.command.discovery.includes.IncludeScanner}),
 * and where that cannot be told, by the compiler's own listing: {@code -M} says what the source includes under the
 * conditions of this very command, {@code -v} where it looked. What neither has is added: directories and links on the
 * way, precompiled headers, files that {@code __has_include}, {@code #embed}, {@code .incbin} and {@code .include} may
 * look for, the locale, the time zone. Where a file may have changed since the search began, all is done again until
 * the inputs are the same twice. Where a macro computes the name of such a file, the inputs are unknown. Safe for
 * threads.
 */
public final class CompileInputDiscovery implements InputDiscovery {
    private static final int REMEMBERED_FILES = 50_000;
    private static final int TRIES = 4;

    private final DiscoveryCaches memories;

    /** @param clock tells which directories changed too recently to remember what they lack */
    public CompileInputDiscovery(InstantSource clock) {
        this(clock, new DirectoryListingCache(clock));
    }

    public CompileInputDiscovery(InstantSource clock, DirectoryListingCache directories) {
        this.memories = new DiscoveryCaches(new ScanResultCache(REMEMBERED_FILES), new PathLookupCachePool(clock),
                directories,
                new HeaderSearchPathCache());
    }

    /** What was found in texts; a node keeps it across restarts. */
    public ScanResultCache texts() {
        return memories.texts();
    }

    @Override
    public DiscoveryResult discover(CompileCommand command, String toolchain, HostAccess machine, boolean footprints)
            throws IOException {
        if (!command.language().needsPreprocessing()) {
            return discover(command, toolchain, machine, footprints, false);
        }
        try {
            DiscoveryResult read = discover(command, toolchain, machine, footprints, false);
            if (read instanceof DiscoveryResult.InputsFound || isReadOnce(read)) {
                return read;
            }
        } catch (IOException _) {
            // Perhaps a text that this very command would not read; the compiler reads what it needs.
        }
        return discover(command, toolchain, machine, footprints, true);
    }

    /** Whether the compiler that lists its inputs would take them from the one that compiles. */
    private static boolean isReadOnce(DiscoveryResult read) {
        return read instanceof DiscoveryResult.InputsUnknown(LocalReason reason)
                && reason.code() == LocalReason.ReasonCode.SPECIAL_INPUT;
    }

    @Override
    public DiscoveryResult discoverListed(CompileCommand command, String toolchain, HostAccess machine,
            boolean footprints)
            throws IOException {
        return discover(command, toolchain, machine, footprints, command.language().needsPreprocessing());
    }

    private DiscoveryResult discover(CompileCommand command, String toolchain, HostAccess machine, boolean footprints,
            boolean asks) throws IOException {
        var request = new DiscoveryRun.Request(command, toolchain, machine, footprints, asks);
        PathLookupCache lookups = memories.lookupCaches().take();
        DiscoveryRun search = new DiscoveryRun(request, memories, lookups);
        try {
            DiscoveryResult found = search.run();
            for (int i = 0; i < TRIES && found instanceof DiscoveryResult.InputsFound first; i++) {
                if (!search.sawChanges()) {
                    return found;
                }
                search = new DiscoveryRun(request, memories, lookups);
                found = search.run();
                if (found instanceof DiscoveryResult.InputsFound second && second.inputs().equals(first.inputs())) {
                    return found;
                }
            }
            return found instanceof DiscoveryResult.InputsFound
                    ? new DiscoveryResult.InputsUnknown(
                            new LocalReason(LocalReason.ReasonCode.CHANGING_INPUT, command.source().toString()))
                    : found;
        } catch (UnresolvableInputsException e) {
            return new DiscoveryResult.InputsUnknown(e.reason());
        } catch (InvalidPathException e) {
            return new DiscoveryResult.InputsUnknown(
                    new LocalReason(LocalReason.ReasonCode.NAME_ENCODING, e.getInput()));
        } finally {
            search.leave();
            memories.lookupCaches().give(lookups);
        }
    }
}
