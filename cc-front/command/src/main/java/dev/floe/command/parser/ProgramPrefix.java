package dev.floe.command.parser;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import dev.floe.command.FileStat;
import dev.floe.command.HostAccess;
import dev.floe.command.Invocation;
import dev.floe.store.files.ExecutablePath;

/**
 * Looks whether {@code -B} makes a driver run programs that its toolchain does not have. Those do not travel with
 * a command, because inputs are not executed. The assembler that the driver would run anyway comes with the
 * toolchain: the one in {@code PATH}, or the one whose name begins as the driver's does.
 */
final class ProgramPrefix {
    private static final int MAX_LINKS = 8;
    private static final List<String> PROGRAMS = List.of("as", "objcopy", "cc1", "cc1plus", "cc1obj", "cc1objplus",
            "collect2", "lto-wrapper");
    private static final String DRIVER = "(gcc|g\\+\\+|cc|c\\+\\+|clang|clang\\+\\+)(-[0-9.]+)?$";

    private final Invocation invocation;
    private final HostAccess machine;

    ProgramPrefix(Invocation invocation, HostAccess machine) {
        this.invocation = invocation;
        this.machine = machine;
    }

    /** A program that one of these prefixes brings and the toolchain may lack; empty if there is none. */
    Optional<Path> foreign(List<String> prefixes) throws IOException {
        for (String prefix : prefixes) {
            Path directory = invocation.cwd().resolve(prefix);
            boolean isDirectory = real(directory).filter(stat -> stat.kind() == FileStat.FileKind.DIRECTORY)
                    .isPresent();
            for (String name : PROGRAMS) {
                Path program = isDirectory ? directory.resolve(name) : invocation.cwd().resolve(prefix + name);
                Optional<FileStat> found = real(program).filter(stat -> stat.kind() == FileStat.FileKind.REGULAR);
                if (found.isPresent() && !isOwn(name, found.get())) {
                    return Optional.of(program);
                }
            }
        }
        return Optional.empty();
    }

    private boolean isOwn(String name, FileStat found) throws IOException {
        List<Path> places = new ArrayList<>();
        Path driver = invocation.compiler();
        String beginning = String.valueOf(driver.getFileName()).replaceFirst(DRIVER, "");
        if (!beginning.isEmpty()) {
            places.add(driver.resolveSibling(beginning + name));
        }
        for (Path candidate : ExecutablePath.candidates(invocation.environment().getOrDefault("PATH", ""), name)) {
            places.add(invocation.cwd().resolve(candidate));
        }
        for (Path place : places) {
            Optional<FileStat> there = real(place);
            if (there.isPresent()) {
                return there.get().equals(found);
            }
        }
        return false;
    }

    /**
     * What is where a path leads if its last name is a link, or a link to one; nothing in a directory that the user may
     * not search.
     */
    private Optional<FileStat> real(Path path) throws IOException {
        Path at = path;
        try {
            for (int links = 0; links < MAX_LINKS; links++) {
                Optional<FileStat> stat = machine.lstat(at);
                if (stat.isEmpty() || stat.get().kind() != FileStat.FileKind.LINK) {
                    return stat;
                }
                at = at.resolveSibling(Objects.requireNonNull(stat.get().target()));
            }
        } catch (AccessDeniedException _) {
            // as the driver's search, which passes it
        }
        return Optional.empty();
    }
}
