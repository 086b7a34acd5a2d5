package dev.floe.node.submit;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.floe.front.CompileCommand;
import dev.floe.front.InputSet;

/**
 * What an executor or a cached result may give. It is not trusted to choose names: a file must lie right in a directory in which the command may
 * write, be none of its inputs, and begin like the source, the output, or a name that an option gives. What else a compiler may make, it
 * makes in a local compile.
 */
final class ExpectedOutputs {
    private static final long MOST_BYTES = 4L << 30;

    private final Set<String> directories = new HashSet<>();
    private final Set<String> inputs = new HashSet<>();
    private final List<String> prefixes;
    private final String source;
    private final @Nullable String output;

    ExpectedOutputs(CompileCommand command, InputSet known, RealPaths real) {
        command.outputDirectories().forEach(directory -> directories.add(real.of(directory).toString()));
        known.inputs().forEach(input -> inputs.add(input.path().toString()));
        prefixes = command.outputPrefixes();
        source = stem(command.source());
        Path primary = command.primaryOutput();
        output = primary == null ? null : stem(primary);
    }

    boolean allows(String path, long size) {
        int slash = path.lastIndexOf('/');
        if (slash < 0 || size < 0 || size > MOST_BYTES || inputs.contains(path)) {
            return false;
        }
        String name = path.substring(slash + 1);
        boolean plain = !name.isEmpty() && !name.equals(".") && !name.equals("..") && name.indexOf('\0') < 0;
        return plain && directories.contains(slash == 0 ? "/" : path.substring(0, slash)) && isNamedLikely(name);
    }

    private boolean isNamedLikely(String name) {
        return name.startsWith(source) || output != null && name.startsWith(output)
                || prefixes.stream().anyMatch(name::startsWith);
    }

    private static String stem(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
