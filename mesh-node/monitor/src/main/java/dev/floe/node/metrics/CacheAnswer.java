package dev.floe.node.metrics;

import java.util.Locale;
import java.util.regex.Pattern;

/** The classes of what the cache answers for a job, without the names of files and nodes. */
enum CacheAnswer {
    /** The results were held by this node. */
    HELD("hit", "hit: held here"),
    /** Fetched from a peer. */
    FETCHED("hit", "hit: fetched from .*"),
    /** Made by another build while this one waited. */
    AWAITED("hit", "hit: made at this moment by another build"),
    /** Not compiled on this node before, and unknown in the mesh. */
    NEW("miss", "miss: not compiled here before"),
    /** An input, a variable or a directory has changed. */
    CHANGED("miss", "miss: .* changed"),
    /** Known, but no node holds the result any more. */
    NOT_HELD("miss", "miss: (no node holds it|not held|those who should hold it do not)"),
    /** What an earlier compile missed is there now. */
    UNPROVEN("miss", "miss: .* was missed when the result was made"),
    /** The result is not what this command makes, or cannot be read. */
    UNUSABLE("miss", "miss: the result from .*|miss: what .* is not accepted: .*"),
    /** Its maker is in quarantine, or the compile does not repeat itself. */
    DISTRUSTED("miss", "miss: its maker .* is in quarantine|miss: the compile does not repeat itself, .*"),
    /** Those who hold or make it do not answer. */
    UNANSWERED("miss", "miss: its holders do not answer|miss: .* makes it, but does not answer"),
    /** This build does not look results up. */
    NOT_READ("miss", "miss: results are not looked up here"),
    /** Another miss. */
    OTHER("miss", "miss: .*"),
    /** The command or its sources depend on what no key can hold. */
    NOT_CACHEABLE("none", "not cached: .*");

    private final String result;
    private final Pattern pattern;

    CacheAnswer(String result, String pattern) {
        this.result = result;
        this.pattern = Pattern.compile(pattern, Pattern.DOTALL);
    }

    /** @param text as in a job's record, not empty */
    static CacheAnswer of(String text) {
        for (CacheAnswer answer : values()) {
            if (answer.pattern.matcher(text).matches()) {
                return answer;
            }
        }
        return OTHER;
    }

    /** {@code hit}, {@code miss} or {@code none}. */
    String result() {
        return result;
    }

    String reason() {
        return name().toLowerCase(Locale.ROOT);
    }
}
