package dev.floe.front;

import java.util.Optional;
import java.util.function.Supplier;

/** What input discovery found. */
public sealed interface Discovery {
    /**
     * The input set.
     *
     * @param readsClock whether the result depends on the time of compiling ({@code __TIME__} and {@code __DATE__}, unless
     *                   {@code SOURCE_DATE_EPOCH} fixes them), or on those of inputs ({@code __TIMESTAMP__}, clang's
     *                   precompiled headers): it may not be cached
     * @param footprint  by what to know that the inputs are still these; made when it is asked for; empty if that cannot
     *                   be said, or nobody wanted it when the search began
     * @param guess      what stands for names of files that could not be told, for people to read: the inputs may lack
     *                   them, so a result that is not observed proves nothing; empty if there is none
     */
    record Found(InputSet inputs, boolean readsClock, Supplier<Optional<Footprint>> footprint, Optional<String> guess)
            implements
                Discovery {
        /** Inputs without a guess. */
        public Found(InputSet inputs, boolean readsClock, Supplier<Optional<Footprint>> footprint) {
            this(inputs, readsClock, footprint, Optional.empty());
        }
    }

    /** The inputs cannot be known; the command must run locally. */
    record Unknown(Reason reason) implements Discovery {}
}
