package dev.floe.command.inputs;

/** The caches that searches for inputs share. */
record DiscoveryCaches(ScanResultCache texts, PathLookupCachePool terrains, DirectoryListingCache directories,
        HeaderSearchPathCache lists) {}
