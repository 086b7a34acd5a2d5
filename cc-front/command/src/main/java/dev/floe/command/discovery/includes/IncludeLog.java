package dev.floe.command.discovery.includes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import dev.floe.command.discovery.scan.SourceScanResult;

/** The inclusions of the texts of one search, as they were when it read them. */
public final class IncludeLog {
    /** What a text was found to have, and beside what it lies. */
    private record Read(SourceScanResult traits, Path beside) {}

    private final List<Read> reads = new ArrayList<>();

    public void add(SourceScanResult traits, Path beside) {
        reads.add(new Read(traits, beside));
    }

    /** The literal operands, by the directories beside which the texts lie. */
    public Map<Path, Set<String>> all() {
        Map<Path, Set<String>> all = new LinkedHashMap<>();
        for (Read read : reads) {
            Set<String> names = all.computeIfAbsent(read.beside(), directory -> new LinkedHashSet<>());
            names.addAll(read.traits().includes());
            names.addAll(read.traits().bodies());
        }
        return all;
    }

    /** Those of the texts in one directory. */
    public Set<String> beside(Path directory) {
        Set<String> names = new HashSet<>();
        for (Read read : reads) {
            if (read.beside().equals(directory)) {
                names.addAll(read.traits().includes());
                names.addAll(read.traits().bodies());
            }
        }
        return names;
    }

    /** Directories of texts in which macros stand for names. */
    public Set<Path> directoriesWithMacroIncludes() {
        return reads.stream().filter(read -> !read.traits().macros().isEmpty()).map(Read::beside)
                .collect(Collectors.toSet());
    }
}
