package dev.floe.node.cacheserver.values;

/** The backend of all cache servers: the values, and the directory for incoming ones. */
public record CacheBackend(KeyValueStore values, UploadDirectory incoming) {}
