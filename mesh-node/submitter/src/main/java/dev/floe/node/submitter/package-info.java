/**
 * The submitter: classifies the command of a wrapper, finds its inputs, selects an executor and delivers the result.
 * docs/wrapper-protocol.md has the wrapper's protocol.
 */
@NullMarked
package dev.floe.node.submitter;

import org.jspecify.annotations.NullMarked;
