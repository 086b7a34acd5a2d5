package dev.floe.node.cacheserver;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The configuration of the cache servers.
 *
 * @param http          loopback address for HTTP; port 0 is any that is free
 * @param socket        Unix socket for ccache's storage helper protocol
 * @param maxValueBytes a longer value is refused
 */
public record CacheServerConfig(Optional<InetSocketAddress> http, Optional<Path> socket, long maxValueBytes) {
    static final long DEFAULT_MAX_VALUE_BYTES = 2L << 30;

    /** No cache server. */
    public static final CacheServerConfig NONE = new CacheServerConfig(Optional.empty(), Optional.empty(),
            DEFAULT_MAX_VALUE_BYTES);

    /** The same where no value is longer than a store may hold. */
    public CacheServerConfig within(long storeBytes) {
        return new CacheServerConfig(http, socket, Math.min(maxValueBytes, storeBytes));
    }

    public CacheServerConfig {
        if (maxValueBytes < 1) {
            throw new IllegalArgumentException("values of at most " + maxValueBytes + " bytes");
        }
    }
}
