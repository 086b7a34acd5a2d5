/**
 * What all stages of one compile request share: the command, its cache keys, its record, and the parts of the node that
 * serve it.
 */
@NullMarked
package dev.floe.node.submitter.context;

import org.jspecify.annotations.NullMarked;
