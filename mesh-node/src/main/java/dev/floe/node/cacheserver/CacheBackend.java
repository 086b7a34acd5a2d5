package dev.floe.node.cacheserver;

/** What stands behind every door: the values, and the place where new ones arrive. */
record CacheBackend(KeyValueStore values, UploadDirectory incoming) {}
