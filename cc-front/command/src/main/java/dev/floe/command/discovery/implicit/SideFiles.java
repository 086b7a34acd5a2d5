package dev.floe.command.discovery.implicit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import dev.floe.command.CompileCommand;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.HostAccess;
import dev.floe.command.Language;
import dev.floe.command.discovery.includes.InputTreeRecorder;

/** Files that neither the texts of a command nor its options name, and that single options make a compiler read. */
public final class SideFiles {
    /** By {@code -remap}: says under which other names gcc opens the headers of its directory. */
    private static final String NAME_MAP = "header.gcc";
    private static final String REMAP = "-remap";
    private static final long MAX_INDEX_BYTES = 64L << 20;

    private final CompileCommand command;
    private final HostAccess machine;
    private final InputTreeRecorder tree;

    public SideFiles(CompileCommand command, HostAccess machine, InputTreeRecorder tree) {
        this.command = command;
        this.machine = machine;
        this.tree = tree;
    }

    /** Records the name maps of all directories in which a header may be looked for. */
    public void addNameMaps(Collection<Path> searched, Collection<Path> listed) throws IOException {
        if (command.preprocessing().arguments().contains(REMAP)) {
            Set<Path> places = new LinkedHashSet<>(searched);
            listed.forEach(file -> places.add(Objects.requireNonNull(file.getParent())));
            for (Path place : places) {
                add(place.resolve(NAME_MAP));
            }
        }
    }

    /** Records the modules from which a compile of LLVM's own language imports, if this file is its index of them. */
    public void addModules(InputTreeRecorder.ResolvedPath file) throws IOException {
        if (command.language() == Language.IR && file.stat().kind() == FileKind.REGULAR) {
            for (String module : ThinLtoIndex.modules(machine.read(file.path(), MAX_INDEX_BYTES))) {
                add(command.cwd().resolve(module));
            }
        }
    }

    /** The option that changes where the driver looks for more than headers; empty if there is none. */
    public Optional<String> prefix() {
        return command.preprocessing().arguments().stream()
                .filter(word -> word.startsWith("-B") || word.startsWith("--prefix")).findFirst();
    }

    private void add(Path spelled) throws IOException {
        if (tree.look(spelled).isPresent()) {
            tree.add(spelled);
        }
    }
}
