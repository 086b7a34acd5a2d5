package dev.floe.node.submitter.wrapper;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.floe.command.inputs.Input;

/** Resolves paths by the symbolic links among a command's inputs: those on the way to its outputs are there too. */
public final class LinkResolver {
    /** The kernel gives up at this many links in one walk. */
    private static final int MAX_LINKS = 40;

    private final Map<Path, Path> links = new HashMap<>();

    public LinkResolver(List<Input> inputs) {
        for (Input input : inputs) {
            if (input instanceof Input.Link(Path path, String target)) {
                links.put(path, Path.of(target));
            }
        }
    }

    /** The path without links, {@code .} and {@code ..}; {@code spelled} is absolute. */
    public Path of(Path spelled) {
        Path root = Objects.requireNonNull(spelled.getRoot());
        Deque<Path> rest = new ArrayDeque<>();
        spelled.forEach(rest::addLast);
        Path at = root;
        int followed = 0;
        while (!rest.isEmpty()) {
            at = at.resolve(rest.removeFirst()).normalize();
            Path target = links.get(at);
            if (target != null && followed++ < MAX_LINKS) {
                for (int i = target.getNameCount() - 1; i >= 0; i--) {
                    rest.addFirst(target.getName(i));
                }
                at = target.isAbsolute() ? root : Objects.requireNonNull(at.getParent());
            }
        }
        return at;
    }
}
