/** How a compile request ends: with a result, or with a slot for a local compile. */
@NullMarked
package dev.floe.node.submitter.completion;

import org.jspecify.annotations.NullMarked;
