package dev.floe.command;

/** What can be done with one compiler call. */
public sealed interface CommandPlan {
    /** Only the submitter can run it. */
    record Local(LocalReason reason) implements CommandPlan {}

    /** It may be replayed elsewhere, once its inputs are known. */
    record Replay(CompileCommand command) implements CommandPlan {}
}
