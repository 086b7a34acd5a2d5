package dev.floe.front;

import java.util.Optional;

/** What input discovery found. */
public sealed interface Discovery {
    /**
     * The input set.
     *
     * @param readsClock whether the result depends on the time of compiling ({@code __TIME__}, {@code __DATE__}): it may
     *                   be cached only if {@code SOURCE_DATE_EPOCH} fixes it
     * @param footprint  by what to know that the inputs are still these; empty if that cannot be said
     */
    record Found(InputSet inputs, boolean readsClock, Optional<Footprint> footprint) implements Discovery {}

    /** The inputs cannot be known; the command must run locally. */
    record Unknown(Reason reason) implements Discovery {}
}
