package dev.floe.command.discovery.implicit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.LocalReason;
import dev.floe.command.discovery.includes.InputTreeRecorder;
import dev.floe.command.discovery.includes.PathLookupCache;
import dev.floe.command.discovery.includes.PathResolution;
import dev.floe.command.discovery.includes.ScannedFile;
import dev.floe.command.discovery.includes.UnresolvableInputsException;

/**
 * Precompiled headers that a compiler may read: one wins over the header beside which it lies, also where that itself
 * is missing.
 */
public final class PrecompiledHeaderLocator {
    private final CompileCommand command;
    private final Collection<Path> directories;
    private final PathLookupCache lookups;
    private final List<String> suffixes;
    private final List<PathResolution> found = new ArrayList<>();

    /** @param directories where headers are searched */
    public PrecompiledHeaderLocator(CompileCommand command, Collection<Path> directories, PathLookupCache lookups) {
        this.command = command;
        this.directories = directories;
        this.lookups = lookups;
        this.suffixes = command.family() == CompilerFamily.CLANG ? List.of(".pch", ".gch") : List.of(".gch");
    }

    /**
     * The ways to them.
     *
     * @param texts    that the source reaches
     * @param listed   files that the compiler lists
     * @param included what texts beside the source include: only a source itself can include one, and the listing may
     *                 have another file in its place
     */
    public List<PathResolution> find(List<ScannedFile> texts, List<Path> listed, Set<String> included)
            throws IOException, UnresolvableInputsException {
        for (ScannedFile text : texts) {
            for (PathResolution way : text.siblingLookups(suffixes, lookups)) {
                look(way, text.spelled());
            }
        }
        Set<Path> headers = new LinkedHashSet<>(listed);
        for (String name : command.preprocessing().forced()) {
            headers.add(command.cwd().resolve(name));
            directories.forEach(directory -> headers.add(directory.resolve(name)));
        }
        Set<String> names = new HashSet<>();
        for (String include : included) {
            if (names.add(include.substring(1))) {
                addUpTo(include.substring(1), headers);
            }
        }
        for (Path header : headers) {
            for (String suffix : suffixes) {
                look(lookups.way(header.resolveSibling(header.getFileName() + suffix)), header);
            }
        }
        return found;
    }

    /** Every place up to the one where a name is found. */
    private void addUpTo(String name, Set<Path> headers) throws IOException {
        // A macro may well stand for a text that is no file's name.
        if (name.isEmpty() || name.endsWith("/") || name.indexOf('\0') >= 0) {
            return;
        }
        headers.add(Objects.requireNonNull(command.source().getParent()).resolve(name));
        for (Path directory : directories) {
            headers.add(directory.resolve(name));
            if (InputTreeRecorder.place(lookups.resolve(lookups.directory(directory), name))
                    .filter(place -> place.stat().kind() == FileKind.REGULAR).isPresent()) {
                return;
            }
        }
    }

    private void look(PathResolution way, Path header) throws UnresolvableInputsException {
        Optional<InputTreeRecorder.ResolvedPath> there = InputTreeRecorder.place(way);
        if (there.isPresent()) {
            if (there.get().stat().kind() != FileKind.REGULAR) {
                throw new UnresolvableInputsException(LocalReason.ReasonCode.PRECOMPILED_HEADER, header.toString());
            }
            found.add(way);
        }
    }
}
