/** What {@code floe doctor} needs: the machine as its checks see it, its paths, and the remedies that it applies. */
@NullMarked
package dev.floe.node.cli.doctor;

import org.jspecify.annotations.NullMarked;
