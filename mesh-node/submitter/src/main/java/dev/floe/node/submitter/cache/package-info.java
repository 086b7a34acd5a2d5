/**
 * The stages of a compile request that use the cache: look inputs up, look the result up, deliver it, record a new one.
 */
@NullMarked
package dev.floe.node.submitter.cache;

import org.jspecify.annotations.NullMarked;
