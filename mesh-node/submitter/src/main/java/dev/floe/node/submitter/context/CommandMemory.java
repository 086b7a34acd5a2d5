package dev.floe.node.submitter.context;

import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.manifest.ManifestCache;
import dev.floe.command.proof.ObservationCheckCache;

/**
 * What is remembered of commands.
 *
 * @param manifests  what discovery has found for them
 * @param traced     what observed compiles have looked at
 * @param discovered the same as {@code manifests} for commands whose results are not cached
 * @param checks     which observations have been found right
 */
public record CommandMemory(ManifestCache<CacheMissExplainer.KnownAction> manifests,
        ManifestCache<CacheMissExplainer.KnownAction> traced, ManifestCache<Discovered> discovered,
        ObservationCheckCache checks) {
    private static final int OBSERVATIONS = 2; // of a command, one for each compiler that a mesh has for it

    /** Inputs that were discovered; nothing goes with them. */
    public enum Discovered {
        INPUTS
    }

    /** @param commands at most so many of each kind */
    public static CommandMemory of(int commands, DirectoryListingCache directories) {
        return new CommandMemory(new ManifestCache<>(commands, directories), new ManifestCache<>(commands, directories),
                new ManifestCache<>(commands, directories), new ObservationCheckCache(OBSERVATIONS * commands));
    }
}
