package dev.floe.node.submitter.compilers;

import java.time.Duration;
import java.util.List;

import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompatibilityResult;
import dev.floe.toolchain.ToolchainId;

/**
 * The compilers of the mesh that give the same answers as one of this machine, although they run on another
 * architecture.
 */
@FunctionalInterface
public interface SubstituteCompilers {
    /**
     * What is known now; peers that have not been asked yet are asked in the background.
     *
     * @param patience how long to wait for the first that will do
     */
    List<CompatibilityResult> of(ToolchainId toolchain, Duration patience);
}
