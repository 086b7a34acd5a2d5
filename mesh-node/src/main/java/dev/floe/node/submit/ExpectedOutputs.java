package dev.floe.node.submit;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.floe.front.CompileCommand;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.JobMessage.WireInput;
import dev.floe.node.wire.JobMessage.WireOutput;

/**
 * What an executor may give back. It is not trusted to choose names: a file must lie right in a directory in which the command may
 * write, be none of its inputs, and begin like the source, the output, or a name that an option gives. What else a compiler may make, it
 * makes in a local compile.
 */
final class ExpectedOutputs {
    private static final long MOST_BYTES = 4L << 30;

    private final Set<String> directories;
    private final Set<String> inputs = new HashSet<>();
    private final List<String> prefixes;
    private final String source;
    private final @Nullable String output;

    ExpectedOutputs(CompileCommand command, Offer offer) {
        directories = Set.copyOf(offer.outputDirectories());
        offer.inputs().stream().map(WireInput::path).forEach(inputs::add);
        prefixes = command.outputPrefixes();
        source = stem(command.source());
        Path primary = command.primaryOutput();
        output = primary == null ? null : stem(primary);
    }

    boolean allows(WireOutput file) {
        int slash = file.path().lastIndexOf('/');
        if (slash < 0 || file.size() < 0 || file.size() > MOST_BYTES || inputs.contains(file.path())) {
            return false;
        }
        String name = file.path().substring(slash + 1);
        boolean plain = !name.isEmpty() && !name.equals(".") && !name.equals("..") && name.indexOf('\0') < 0;
        return plain && directories.contains(slash == 0 ? "/" : file.path().substring(0, slash)) && isNamedLikely(name);
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
