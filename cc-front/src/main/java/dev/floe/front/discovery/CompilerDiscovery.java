package dev.floe.front.discovery;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.time.InstantSource;

import dev.floe.front.CompileCommand;
import dev.floe.front.Discovery;
import dev.floe.front.InputDiscovery;
import dev.floe.front.Machine;
import dev.floe.front.Reason;

/**
 * Finds inputs by reading what the source includes (see {@link Reach}), and where that cannot be told, by the compiler's own listing:
 * {@code -M} says what the source includes under the conditions of this very command, {@code -v} where it looked. What neither has is added:
 * directories and links on the way, precompiled headers, files that {@code __has_include}, {@code #embed}, {@code .incbin} and {@code .include}
 * may look for, the locale, the time zone. Where a file may have changed since the search began, all is done again until the inputs are the
 * same twice. Where a macro computes the name of such a file, the inputs are unknown. Safe for threads.
 */
public final class CompilerDiscovery implements InputDiscovery {
    private static final int REMEMBERED_FILES = 50_000;
    private static final int TRIES = 4;

    private final Memories memories;

    /** @param clock tells which directories changed too recently to remember what they lack */
    public CompilerDiscovery(InstantSource clock) {
        this(clock, new Directories(clock));
    }

    public CompilerDiscovery(InstantSource clock, Directories directories) {
        this.memories = new Memories(new ScanMemory(REMEMBERED_FILES), new Terrains(clock), directories,
                new SearchLists());
    }

    @Override
    public Discovery discover(CompileCommand command, String toolchain, Machine machine, boolean footprints)
            throws IOException {
        if (!command.language().needsPreprocessing()) {
            return discover(command, toolchain, machine, footprints, false);
        }
        try {
            Discovery read = discover(command, toolchain, machine, footprints, false);
            if (read instanceof Discovery.Found) {
                return read;
            }
        } catch (IOException _) {
            // Perhaps a text that this very command would not read; the compiler reads what it needs.
        }
        return discover(command, toolchain, machine, footprints, true);
    }

    @Override
    public Discovery discoverListed(CompileCommand command, String toolchain, Machine machine, boolean footprints)
            throws IOException {
        return discover(command, toolchain, machine, footprints, command.language().needsPreprocessing());
    }

    private Discovery discover(CompileCommand command, String toolchain, Machine machine, boolean footprints,
            boolean asks) throws IOException {
        Terrain terrain = memories.terrains().take();
        Search search = new Search(command, toolchain, machine, memories, terrain, footprints, asks);
        try {
            Discovery found = search.run();
            for (int i = 0; i < TRIES && found instanceof Discovery.Found first; i++) {
                if (!search.sawChanges()) {
                    return found;
                }
                search = new Search(command, toolchain, machine, memories, terrain, footprints, asks);
                found = search.run();
                if (found instanceof Discovery.Found second && second.inputs().equals(first.inputs())) {
                    return found;
                }
            }
            return found instanceof Discovery.Found
                    ? new Discovery.Unknown(new Reason(Reason.Code.CHANGING_INPUT, command.source().toString()))
                    : found;
        } catch (InputsUnknownException e) {
            return new Discovery.Unknown(e.reason());
        } catch (InvalidPathException e) {
            return new Discovery.Unknown(new Reason(Reason.Code.NAME_ENCODING, e.getInput()));
        } finally {
            search.leave();
            memories.terrains().give(terrain);
        }
    }
}
