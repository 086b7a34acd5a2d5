/** The cache over the protocol of ccache's storage helpers, on a Unix socket. */
@NullMarked
package dev.floe.node.cacheserver.storagehelper;

import org.jspecify.annotations.NullMarked;
