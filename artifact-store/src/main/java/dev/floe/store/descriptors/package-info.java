/**
 * Descriptors of the operating system, for what the JDK has no way to: files below the root of another process, and
 * descriptors that other processes pass. The entries are {@link dev.floe.store.descriptors.RootDirectory} and {@link
 * dev.floe.store.descriptors.DescriptorSocket}.
 */
@NullMarked
package dev.floe.store.descriptors;

import org.jspecify.annotations.NullMarked;
