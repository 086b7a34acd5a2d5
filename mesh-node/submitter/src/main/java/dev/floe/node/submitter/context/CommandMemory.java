package dev.floe.node.submitter.context;

import dev.floe.command.manifest.ManifestCache;

/**
 * What is remembered of commands.
 *
 * @param manifests what discovery has found for them
 * @param traced    what observed compiles have looked at
 */
public record CommandMemory(ManifestCache<CacheMissExplainer.KnownAction> manifests,
        ManifestCache<CacheMissExplainer.KnownAction> traced) {}
