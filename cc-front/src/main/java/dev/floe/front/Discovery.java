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
     */
    record Found(InputSet inputs, boolean readsClock, Supplier<Optional<Footprint>> footprint) implements Discovery {}

    /** The inputs cannot be known; the command must run locally. */
    record Unknown(Reason reason) implements Discovery {}
}
