package dev.floe.node.submitter.compilers;

import dev.floe.command.CompileCommand;
import dev.floe.command.HostAccess;

/**
 * A command with the toolchain that its compiler belongs to.
 *
 * @param machine sees what the user sees
 */
public record ResolvedCommand(CompileCommand command, ToolchainResolver.Resolution.Resolved toolchain,
        HostAccess machine) {
    public String toolchainId() {
        return toolchain.id().hex();
    }

    public ResolvedCommand with(CompileCommand other) {
        return new ResolvedCommand(other, toolchain, machine);
    }
}
