/** Audits of served results, which are produced again on another node and compared, and what follows from them. */
@NullMarked
package dev.floe.node.audit;

import org.jspecify.annotations.NullMarked;
