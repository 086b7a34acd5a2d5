package dev.floe.node.submit;

import dev.floe.front.CompileCommand;
import dev.floe.front.Machine;

/**
 * A command with the toolchain that its compiler belongs to.
 *
 * @param machine sees what the user sees
 */
record ResolvedCommand(CompileCommand command, CompilerToolchains.Knowledge.Known toolchain, Machine machine) {
    String toolchainId() {
        return toolchain.id().hex();
    }

    ResolvedCommand with(CompileCommand other) {
        return new ResolvedCommand(other, toolchain, machine);
    }
}
