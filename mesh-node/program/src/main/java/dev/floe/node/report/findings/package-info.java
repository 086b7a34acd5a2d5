/** What is wrong with a machine, a node or a mesh, and what to do; {@link dev.floe.node.report.findings.DoctorFinding}. */
@NullMarked
package dev.floe.node.report.findings;

import org.jspecify.annotations.NullMarked;
