package dev.floe.command.proof;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.floe.command.CompileCommand;
import dev.floe.command.manifest.ManifestKey;
import dev.floe.store.BoundedMap;

/**
 * Remembers what compiles needed besides what discovery finds: for the same command, and, of files that are not the
 * project's, for all commands of the same toolchain. Bounded and thread-safe.
 */
public final class ExtraInputsCache {
    /** A command that needs more paths is not learned any further. */
    static final int MAX_PATHS = 1_000;
    private static final int MAX_COMMANDS = 5_000;
    private static final int MAX_TOOLCHAINS = 100;

    /** So long a command stays local for which a compile elsewhere cannot have all. */
    private static final Duration OBSTACLE_LASTS = Duration.ofMinutes(10);

    private final InstantSource clock;
    private final Map<ManifestKey, ExtraInputs> commands = BoundedMap.concurrent(MAX_COMMANDS);
    private final Map<String, ExtraInputs> toolchains = BoundedMap.concurrent(MAX_TOOLCHAINS);

    private final Map<ManifestKey, Obstacle> obstacles = BoundedMap.concurrent(MAX_COMMANDS);

    /**
     * @param variables that were the obstacle, and are it as long as one of them is set; empty if something else was
     */
    private record Obstacle(String reason, Instant until, Set<String> variables) {
        boolean isThere(Set<String> set, Instant now) {
            return until.isAfter(now) && (variables.isEmpty() || variables.stream().anyMatch(set::contains));
        }
    }

    public ExtraInputsCache(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Why it is of no use just now to compile a command elsewhere; empty if it is.
     *
     * @param set variables that the user has set
     */
    public Optional<String> obstacle(ManifestKey key, Set<String> set) {
        return Optional.ofNullable(obstacles.get(key)).filter(known -> known.isThere(set, clock.instant()))
                .map(Obstacle::reason);
    }

    /** A compile elsewhere lacked what cannot be sent. */
    public void addObstacle(ManifestKey key, MissingInputs shortfall, String reason) {
        Set<String> variables = shortfall.paths().isEmpty() ? Set.copyOf(shortfall.variables()) : Set.of();
        obstacles.put(key, new Obstacle(reason, clock.instant().plus(OBSTACLE_LASTS), variables));
    }

    /** @param toolchain id of the toolchain of the command */
    public ExtraInputs of(ManifestKey command, String toolchain) {
        return commands.getOrDefault(command, ExtraInputs.NONE)
                .and(toolchains.getOrDefault(toolchain, ExtraInputs.NONE));
    }

    /** Remembers that a compile of a command missed this. */
    public void add(CompileCommand command, ManifestKey key, String toolchain, MissingInputs shortfall) {
        put(commands, key, new ExtraInputs(shortfall.paths(), shortfall.variables(), shortfall.times()));
        Set<Path> beside = shortfall.paths().stream().filter(path -> isBesideProject(command, path))
                .collect(Collectors.toSet());
        if (!beside.isEmpty()) {
            put(toolchains, toolchain, new ExtraInputs(beside, Set.of(), false));
        }
    }

    private static <K> void put(Map<K, ExtraInputs> lessons, K key, ExtraInputs lesson) {
        lessons.compute(key, (_, known) -> {
            ExtraInputs all = known == null ? lesson : known.and(lesson);
            return all.paths().size() <= MAX_PATHS ? all : lesson;
        });
    }

    private static boolean isBesideProject(CompileCommand command, Path path) {
        return Stream
                .concat(Stream.of(command.cwd(), Objects.requireNonNull(command.source().getParent())),
                        command.preprocessing().searchDirectories().stream())
                .noneMatch(path::startsWith);
    }
}
