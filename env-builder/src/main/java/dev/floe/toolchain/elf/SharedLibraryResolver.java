package dev.floe.toolchain.elf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.toolchain.files.FileAccess;

/**
 * Finds the libraries that a program loads, in the order in which the dynamic linker does (ld.so(8)): a library's own
 * RPATH and its loaders', its RUNPATH, the configured directories, the built-in ones. {@code LD_LIBRARY_PATH} is no
 * part of a compiler. Variants for newer processors ({@code glibc-hwcaps}) are left out: every machine runs the plain
 * ones.
 */
public final class SharedLibraryResolver {
    /**
     * A library under the path by which the dynamic linker opens it.
     *
     * @param byItself whether the linker finds it without help of the file that needs it
     */
    public record Library(String name, Path path, boolean byItself) {
        /** Where it lies, by the same path. */
        public Path directory() {
            return path.resolveSibling(".").normalize();
        }
    }

    /** Something loaded, and what needed it. */
    private record Loaded(Path path, ElfFile elf, @Nullable Loaded by) {}

    private final FileAccess files;
    private final FileExistenceProbe probe;
    private final DynamicLinkerPath system;

    public SharedLibraryResolver(FileAccess files, FileExistenceProbe probe, DynamicLinkerPath system) {
        this.files = files;
        this.probe = probe;
        this.system = system;
    }

    /**
     * All libraries that {@code program} needs, directly or not, in the order of loading; its interpreter is not among
     * them unless it is also needed by name.
     *
     * @param program a real path
     * @throws MissingLibraryException if one is not found
     */
    public List<Library> of(Path program, ElfFile elf) throws IOException {
        Map<String, Library> found = new LinkedHashMap<>();
        Deque<Loaded> queue = new ArrayDeque<>(List.of(new Loaded(program, elf, null)));
        while (!queue.isEmpty()) {
            Loaded loader = queue.poll();
            for (String name : loader.elf().needed()) {
                if (!found.containsKey(name)) {
                    Library library = find(name, loader);
                    found.put(name, library);
                    queue.add(new Loaded(library.path(), elfOf(library.path()).orElseThrow(), loader));
                }
            }
        }
        return List.copyOf(found.values());
    }

    private Library find(String name, Loaded loader) throws IOException {
        if (name.contains("/")) {
            Path path = Path.of(name);
            if (path.isAbsolute() && fits(path, loader.elf())) {
                return new Library(name, path, false);
            }
            throw new MissingLibraryException(name, loader.path());
        }
        Optional<Path> own = first(name, ownDirectories(loader), loader.elf());
        if (own.isPresent()) {
            return new Library(name, own.get(), false);
        }
        Path path = first(name, system.directories(), loader.elf())
                .orElseThrow(() -> new MissingLibraryException(name, loader.path()));
        return new Library(name, path, true);
    }

    private Optional<Path> first(String name, List<Path> directories, ElfFile loader) throws IOException {
        for (Path directory : directories) {
            Path path = directory.resolve(name);
            if (fits(path, loader)) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    private boolean fits(Path path, ElfFile loader) throws IOException {
        return probe.isFile(path) && elfOf(path).filter(loader::loads).isPresent();
    }

    private Optional<ElfFile> elfOf(Path path) throws IOException {
        return ElfFile.read(files.contents(files.real(path)));
    }

    private static List<Path> ownDirectories(Loaded loader) {
        List<Path> directories = new ArrayList<>();
        if (loader.elf().runpath().isEmpty()) {
            for (Loaded at = loader; at != null; at = at.by()) {
                if (at.elf().runpath().isEmpty()) {
                    addExpanded(at.elf().rpath(), at.path(), directories);
                }
            }
        }
        addExpanded(loader.elf().runpath(), loader.path(), directories);
        return directories;
    }

    /**
     * {@code $LIB} and {@code $PLATFORM} differ between linkers; what needs them is found in the system's directories
     * or not.
     */
    private static void addExpanded(List<String> entries, Path file, List<Path> directories) {
        String origin = String.valueOf(file.getParent());
        for (String entry : entries) {
            String expanded = entry.replace("${ORIGIN}", origin).replace("$ORIGIN", origin);
            if (expanded.startsWith("/") && !expanded.contains("$")) {
                directories.add(Path.of(expanded));
            }
        }
    }
}
