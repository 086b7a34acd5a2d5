package dev.floe.command;

/** The plan for one compiler call: replay it, or run it locally. */
public sealed interface CommandPlan {
    /** Only the submitter can run it. */
    record Local(LocalReason reason) implements CommandPlan {}

    /** It may be replayed elsewhere, once its inputs are known. */
    record Replay(CompileCommand command) implements CommandPlan {}
}
