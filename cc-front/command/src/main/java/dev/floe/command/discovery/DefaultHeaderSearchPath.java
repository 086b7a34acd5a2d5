package dev.floe.command.discovery;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.floe.command.CompileCommand;
import dev.floe.command.HostAccess;
import dev.floe.command.discovery.includes.HeaderSearchPath;
import dev.floe.command.discovery.includes.HeaderSearchPathCache;
import dev.floe.command.discovery.includes.InputTreeRecorder;
import dev.floe.command.discovery.includes.PathLookupCache;
import dev.floe.command.discovery.includes.PathLookupCachePool;

/**
 * The default header search path of a compiler, spelled out as options for another compiler, which then searches
 * exactly there. The compiler is asked once for each set of options that can matter, and again when a directory has
 * appeared that it had passed over. Bounded, safe for threads.
 */
public final class DefaultHeaderSearchPath {
    private static final List<String> ALSO_MATTER = List.of("-nostdinc++", "-pthread", "-ansi");
    private static final List<String> VARIABLES = List.of("CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH",
            "OBJC_INCLUDE_PATH");

    private final HeaderSearchPathCache lists = new HeaderSearchPathCache();
    private final PathLookupCachePool lookupCaches;

    /** @param clock tells which directories changed too recently to remember what they lack */
    public DefaultHeaderSearchPath(InstantSource clock) {
        this.lookupCaches = new PathLookupCachePool(clock);
    }

    /**
     * Options that stand behind those of the command. Named in this way the directories come after those of the
     * command's own {@code -isystem}, and before those of its {@code -idirafter}, as the compiler's own do; what the
     * other compiler would search by itself comes later, and nothing of it is there. ({@code -nostdinc} would also keep
     * gcc from reading {@code stdc-predef.h}.)
     *
     * @param toolchain that the compiler is
     */
    public List<String> options(CompileCommand command, String toolchain, HostAccess machine) throws IOException {
        List<String> arguments = command.preprocessing().arguments();
        if (!command.language().needsPreprocessing() || arguments.contains("-nostdinc")) {
            return List.of();
        }
        List<String> mattering = arguments.stream()
                .filter(word -> word.startsWith("-m") || ALSO_MATTER.contains(word)).toList();
        Map<String, String> environment = new HashMap<>(command.environment());
        VARIABLES.forEach(environment::remove);
        PathLookupCache lookups = lookupCaches.take();
        HeaderSearchPath search;
        try {
            search = lists.of(command, toolchain, mattering, List.of(), environment, machine,
                    new InputTreeRecorder(machine, lookups));
        } finally {
            lookupCaches.give(lookups);
        }
        if (search.searched().isEmpty()) {
            throw new IOException(command.invocation().compiler() + " does not print its header search path");
        }
        List<String> options = new ArrayList<>();
        for (Path directory : search.searched()) {
            options.add("-isystem");
            options.add(directory.toString());
        }
        return options;
    }
}
