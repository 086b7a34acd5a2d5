/**
 * What is wrong with a machine, a node or a mesh, and what to do. The entry is {@link
 * dev.floe.node.report.findings.DoctorFinding}.
 */
@NullMarked
package dev.floe.node.report.findings;

import org.jspecify.annotations.NullMarked;
