/** A node's metrics, as Prometheus reads them: {@link dev.floe.node.metrics.NodeMetrics} counts jobs and renders. */
@NullMarked
package dev.floe.node.metrics;

import org.jspecify.annotations.NullMarked;
