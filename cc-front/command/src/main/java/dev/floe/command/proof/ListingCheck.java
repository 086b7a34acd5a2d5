package dev.floe.command.proof;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import dev.floe.command.CompileCommand;
import dev.floe.command.FileStat;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.HostAccess;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.discovery.includes.DirectoryListingCache.DirectoryListing;
import dev.floe.command.inputs.HashedNameSet;
import dev.floe.command.proof.PathWalks.Walk;

/**
 * Compares the directories that a compile has listed where it ran with what they hold where the user is. clang lists
 * those in which gcc may be installed, and takes the newest, so one that appears is not among the missed paths.
 */
final class ListingCheck {
    /** More names than these are not sent. */
    private static final int MAX_NEW_NAMES = 200;

    private final CompileCommand command;
    private final HostAccess machine;
    private final DirectoryListingCache directories;

    /**
     * How the directories differ.
     *
     * @param more     paths of what is there and was not where the compile ran, as the directories were asked for
     * @param obstacle what cannot be made good by sending something, in words that begin with a path
     */
    record Difference(List<String> more, Optional<String> obstacle) {}

    ListingCheck(CompileCommand command, HostAccess machine, DirectoryListingCache directories) {
        this.command = command;
        this.machine = machine;
        this.directories = directories;
    }

    /** Whether it matters what a directory holds. */
    static boolean counts(CompileCommand command, String directory) {
        return !SpelledPaths.isOfSandbox(directory)
                && !LookupTable.standard().isWithoutBearing(command.family(), Path.of(directory).normalize());
    }

    /** @param listed what each directory held */
    Difference compare(Map<String, Set<String>> listed) throws IOException {
        Map<String, Set<String>> wanted = new TreeMap<>(listed);
        wanted.keySet().removeIf(directory -> !counts(command, directory));
        List<String> more = new ArrayList<>();
        List<String> obstacles = new ArrayList<>();
        for (Map.Entry<String, Walk> walked : new PathWalks(machine).walk(wanted.keySet()).entrySet()) {
            String directory = walked.getKey();
            Set<String> names = wanted.getOrDefault(directory, Set.of());
            Optional<FileStat> stat = walked.getValue().stat().filter(found -> found.kind() == FileKind.DIRECTORY);
            Path end = walked.getValue().end();
            if (stat.isEmpty() || end == null) {
                obstacles.add(directory + " is a directory on the peer alone");
            } else if (!holds(end, stat.get(), names)) {
                compare(directory, new HashSet<>(machine.list(end).orElse(List.of())), names, more, obstacles);
            }
        }
        return new Difference(more, obstacles.stream().findFirst());
    }

    /** Whether a directory holds just these names, if that is known without reading it. */
    private boolean holds(Path directory, FileStat stat, Set<String> names) throws IOException {
        Optional<DirectoryListing> contents = directories.of(directory, stat, machine);
        return contents.isPresent() && contents.get().names().equals(HashedNameSet.of(names));
    }

    private static void compare(String directory, Set<String> here, Set<String> there, List<String> more,
            List<String> obstacles) {
        there.stream().filter(name -> !here.contains(name)).sorted().findFirst()
                .ifPresent(name -> obstacles.add(directory + "/" + name + " is on the peer alone"));
        List<String> news = here.stream().filter(name -> !there.contains(name)).sorted().toList();
        if (news.size() > MAX_NEW_NAMES) {
            obstacles.add(directory + " held less on the peer");
        } else {
            news.forEach(name -> more.add((directory.equals("/") ? "" : directory) + "/" + name));
        }
    }
}
