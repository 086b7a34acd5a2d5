package dev.floe.command.proof;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import dev.floe.command.CacheScope;
import dev.floe.command.CompileCommand;
import dev.floe.command.FileStat;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.HostAccess;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.proof.PathWalks.Walk;

/**
 * Decides which of the paths that a peer calls missed may become inputs. A peer may lie in order to be sent files that
 * no compile reads. So it gets what lies in or below the directories of the project, and files of the system that every
 * account may read; of the directories above the user's home, and of hidden files, it gets nothing. Programs stay away,
 * too, because inputs are not executed.
 */
final class SendableInputs {
    private static final long MAX_FILE_BYTES = 64L << 20;
    /** Home directories have two names, such as {@code /home/u}. */
    private static final int NAMES_BELOW_HOME = 3;
    private static final int ANY_EXECUTE = 0111;
    private static final int OTHERS_READ = 04;
    private static final int OTHERS_EXECUTE = 01;
    private static final List<Path> SYSTEM = List.of(Path.of("/usr"), Path.of("/opt"), Path.of("/etc"), Path.of("/lib"),
            Path.of("/lib32"), Path.of("/lib64"), Path.of("/libx32"), Path.of("/nix/store"), Path.of("/gnu/store"));

    private final CompileCommand command;
    private final InputSet inputs;
    private final HostAccess machine;

    SendableInputs(CompileCommand command, InputSet inputs, HostAccess machine) {
        this.command = command;
        this.inputs = inputs;
        this.machine = machine;
    }

    /** Why one of these cannot become an input, in words that begin with its path; empty if all can. */
    Optional<String> obstacle(Map<String, Walk> walks) throws IOException {
        Set<Path> sent = new HashSet<>();
        inputs.inputs().forEach(input -> sent.add(input.path()));
        Set<Path> areas = areas();
        Optional<Path> home = home();
        for (Map.Entry<String, Walk> entry : walks.entrySet()) {
            Walk walk = entry.getValue();
            Path end = Objects.requireNonNull(walk.end());
            Optional<String> flaw = walk.met().keySet().stream().allMatch(sent::contains)
                    ? Optional.of("was missed on the peer, which has it")
                    : flaw(end, walk, areas, home);
            if (flaw.isPresent()) {
                return Optional.of(entry.getKey() + " " + flaw.get());
            }
        }
        return Optional.empty();
    }

    private Optional<String> flaw(Path end, Walk walk, Set<Path> areas, Optional<Path> home) {
        Optional<FileStat> stat = walk.stat();
        if (stat.isEmpty() || stat.get().kind() == FileKind.OTHER) {
            return Optional.of("was not on the peer, and is no file");
        }
        if (stat.get().kind() == FileKind.REGULAR && (stat.get().mode() & ANY_EXECUTE) != 0) {
            return Optional.of("was not on the peer, and is a program");
        }
        if (stat.get().kind() == FileKind.REGULAR && stat.get().size() > MAX_FILE_BYTES) {
            return Optional.of("was not on the peer, and is too large to send");
        }
        return isOfProject(end, areas, home) || isOfSystem(end, walk)
                ? Optional.empty()
                : Optional.of("was not on the peer, and lies outside of the project");
    }

    private static boolean isOfProject(Path end, Set<Path> areas, Optional<Path> home) {
        return areas.stream().anyMatch(area -> end.startsWith(area) && !isHidden(area.relativize(end))
                && (!isWide(area, home) || area.equals(end.getParent())));
    }

    /** Whether a directory has more than a project; that of a user whose home is not known may be the home. */
    private static boolean isWide(Path area, Optional<Path> home) {
        return home.isPresent()
                ? area.getNameCount() < 2 || home.get().startsWith(area)
                : area.getNameCount() < NAMES_BELOW_HOME;
    }

    /** The real home directory, as areas are real; empty if the environment does not tell. */
    private Optional<Path> home() throws IOException {
        String spelled = command.invocation().environment().getOrDefault("HOME", "");
        if (!spelled.startsWith("/")) {
            return Optional.empty();
        }
        try {
            return new PathWalks(machine).walk(List.of(spelled)).values().stream().map(Walk::end)
                    .filter(Objects::nonNull).findFirst().or(() -> Optional.of(Path.of(spelled)));
        } catch (AccessDeniedException _) {
            return Optional.of(Path.of(spelled));
        }
    }

    private static boolean isHidden(Path path) {
        for (Path name : path) {
            if (name.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /** Whether every account of the machine may read it. */
    private static boolean isOfSystem(Path end, Walk walk) {
        return SYSTEM.stream().anyMatch(end::startsWith) && walk.met().values().stream().allMatch(stat -> switch (stat
                .kind()) {
            case DIRECTORY -> (stat.mode() & OTHERS_EXECUTE) != 0;
            case REGULAR -> (stat.mode() & OTHERS_READ) != 0;
            case LINK -> true;
            case OTHER -> false;
        });
    }

    /** The real directories of the project. */
    private Set<Path> areas() throws IOException {
        List<String> spelled = new ArrayList<>();
        spelled.add(command.cwd().toString());
        spelled.add(String.valueOf(command.source().getParent()));
        spelled.add(String.valueOf(command.invocation().compiler().getParent()));
        command.preprocessing().searchDirectories().forEach(directory -> spelled.add(directory.toString()));
        command.preprocessing().assemblerSearch().forEach(directory -> spelled.add(directory.toString()));
        if (command.sharing() instanceof CacheScope.Portable portable) {
            spelled.add(portable.root().toString());
        }
        Set<Path> areas = new HashSet<>();
        for (Walk walk : new PathWalks(machine).walk(spelled).values()) {
            Path end = walk.end();
            if (end != null && !SYSTEM.contains(end)) {
                areas.add(end);
            }
        }
        for (Input input : inputs.inputs()) { // one of the system's does not make all beside it the project's
            if (input instanceof Input.File && SYSTEM.stream().noneMatch(input.path()::startsWith)) {
                areas.add(Objects.requireNonNull(input.path().getParent()));
            }
        }
        return areas;
    }
}
