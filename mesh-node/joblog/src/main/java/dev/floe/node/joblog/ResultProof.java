package dev.floe.node.joblog;

import java.util.List;
import java.util.Locale;

/**
 * The proof that a result is the plain compiler's, or why there is none.
 *
 * @param missed what compiles of the job have missed on peers although the submitter has it, in words
 * @param gap    why it was not observed what the compile missed; empty if it was
 */
public record ResultProof(ProofKind kind, List<String> missed, String gap) {
    /** What is known. */
    public enum ProofKind {
        /** The plain compiler itself made the result, or nothing yet. */
        NONE(""),
        /** Whatever the compile missed is missing on the submitter, too. */
        PROVEN("proven"),
        /** The same, after the compile was repeated with what it had missed. */
        REPAIRED("repaired"),
        /** The compile was not observed: the result is as good as what discovery found. */
        NOT_OBSERVED("not observed");

        private final String text;

        ProofKind(String text) {
            this.text = text;
        }

        /** As people read it; empty if there is nothing to say. */
        public String text() {
            return text;
        }

        /** As a field of a record: one word. */
        public String key() {
            return this == NONE ? "" : name().toLowerCase(Locale.ROOT);
        }
    }

    public static final ResultProof NONE = new ResultProof(ProofKind.NONE, List.of(), "");

    public ResultProof {
        missed = List.copyOf(missed);
    }

    /** In words; empty if there is nothing to say. */
    public String text() {
        String what = switch (kind) {
            case NONE, PROVEN -> kind.text();
            case REPAIRED -> "repaired: " + some();
            case NOT_OBSERVED -> "not observed: " + gap;
        };
        return what.isEmpty() && !missed.isEmpty() ? "missed on a peer: " + some() : what;
    }

    private String some() {
        return missed.getFirst() + (missed.size() > 1 ? " and " + (missed.size() - 1) + " more" : "");
    }
}
