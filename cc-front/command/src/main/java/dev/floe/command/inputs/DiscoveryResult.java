package dev.floe.command.inputs;

import java.util.Optional;
import java.util.function.Supplier;

import dev.floe.command.LocalReason;

/** The result of input discovery. */
public sealed interface DiscoveryResult {
    /**
     * The input set.
     *
     * @param readsClock whether the result depends on the time of compiling ({@code __TIME__} and {@code __DATE__},
     *                   unless {@code SOURCE_DATE_EPOCH} fixes them), or on those of inputs ({@code __TIMESTAMP__},
     *                   clang's precompiled headers): it may not be cached
     * @param footprint  by what to know that the inputs are still these; made when it is asked for; empty if that
     *                   cannot be said, or nobody wanted it when the search began
     * @param guess      what stands for names of files that could not be told, for people to read: the inputs may lack
     *                   them, so a result that is not observed proves nothing; empty if there is none
     */
    record InputsFound(InputSet inputs, boolean readsClock, Supplier<Optional<LookupDependencies>> footprint,
            Optional<String> guess)
            implements
                DiscoveryResult {
        /** Inputs without a guess. */
        public InputsFound(InputSet inputs, boolean readsClock, Supplier<Optional<LookupDependencies>> footprint) {
            this(inputs, readsClock, footprint, Optional.empty());
        }
    }

    /** The inputs cannot be known; the command must run locally. */
    record InputsUnknown(LocalReason reason) implements DiscoveryResult {}
}
