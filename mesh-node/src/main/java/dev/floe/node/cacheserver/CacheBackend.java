package dev.floe.node.cacheserver;

/** The backend of all cache servers: the values, and the directory for incoming ones. */
record CacheBackend(KeyValueStore values, UploadDirectory incoming) {}
