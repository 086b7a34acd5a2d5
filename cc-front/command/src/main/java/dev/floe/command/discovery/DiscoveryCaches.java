package dev.floe.command.discovery;

import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.discovery.includes.HeaderSearchPathCache;
import dev.floe.command.discovery.includes.PathLookupCachePool;
import dev.floe.command.discovery.scan.ScanResultCache;

/** The caches that searches for inputs share. */
public record DiscoveryCaches(ScanResultCache texts, PathLookupCachePool lookupCaches,
        DirectoryListingCache directories,
        HeaderSearchPathCache lists) {}
