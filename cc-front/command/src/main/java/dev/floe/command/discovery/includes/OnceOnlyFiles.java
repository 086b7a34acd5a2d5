package dev.floe.command.discovery.includes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.floe.command.CompileCommand;

/**
 * Files that gcc opens and then passes over, because their size, time and bytes are those of a file that is to be
 * included once only: the compiler's listing does not have them, and without them the compile would fail.
 */
public final class OnceOnlyFiles {
    private final CompileCommand command;
    private final InputTreeRecorder tree;
    private final Set<Path> directories;
    private final Set<Long> sizes;

    /**
     * @param directories along which headers are looked for
     * @param sizes       of the files that are to be included once only
     */
    public OnceOnlyFiles(CompileCommand command, InputTreeRecorder tree, Set<Path> directories, Set<Long> sizes) {
        this.command = command;
        this.tree = tree;
        this.directories = directories;
        this.sizes = sizes;
    }

    /** Records those that the texts of {@code inclusions} may open. */
    public void add(IncludeLog inclusions) throws IOException {
        Set<String> looked = new HashSet<>();
        Map<Path, Set<String>> includes = inclusions.all();
        Set<String> defined = includes.computeIfAbsent(command.cwd(), directory -> new LinkedHashSet<>());
        for (String argument : command.preprocessing().arguments()) {
            int value = argument.indexOf('=') + 1;
            if (value > 0 && value < argument.length() && "<\"".indexOf(argument.charAt(value)) >= 0) {
                defined.add(argument.substring(value, argument.length() - 1));
            }
        }
        for (Map.Entry<Path, Set<String>> entry : includes.entrySet()) {
            for (String include : entry.getValue()) {
                String name = include.substring(1);
                Path beside = entry.getKey().resolve(name);
                if (include.charAt(0) == '"' && tree.look(beside).isPresent()) {
                    addIfOnce(beside);
                } else if (looked.add(name)) {
                    for (Path directory : directories) {
                        addIfOnce(directory.resolve(name));
                    }
                }
            }
        }
    }

    private void addIfOnce(Path spelled) throws IOException {
        Optional<InputTreeRecorder.ResolvedPath> place = tree.look(spelled);
        if (place.isPresent() && sizes.contains(place.get().stat().size())) {
            tree.add(spelled);
        }
    }
}
