package dev.floe.node.metrics;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
public final class LocalReasonLabel {
    private static final String OTHER = "other";
    private static final String INPUTS = "inputs: ";
    private static final Map<String, LocalReason.ReasonCode> CODES = Stream.of(LocalReason.ReasonCode.values())
            .collect(Collectors.toUnmodifiableMap(LocalReason.ReasonCode::text, Function.identity()));

    /** Reasons of the node itself, by a pattern of their whole text, and what they have in common if that varies. */
    private enum Own {
        NODE_FAILED("failed in the node: .*", "failed in the node"), //
        GIVEN_UP("given up by its user", ""), //
        BAD_REQUEST("the working directory is gone|an argument or path is not UTF-8", ""), //
        MODE("FLOE_MODE=local", ""), //
        BOUNDED_MEMORY("the memory of the command is bounded .*", ""), //
        UNKNOWN_NODE("FLOE_NODE=.*: no such node in the mesh", "FLOE_NODE names no node of the mesh"), //
        NO_EXECUTOR("no remote executor is available|no node is eligible", ""), //
        TOOLCHAIN("toolchain: .*", "the toolchain cannot be used"), //
        TOOLCHAIN_PREPARED("the toolchain is being prepared", ""), //
        TOOLCHAIN_UNAVAILABLE("\\S+ takes no jobs for this toolchain; .*",
                "the wanted node takes no jobs for this toolchain"), //
        NOT_PROVEN("not proven: .*", "not proven"), //
        FASTEST_HERE("this machine is expected to finish first", ""), //
        FULL("all other nodes were full for too long|all nodes were full for an hour", ""), //
        NOT_WRITTEN("a cached result cannot be written: .*|what \\S+ made cannot be written: .*",
                "a result cannot be written"), //
        COMPILE_FAILED("\\S+ exited with -?[0-9]+; repeated locally to confirm",
                "a peer exited with an error; repeated locally to confirm"), //
        TOO_SLOW("\\S+ took longer than [0-9]+ s", "a peer took too long"), //
        REFUSED("\\S+ refused: .*", "a peer refused"), //
        LOST("", "lost on a peer");

        private final Pattern pattern;
        private final String common;

        Own(String pattern, String common) {
            this.pattern = Pattern.compile(pattern, Pattern.DOTALL);
            this.common = common;
        }

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private LocalReasonLabel() {}

    /** All classes. */
    static Stream<String> all() {
        return Stream
                .of(CODES.values().stream().map(LocalReasonLabel::key), Stream.of(Own.values()).map(Own::key),
                        Stream.of(OTHER))
                .flatMap(Function.identity()).sorted();
    }

    /** The class of the reason of a job that was compiled locally. */
    static String of(JobRecord job) {
        LocalReason.ReasonCode code = code(job.reason());
        return code == null ? own(job).map(Own::key).orElse(OTHER) : key(code);
    }

    /** The same in words, for people. */
    public static String textOf(JobRecord job) {
        LocalReason.ReasonCode code = code(job.reason());
        if (code != null) {
            return code.text();
        }
        Optional<Own> own = own(job);
        return own.isPresent() && !own.get().common.isEmpty() ? own.get().common : job.reason();
    }

    private static String key(LocalReason.ReasonCode code) {
        return code.name().toLowerCase(Locale.ROOT);
    }

    private static Optional<Own> own(JobRecord job) {
        return Stream.of(Own.values()).filter(own -> own.pattern.matcher(job.reason()).matches()).findFirst()
                .or(() -> isLost(job) ? Optional.of(Own.LOST) : Optional.empty());
    }

    /** The reason of a {@link LocalReason}, with or without a detail; null for another. */
    private static LocalReason.@Nullable ReasonCode code(String reason) {
        String text = reason.startsWith(INPUTS) ? reason.substring(INPUTS.length()) : reason;
        LocalReason.ReasonCode whole = CODES.get(text);
        if (whole != null) {
            return whole;
        }
        for (int colon = text.indexOf(": "); colon >= 0; colon = text.indexOf(": ", colon + 1)) {
            LocalReason.ReasonCode code = CODES.get(text.substring(0, colon));
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
