package dev.floe.command.inputs;

import java.io.IOException;

import dev.floe.command.CompileCommand;
import dev.floe.command.HostAccess;

/** Finds everything that a compile may read besides its toolchain. */
public interface InputDiscovery {
    /**
     * The command's inputs as they are now, or why they cannot be known.
     *
     * @param toolchain  that the command's compiler is
     * @param footprints whether what is found has a footprint: for it the directories are read in which headers could
     *                   be, which in one where objects come and go costs more than all else
     * @throws IOException if the machine could not be asked
     */
    DiscoveryResult discover(CompileCommand command, String toolchain, HostAccess machine, boolean footprints)
            throws IOException;

    /**
     * The same by the compiler's own listing alone: for a compiler that cannot be observed, so that nothing would show
     * what reading the texts has overlooked.
     */
    default DiscoveryResult discoverListed(CompileCommand command, String toolchain, HostAccess machine,
            boolean footprints)
            throws IOException {
        return discover(command, toolchain, machine, footprints);
    }

    /** The same without a footprint. */
    default DiscoveryResult discover(CompileCommand command, String toolchain, HostAccess machine) throws IOException {
        return discover(command, toolchain, machine, false);
    }
}
