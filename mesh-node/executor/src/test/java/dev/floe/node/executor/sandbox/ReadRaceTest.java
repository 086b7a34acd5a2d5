package dev.floe.node.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.executor.AttackTally;
import dev.floe.node.executor.Attacks;
import dev.floe.node.executor.BusyProcessors;
import dev.floe.node.executor.Payload;
import dev.floe.node.executor.Workbench;
import dev.floe.node.executor.exectree.ExecRoot;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.store.files.TreeDeleter;

/**
 * Jobs whose processes outlive the command and exchange directories, files and the report with links to a file of the
 * host while the node reads what was made. A third each ends by itself, is cancelled and takes too long.
 */
@Tag("attack")
final class ReadRaceTest {
    private static final String SECRET = "the secret of this machine";
    private static final String LEAF = "secret.o";
    private static final int JOBS = Integer.getInteger("floe.attack.jobs", 24);
    private static final int MAX_JOBS = 20 * JOBS; // how most jobs end is a matter of chance

    @TempDir
    private Path directory;
    private Workbench bench;
    private Path secret;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(directory, Payload.program());
        secret = Files.writeString(Files.createDirectory(directory.resolve("host")).resolve(LEAF), SECRET);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void returnsNothingOfTheHostAndReadsWhenNoProcessIsLeft() throws IOException {
        bench.sandbox();
        List<String> harm = new ArrayList<>();
        int returned = 0;
        try (BusyProcessors _ = new BusyProcessors(); AttackTally tally = new AttackTally("read-race")) {
            for (int job = 0; job < JOBS || returned == 0 && job < MAX_JOBS; job++) {
                int before = harm.size();
                returned += race(job, harm);
                tally.count(harm.size() == before);
            }
        }
        assertThat(harm).isEmpty();
        assertThat(returned).as("jobs whose results were read, without which this shows nothing").isPositive();
        assertThat(secret).hasContent(SECRET);
    }

    /** One job; 1 if it gave a result. */
    private int race(int job, List<String> harm) throws IOException {
        String mark = "read-" + job;
        Path own = bench.freshDirectory();
        CommandReplay replay = new CommandReplay(bench.sandbox(), Workbench.LIMITS, own);
        boolean ends = job % 3 == 0;
        Offer offer = Attacks.offer(bench, mark, List.of("race", "x", "target=" + secret.getParent(), "leaf=" + LEAF,
                "end=" + (ends ? "exit" : "stay")), planned(job));
        ExecRoot tree = replay.prepare(bench.toolchain(), offer, bench.store());
        SandboxProcess process = replay.start(tree, offer);
        String end = "ended";
        try {
            if (ends) {
                replay.await(process);
            } else {
                Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> Attacks.alive(mark).size() > 9);
                if (job % 3 == 1) {
                    process.abort();
                }
                process.await(job % 3 == 1 ? Workbench.LIMITS.time() : Duration.ofMillis(1));
            }
        } catch (IOException e) {
            end = String.valueOf(e.getMessage());
        }
        if (!Attacks.alive(mark).isEmpty()) {
            harm.add(mark + ": a process is left");
        }
        assertThat(end).as(mark).containsAnyOf(ends
                ? new String[]{"ended", "neither file nor directory"}
                : new String[]{"ended by this node", "longer than"});
        try {
            return end.equals("ended") ? look(mark, replay.collect(tree, offer), harm) : 0;
        } catch (IOException e) {
            assertThat(e).as(mark).hasMessageContaining("the sandbox failed");
            return 0;
        } finally {
            TreeDeleter.delete(own);
        }
    }

    private static int look(String mark, CommandReplay.ReplayResult result, List<String> harm) throws IOException {
        List<Path> read = new ArrayList<>(List.of(result.output(), result.error()));
        result.files().forEach(file -> read.add(file.file()));
        for (Path file : read) {
            if (Files.readString(file).contains(SECRET)) {
                harm.add(mark + ": returned " + file);
            }
        }
        return 1;
    }

    /**
     * Every second job has its names in the offer, as a link may be only there; the others are refused if they end as
     * links.
     */
    private WireInput[] planned(int job) {
        List<WireInput> inputs = new ArrayList<>();
        for (String place : job % 2 == 0 ? List.of("/w", "/v", "/tmp") : List.<String>of()) {
            for (String name : List.of("l", "d", "y", "x.o")) {
                inputs.add(Workbench.link(place + "/" + name, "x"));
            }
        }
        return inputs.toArray(WireInput[]::new);
    }
}
