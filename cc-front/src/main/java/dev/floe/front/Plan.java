package dev.floe.front;

/** What can be done with one compiler call. */
public sealed interface Plan {
    /** Only the submitter can run it. */
    record Local(Reason reason) implements Plan {}

    /** It may be replayed elsewhere, once its inputs are known. */
    record Replay(CompileCommand command) implements Plan {}
}
