package dev.floe.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.floe.node.joblog.JobLog;

final class NodeMetricsTest {
    private static final int NODES = 50;
    private static final int MAX_BYTES = 64 << 10;

    private JobLog log;
    private NodeMetrics metrics;

    @BeforeEach
    void open() throws IOException {
        log = new JobLog(Optional.empty());
        metrics = new NodeMetrics(new SimulatedReadings(NODES), log);
    }

    @AfterEach
    void close() throws IOException {
        metrics.close();
        log.close();
    }

    private String text(String accept) {
        return new String(metrics.render(accept).body(), StandardCharsets.UTF_8);
    }

    /** Values by name and labels. */
    private Map<String, Double> samples() {
        Map<String, Double> samples = new LinkedHashMap<>();
        for (String line : text("").lines().filter(line -> !line.startsWith("#")).toList()) {
            int space = line.lastIndexOf(' ');
            assertThat(samples.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)))).as(line)
                    .isNull();
        }
        return samples;
    }

    @Test
    void countsJobsByOutcomeReasonAndAnswer() {
        log.add(EndedJob.remote());
        log.add(EndedJob.remote());
        log.add(EndedJob.cached("hit: fetched from pc2"));
        log.add(EndedJob.local("only preprocesses"));
        assertThat(samples()).containsEntry("floe_jobs_total{outcome=\"remote\"}", 2.0)
                .containsEntry("floe_jobs_total{outcome=\"cached\"}", 1.0)
                .containsEntry("floe_jobs_total{outcome=\"local\"}", 1.0)
                .containsEntry("floe_local_jobs_total{reason=\"preprocess\"}", 1.0)
                .containsEntry("floe_local_jobs_total{reason=\"no_compile\"}", 0.0)
                .containsEntry("floe_job_cache_answers_total{reason=\"changed\",result=\"miss\"}", 2.0)
                .containsEntry("floe_job_cache_answers_total{reason=\"fetched\",result=\"hit\"}", 1.0)
                .containsEntry("floe_job_attempts_total{result=\"refused\"}", 2.0)
                .containsEntry("floe_job_attempts_total{result=\"done\"}", 2.0)
                .containsEntry("floe_job_proofs_total{proof=\"proven\"}", 2.0)
                .containsEntry("floe_job_sent_bytes_total", 4000.0)
                .containsEntry("floe_cpu_saved_seconds_total{by=\"peers\"}", 1.7)
                .containsEntry("floe_cpu_saved_seconds_total{by=\"cache\"}", 2.0);
    }

    @Test
    void putsStepsIntoHistograms() {
        log.add(EndedJob.remote());
        assertThat(samples()).containsEntry("floe_step_seconds_count{step=\"run\"}", 1.0)
                .containsEntry("floe_step_seconds_bucket{step=\"run\",le=\"0.5\"}", 0.0)
                .containsEntry("floe_step_seconds_bucket{step=\"run\",le=\"1.0\"}", 1.0)
                .containsEntry("floe_step_seconds_bucket{step=\"run\",le=\"+Inf\"}", 1.0)
                .containsEntry("floe_step_seconds_sum{step=\"run\"}", 0.9)
                .containsEntry("floe_step_seconds_count{step=\"local-run\"}", 0.0)
                .containsEntry("floe_job_seconds_sum{outcome=\"remote\"}", 0.98)
                .containsEntry("floe_step_cpu_seconds_total{step=\"scan\"}", 0.005);
    }

    @Test
    void readsTheNodeAndSumsUpItsMesh() {
        assertThat(samples()).containsEntry("floe_slots", 8.0).containsEntry("floe_slots_busy", 3.0)
                .containsEntry("floe_queue_jobs", 2.0).containsEntry("floe_running_jobs", 6.0)
                .containsEntry("floe_executes", 1.0).containsEntry("floe_paused", 0.0)
                .containsEntry("floe_toolchains", 2.0).containsEntry("floe_toolchains_unavailable", 1.0)
                .containsEntry("floe_mesh_nodes{state=\"executing\"}", 17.0)
                .containsEntry("floe_mesh_nodes{state=\"paused\"}", 17.0)
                .containsEntry("floe_mesh_nodes{state=\"not_executing\"}", 16.0)
                .containsEntry("floe_mesh_slots", 17 * 8.0).containsEntry("floe_mesh_slots_busy", 17 * 3.0)
                .containsEntry("floe_mesh_queue_jobs", 17 * 2.0).containsEntry("floe_refused_connections_total", 4.0)
                .containsEntry("floe_store_bytes", 5e9).containsEntry("floe_cache_lookups_total{result=\"miss\"}", 12.0)
                .containsEntry("floe_refused_offers_total{reason=\"paused\"}", 0.0)
                .containsEntry("floe_executed_jobs_total{end=\"cancelled\"}", 0.0)
                .containsEntry(
                        "floe_node_info{architecture=\"x86_64\",node=\"peer-0\",version=\"0.1.0\"}", 1.0)
                .containsKeys("process_cpu_seconds_total", "process_resident_memory_bytes", "jvm_threads_current");
    }

    @Test
    void staysSmallInALargeMeshWhateverTheJobsSay() {
        long before = text("").lines().count();
        log.add(EndedJob.remote());
        for (int i = 0; i < 100; i++) {
            log.add(EndedJob.local("input is missing or is no regular file: /home/u/p/secret" + i + ".h"));
            log.add(EndedJob.local("peer-" + i + ": made up " + i, "lost: made up " + i));
            log.add(EndedJob.cached("miss: /home/u/p/secret" + i + ".h changed"));
        }
        assertThat(text("").lines().count()).as("no job makes a series").isEqualTo(before);
        assertThat(text("")).doesNotContain("secret", "/home", "peer-1", "made up", "10.0.0.");
        assertThat(metrics.render("").body().length).isLessThan(MAX_BYTES);
        assertThat(metrics.render(NodeMetrics.OPEN_METRICS).body().length).isLessThan(MAX_BYTES);
    }

    @Test
    void rendersTheFormatThatIsAskedFor() {
        NodeMetrics.Rendered openMetrics = metrics
                .render("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1");
        assertThat(openMetrics.contentType()).startsWith("application/openmetrics-text; version=1.0.0");
        assertThat(new String(openMetrics.body(), StandardCharsets.UTF_8)).endsWith("# EOF\n")
                .contains("# TYPE floe_jobs counter\n");
        for (String accept : new String[]{"", "*/*", "text/html"}) {
            assertThat(metrics.render(accept).contentType()).startsWith("text/plain; version=0.0.4");
        }
        assertThat(text("")).contains("# TYPE floe_jobs_total counter\n").doesNotContain("# EOF");
    }

    @Test
    void countsEachJobOnceUntilItsEnd() {
        log.add(EndedJob.remote());
        assertThat(samples()).as("ended before the first rendering")
                .containsEntry("floe_jobs_total{outcome=\"remote\"}", 1.0);
        log.add(EndedJob.remote());
        assertThat(samples()).as("ended after it").containsEntry("floe_jobs_total{outcome=\"remote\"}", 2.0);
        metrics.close();
        log.add(EndedJob.remote());
        assertThat(samples()).containsEntry("floe_jobs_total{outcome=\"remote\"}", 2.0);
    }
}
