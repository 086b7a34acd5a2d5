package dev.floe.command.inputs;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.floe.command.FileStat;

/**
 * The lookup dependencies of a command, which must hold besides its inputs: no name that it looked for in vain may
 * appear, and no link that it passed may lead elsewhere.
 *
 * @param names   every name, or part of one, that the command may look for
 * @param watches the directories in which it may look
 * @param links   symbolic links that it may pass, with their texts; those among the inputs are not repeated
 * @param twins   the state of those inputs that it may take for one another
 */
public record LookupDependencies(HashedNameSet names, List<DirectoryWatch> watches, List<Input.Link> links,
        Map<Path, FileStat> twins) {
    /**
     * A directory.
     *
     * @param present {@link HashedNameSet#common} of the names that it has with those that matter
     */
    public record DirectoryWatch(Path directory, long present) {}

    public LookupDependencies {
        watches = List.copyOf(watches);
        links = List.copyOf(links);
        twins = Map.copyOf(twins);
    }
}
