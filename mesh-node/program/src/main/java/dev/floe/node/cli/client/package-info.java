/** The commands that send one request to the node of this machine and print its answer. */
@NullMarked
package dev.floe.node.cli.client;

import org.jspecify.annotations.NullMarked;
