package dev.floe.node.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

import org.jspecify.annotations.Nullable;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

import dev.floe.node.joblog.JobLog;

/**
 * A node's metrics. Jobs are counted as they end, everything else is read when the metrics are rendered. All of it is
 * set up by the first rendering, which counts the jobs that the log still has, so that a node which nobody scrapes pays
 * nothing. Thread-safe.
 */
public final class NodeMetrics implements AutoCloseable {
    /** Content type of OpenMetrics, to be asked for. */
    public static final String OPEN_METRICS = OpenMetricsTextFormatWriter.CONTENT_TYPE;

    private static final int USUAL_BYTES = 64 << 10;

    private final NodeReadings readings;
    private final JobLog log;
    // This and following are guarded by this; null before the first rendering.
    private @Nullable PrometheusRegistry registry;
    private JobLog.@Nullable Following following;

    /** The metrics in an exposition format. */
    @SuppressWarnings("ArrayRecordComponent") // written to a socket and forgotten
    public record Rendered(String contentType, byte[] body) {}

    public NodeMetrics(NodeReadings readings, JobLog log) {
        this.readings = readings;
        this.log = log;
    }

    /**
     * Renders all metrics: as OpenMetrics if the header asks for it, otherwise in the text format 0.0.4 of Prometheus.
     *
     * @param acceptHeader of the request; may be empty
     */
    public Rendered render(String acceptHeader) {
        OpenMetricsTextFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();
        ExpositionFormatWriter writer = openMetrics.accepts(acceptHeader)
                ? openMetrics
                : PrometheusTextFormatWriter.create();
        ByteArrayOutputStream body = new ByteArrayOutputStream(USUAL_BYTES);
        try {
            writer.write(body, registry().scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("an array takes all bytes", e);
        }
        return new Rendered(writer.getContentType(), body.toByteArray());
    }

    private synchronized PrometheusRegistry registry() {
        PrometheusRegistry known = registry;
        if (known == null) {
            known = new PrometheusRegistry();
            following = log.followAll(new JobMetrics(known));
            new ReadMetrics(readings).register(known);
            JvmMemoryMetrics.builder().register(known);
            JvmGarbageCollectorMetrics.builder().register(known);
            JvmThreadsMetrics.builder().register(known);
            JvmRuntimeInfoMetric.builder().register(known);
            ProcessMetrics.builder().register(known);
            registry = known;
        }
        return known;
    }

    /** Counts no further jobs. */
    @Override
    public synchronized void close() {
        if (following != null) {
            following.close();
        }
    }
}
