package dev.floe.node.submitter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.command.CompileCommand;
import dev.floe.command.HostAccess;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputDiscovery;
import dev.floe.command.inputs.InputSet;

/**
 * Leaves out some of the inputs that another discovery finds, for tests: what is left out must be found by the check of
 * what the compile missed. Which ones depends on their paths and on the seed, so that repeated compiles of one node
 * come to an end.
 */
public final class WithholdingDiscovery implements InputDiscovery {
    private static final Logger LOG = LogManager.getLogger(WithholdingDiscovery.class);
    private static final String PROPERTY = "floe.hideInputs";
    private static final int ALL = 100;

    private final InputDiscovery whole;
    private final int percent;
    private final long seed;

    /** @param percent how many of all files and links are left out */
    WithholdingDiscovery(InputDiscovery whole, int percent, long seed) {
        this.whole = whole;
        this.percent = percent;
        this.seed = seed;
    }

    /** {@code whole} itself, unless the property {@code floe.hideInputs} is set to a percentage. */
    public static InputDiscovery ifAsked(InputDiscovery whole) {
        int percent = Integer.getInteger(PROPERTY, 0);
        if (percent == 0) {
            return whole;
        }
        long seed = RandomGenerator.getDefault().nextLong();
        LOG.warn("{} hides {} % of the inputs of each compile, seed {}: for tests only", PROPERTY, percent, seed);
        return new WithholdingDiscovery(whole, percent, seed);
    }

    @Override
    public DiscoveryResult discover(CompileCommand command, String toolchain, HostAccess machine, boolean footprints)
            throws IOException {
        DiscoveryResult discovery = whole.discover(command, toolchain, machine, footprints);
        return discovery instanceof DiscoveryResult.InputsFound found
                ? new DiscoveryResult.InputsFound(
                        new InputSet(found.inputs().inputs().stream().filter(input -> !isHidden(input)).toList()),
                        found.readsClock(), found.footprint())
                : discovery;
    }

    private boolean isHidden(Input input) {
        return !(input instanceof Input.Directory) && isHidden(input.path());
    }

    private boolean isHidden(Path path) {
        long mixed = (path.toString().hashCode() ^ seed) * 0x9E3779B97F4A7C15L;
        return Long.remainderUnsigned(mixed >>> 16, ALL) < percent;
    }
}
