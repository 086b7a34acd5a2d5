/**
 * The checks of {@code floe doctor}, one class for each part of a machine. {@link
 * dev.floe.node.cli.doctor.checks.DoctorChecks} has them in order.
 */
@NullMarked
package dev.floe.node.cli.doctor.checks;

import org.jspecify.annotations.NullMarked;
