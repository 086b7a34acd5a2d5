package dev.floe.node.metrics;

import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.floe.command.LocalReason;
import dev.floe.node.joblog.JobRecord;

/**
 * The classes of reasons for which jobs are compiled locally: few, and without the names of files, options and nodes.
 */
final class LocalReasonLabel {
    private static final String OTHER = "other";
    private static final String INPUTS = "inputs: ";
    private static final Map<String, String> CODES = Stream.of(LocalReason.ReasonCode.values())
            .collect(Collectors.toUnmodifiableMap(LocalReason.ReasonCode::text,
                    code -> code.name().toLowerCase(Locale.ROOT)));

    /** Reasons of the node itself, by a pattern of their whole text. */
    private enum Own {
        NODE_FAILED("failed in the node: .*"), //
        GIVEN_UP("given up by its user"), //
        BAD_REQUEST("the working directory is gone|an argument or path is not UTF-8"), //
        MODE("FLOE_MODE=local"), //
        BOUNDED_MEMORY("the memory of the command is bounded .*"), //
        UNKNOWN_NODE("FLOE_NODE=.*: no such node in the mesh"), //
        NO_EXECUTOR("no remote executor is available|no node is eligible"), //
        TOOLCHAIN("toolchain: .*"), //
        TOOLCHAIN_PREPARED("the toolchain is being prepared"), //
        TOOLCHAIN_UNAVAILABLE("\\S+ takes no jobs for this toolchain; .*"), //
        NOT_PROVEN("not proven: .*"), //
        FASTEST_HERE("this machine is expected to finish first"), //
        FULL("all other nodes were full for too long|all nodes were full for an hour"), //
        NOT_WRITTEN("a cached result cannot be written: .*|what \\S+ made cannot be written: .*"), //
        COMPILE_FAILED("\\S+ exited with -?[0-9]+; repeated locally to confirm"), //
        TOO_SLOW("\\S+ took longer than [0-9]+ s"), //
        REFUSED("\\S+ refused: .*"), //
        LOST("");

        private final Pattern pattern;

        Own(String pattern) {
            this.pattern = Pattern.compile(pattern, Pattern.DOTALL);
        }

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private LocalReasonLabel() {}

    /** All classes. */
    static Stream<String> all() {
        return Stream.of(CODES.values().stream(), Stream.of(Own.values()).map(Own::key), Stream.of(OTHER))
                .flatMap(Function.identity()).sorted();
    }

    /** The class of the reason of a job that was compiled locally. */
    static String of(JobRecord job) {
        String reason = job.reason();
        String code = code(reason.startsWith(INPUTS) ? reason.substring(INPUTS.length()) : reason);
        if (code != null) {
            return code;
        }
        for (Own own : Own.values()) {
            if (own.pattern.matcher(reason).matches()) {
                return own.key();
            }
        }
        return isLost(job) ? Own.LOST.key() : OTHER;
    }

    /** The reason of a {@link LocalReason}, with or without a detail; null for another. */
    private static @Nullable String code(String text) {
        String whole = CODES.get(text);
        if (whole != null) {
            return whole;
        }
        for (int colon = text.indexOf(": "); colon >= 0; colon = text.indexOf(": ", colon + 1)) {
            String code = CODES.get(text.substring(0, colon));
            if (code != null) {
                return code;
            }
        }
        return null;
    }

    /** The reason is then in the words of the executor, after its name. */
    private static boolean isLost(JobRecord job) {
        return !job.attempts().isEmpty() && job.attempts().getLast().result().startsWith("lost: ");
    }
}
