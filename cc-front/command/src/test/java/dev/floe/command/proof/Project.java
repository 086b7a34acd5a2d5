package dev.floe.command.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.FileStat;
import dev.floe.command.Invocation;
import dev.floe.command.RealMachine;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.HashedNameSet;
import dev.floe.command.inputs.InputSetBuilder;
import dev.floe.command.inputs.LookupDependencies;
import dev.floe.command.parser.CommandClassifier;

/**
 * A directory with one source, whose compile has that source and the directories above it as inputs. Counts the looks.
 */
final class Project {
    final Path root;
    final CompileCommand command;
    final List<Path> further = new ArrayList<>();
    final DirectoryListingCache directories = new DirectoryListingCache(InstantSource.system());
    final CountingMachine machine = new CountingMachine();

    /** The real machine, and how many paths were looked at in how many calls. */
    static final class CountingMachine extends RealMachine {
        int calls;
        int looks;
        /** A directory that the user may not search. */
        @Nullable
        Path closed;

        @Override
        public List<Optional<FileStat>> lstat(List<Path> paths) throws IOException {
            calls++;
            looks += paths.size();
            return super.lstat(paths);
        }

        @Override
        public Optional<FileStat> lstat(Path path) throws IOException {
            if (closed != null && path.startsWith(closed) && !path.equals(closed)) {
                throw new AccessDeniedException(path.toString());
            }
            return super.lstat(path);
        }
    }

    Project(Path directory, Map<String, String> environment) throws IOException {
        this(directory, "gcc", environment);
    }

    Project(Path directory, String compiler, Map<String, String> environment) throws IOException {
        root = directory.toRealPath();
        write("a.c", "int a;\n");
        Map<String, String> all = new HashMap<>(Map.of("HOME", "/home/somebody"));
        all.putAll(environment);
        Invocation invocation = new Invocation(List.of(compiler, "-Iinc", "-c", "a.c"), Path.of("/usr/bin/" + compiler),
                root, all,
                022, Optional.empty());
        CommandPlan plan = CommandClassifier.parse(invocation,
                compiler.equals("gcc") ? CompilerFamily.GCC : CompilerFamily.CLANG, machine);
        assertThat(plan).isInstanceOf(CommandPlan.Replay.class);
        command = ((CommandPlan.Replay) plan).command();
    }

    Path write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    /** What discovery finds: the source and {@link #further} files, and what leads to them. */
    DiscoveryResult.InputsFound found() throws IOException {
        TreeMap<Path, FileStat> entries = new TreeMap<>();
        List<Path> files = new ArrayList<>(further);
        files.add(root.resolve("a.c"));
        for (Path file : files) {
            for (Path at = file; at != null && at.getNameCount() > 0; at = at.getParent()) {
                entries.put(at, machine.lstat(at).orElseThrow());
            }
        }
        LookupDependencies footprint = new LookupDependencies(HashedNameSet.of(List.of()), List.of(), List.of(),
                Map.of());
        return new DiscoveryResult.InputsFound(new InputSetBuilder(entries, new LinkedHashMap<>(), machine).set(false),
                false,
                () -> Optional.of(footprint));
    }

    MissingInputs check(MissedLookups missed) throws IOException {
        return new ObservationCheck(command, machine, directories).check(found().inputs(), false, missed);
    }

    /** Checks paths below the root, or absolute ones. */
    MissingInputs check(String... paths) throws IOException {
        return check(
                new MissedLookups(List.of(paths).stream().map(path -> path.startsWith("/") ? path : root + "/" + path)
                        .sorted().toList(), Set.of(), false));
    }
}
