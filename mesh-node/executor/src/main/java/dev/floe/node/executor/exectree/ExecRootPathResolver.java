package dev.floe.node.executor.exectree;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

import dev.floe.node.executor.exectree.ExecRootPlan.PlannedEntry;

/** Walks the paths of a job's tree as the kernel walks them. */
final class ExecRootPathResolver {
    private static final int MAX_LINKS = 40;

    private final ExecRootPlan plan;

    ExecRootPathResolver(ExecRootPlan plan) {
        this.plan = plan;
    }

    /**
     * The path without links to which an absolute path leads, whether or not something is there; empty if it has too
     * many links.
     */
    Optional<String> resolve(String path) {
        Deque<String> rest = new ArrayDeque<>(List.of(path.split("/")));
        String at = "";
        for (int links = 0; !rest.isEmpty() && links <= MAX_LINKS;) {
            String name = rest.pop();
            String next = name.isEmpty() || name.equals(".")
                    ? at
                    : name.equals("..") ? at.substring(0, Math.max(0, at.lastIndexOf('/'))) : at + "/" + name;
            if (plan.at(next).orElse(null) instanceof PlannedEntry.PlannedLink(String target)) {
                links++;
                List.of(target.split("/")).reversed().forEach(rest::push);
                at = target.startsWith("/") ? "" : at;
            } else {
                at = next;
            }
        }
        return rest.isEmpty() ? Optional.of(at) : Optional.empty();
    }
}
