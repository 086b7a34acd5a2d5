package dev.floe.toolchain.locate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.floe.toolchain.elf.DynamicLinkerPath;
import dev.floe.toolchain.elf.ElfFile;
import dev.floe.toolchain.elf.SharedLibraryResolver;
import dev.floe.toolchain.files.FileAccess;

/** Adds what programs need to start: the dynamic linker and libraries. */
final class ProgramDependencies {
    private final ToolchainTreeBuilder tree;
    private final SharedLibraryResolver libraries;
    private final Set<Path> done = new HashSet<>();

    ProgramDependencies(ToolchainTreeBuilder tree, DynamicLinkerPath directories) throws IOException {
        this.tree = tree;
        this.libraries = new SharedLibraryResolver(tree.files(), tree::isFile, directories);
        for (Path source : directories.sources()) {
            tree.watch(source);
        }
    }

    /** @param program a real path; a script needs nothing that can be known, and is left as it is */
    void add(Path program) throws IOException {
        Optional<ElfFile> elf = ElfFile.read(tree.files().contents(program));
        if (elf.isEmpty() || !done.add(program)) {
            return;
        }
        String interpreter = elf.get().interpreter();
        if (interpreter != null) {
            tree.add(Path.of(interpreter));
        }
        List<SharedLibraryResolver.Library> needed = libraries.of(program, elf.get());
        for (SharedLibraryResolver.Library library : needed) {
            tree.add(library.path());
        }
        Optional<Path> home = home(needed);
        if (home.isPresent()) {
            linkStrays(needed, home.get());
        }
    }

    /**
     * A library in a directory that only {@code ld.so.conf} names would not be found where the toolchain is unpacked,
     * since {@code ld.so.cache} stays here. So it gets a link beside the C library, a place where the linker always
     * looks.
     */
    private void linkStrays(List<SharedLibraryResolver.Library> needed, Path home) throws IOException {
        FileAccess files = tree.files();
        for (SharedLibraryResolver.Library library : needed) {
            if (library.byItself() && !files.real(library.directory()).equals(files.real(home))) {
                tree.invent(home, library.name(), library.path());
            }
        }
    }

    private static Optional<Path> home(List<SharedLibraryResolver.Library> needed) {
        return needed.stream().filter(library -> library.name().startsWith("libc.") && library.byItself())
                .map(SharedLibraryResolver.Library::directory).findFirst();
    }
}
