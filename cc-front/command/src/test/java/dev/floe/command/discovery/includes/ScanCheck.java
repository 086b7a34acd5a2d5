package dev.floe.command.discovery.includes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.Invocation;
import dev.floe.command.RealMachine;
import dev.floe.command.discovery.DiscoveryCaches;
import dev.floe.command.discovery.DiscoveryRun;
import dev.floe.command.discovery.scan.ScanResultCache;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.parser.CommandClassifier;

/**
 * Compares for each command of a file what reading finds with what the compiler lists: not one file of the listing may
 * be missing. A line is a directory, a compiler's path and its arguments, separated by tabs. A program, not a test;
 * {@code scripts/build-projects --scan} runs it.
 */
final class ScanCheck {
    private final RealMachine machine = new RealMachine();
    private final DiscoveryCaches memories = new DiscoveryCaches(new ScanResultCache(50_000),
            new PathLookupCachePool(InstantSource.system()),
            new DirectoryListingCache(InstantSource.system()), new HeaderSearchPathCache());
    private int compared;
    private int left;
    private int missing;
    private long read;
    private long listed;

    private ScanCheck() {}

    public static void main(String[] arguments) throws IOException {
        ScanCheck check = new ScanCheck();
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            check.compare(List.of(line.split("\t")));
        }
        System.out.printf(
                "commands compared %d, left to the compiler %d, files listed %d, files found by reading %d, missing %d%n",
                check.compared, check.left, check.listed, check.read, check.missing);
        if (check.missing > 0 || check.compared == 0) {
            System.exit(1);
        }
    }

    private void compare(List<String> words) throws IOException {
        CompilerFamily family = words.get(1).contains("clang") ? CompilerFamily.CLANG : CompilerFamily.GCC;
        Invocation call = new Invocation(words.subList(1, words.size()), Path.of(words.get(1)).toRealPath(),
                Path.of(words.getFirst()), Map.of("PATH", "/usr/bin:/bin"), 022, Optional.empty());
        if (!(CommandClassifier.parse(call, family, machine) instanceof CommandPlan.Replay(CompileCommand command))
                || !command.language().needsPreprocessing()) {
            return;
        }
        Optional<Set<Path>> listing = files(command, true);
        Optional<Set<Path>> reading = files(command, false);
        if (listing.isEmpty()) {
            return; // what the compiler refuses
        }
        if (reading.isEmpty()) {
            left++;
            return;
        }
        compared++;
        listed += listing.get().size();
        read += reading.get().size();
        Set<Path> lost = new TreeSet<>(listing.get());
        lost.removeAll(reading.get());
        lost.forEach(path -> System.out.println("missing: " + path + " of " + command.source()));
        missing += lost.size();
    }

    private Optional<Set<Path>> files(CompileCommand command, boolean asks) throws IOException {
        PathLookupCache lookups = memories.lookupCaches().take();
        DiscoveryRun search = new DiscoveryRun(new DiscoveryRun.Request(command, words(command), machine, false, asks),
                memories, lookups);
        try {
            return search.run() instanceof DiscoveryResult.InputsFound found
                    ? Optional.of(found.inputs().inputs().stream().filter(Input.File.class::isInstance)
                            .map(Input::path).collect(Collectors.toSet()))
                    : Optional.empty();
        } catch (UnresolvableInputsException e) {
            return Optional.empty();
        } finally {
            search.leave();
            memories.lookupCaches().give(lookups);
        }
    }

    private static String words(CompileCommand command) {
        return command.invocation().compiler().toString();
    }
}
