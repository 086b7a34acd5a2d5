/** {@code floe setup}, which makes a machine a member of a mesh; {@link dev.floe.node.cli.setup.SetupCommand}. */
@NullMarked
package dev.floe.node.cli.setup;

import org.jspecify.annotations.NullMarked;
