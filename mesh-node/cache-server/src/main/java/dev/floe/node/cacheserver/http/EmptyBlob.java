package dev.floe.node.cacheserver.http;

import dev.floe.store.Digest;

/** The blob without bytes, which every store by content holds from its beginning: clients do not upload it. */
final class EmptyBlob {
    private static final String SHA256 = Digest.ofBytes(new byte[0]).hex();

    private EmptyBlob() {}

    /** Whether a path promises to lead to it. */
    static boolean isAt(CacheRequestPath path) {
        return path.promisedSha256().filter(SHA256::equals).isPresent();
    }
}
