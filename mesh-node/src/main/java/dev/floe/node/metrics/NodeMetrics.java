package dev.floe.node.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import dev.floe.node.record.JobLog;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/**
 * A node's metrics. Jobs are counted as they end, because the log keeps only the last of them; everything else is read when the metrics
 * are rendered. What reads it is set up by the first rendering, so that a node which nobody scrapes pays for the counters alone.
 */
public final class NodeMetrics implements AutoCloseable {
    /** Content type of OpenMetrics, to be asked for. */
    public static final String OPEN_METRICS = OpenMetricsTextFormatWriter.CONTENT_TYPE;

    private static final int USUAL_BYTES = 64 << 10;

    private final NodeReadings readings;
    private final JobMetrics jobs;
    private final PrometheusRegistry counters = new PrometheusRegistry();
    private final JobLog.Following following;
    private @Nullable PrometheusRegistry others; // guarded by this; null before the first rendering

    /** The metrics in an exposition format. */
    @SuppressWarnings("ArrayRecordComponent") // written to a socket and forgotten
    public record Rendered(String contentType, byte[] body) {}

    /** @param log whose jobs are counted from now on */
    public NodeMetrics(NodeReadings readings, JobLog log) {
        this.readings = readings;
        jobs = new JobMetrics(counters);
        following = log.follow(jobs);
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
            writer.write(body, scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("an array takes all bytes", e);
        }
        return new Rendered(writer.getContentType(), body.toByteArray());
    }

    private MetricSnapshots scrape() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        for (PrometheusRegistry registry : Arrays.asList(counters, others())) {
            registry.scrape().forEach(all::metricSnapshot);
        }
        return all.build();
    }

    private synchronized PrometheusRegistry others() {
        PrometheusRegistry known = others;
        if (known == null) {
            known = new PrometheusRegistry();
            new ReadMetrics(readings).register(known);
            JvmMemoryMetrics.builder().register(known);
            JvmGarbageCollectorMetrics.builder().register(known);
            JvmThreadsMetrics.builder().register(known);
            JvmRuntimeInfoMetric.builder().register(known);
            ProcessMetrics.builder().register(known);
            others = known;
        }
        return known;
    }

    /** Counts no further jobs. */
    @Override
    public void close() {
        following.close();
    }
}
