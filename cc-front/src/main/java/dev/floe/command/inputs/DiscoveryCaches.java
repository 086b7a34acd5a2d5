package dev.floe.command.inputs;

/** What searches leave to those that follow. */
record DiscoveryCaches(ScanResultCache texts, PathLookupCachePool terrains, DirectoryListingCache directories,
        HeaderSearchPathCache lists) {}
