/** One request between two nodes as blocking input and output, and the messages and blobs on it. */
@NullMarked
package dev.floe.node.rpc.stream;

import org.jspecify.annotations.NullMarked;
