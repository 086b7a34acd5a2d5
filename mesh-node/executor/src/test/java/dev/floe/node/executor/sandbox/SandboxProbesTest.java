package dev.floe.node.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.executor.AttackTally;
import dev.floe.node.executor.Attacks;
import dev.floe.node.executor.Payload;
import dev.floe.node.executor.Workbench;
import dev.floe.node.rpc.messages.JobMessage.Offer;

/**
 * What a program tries from the inside of a sandbox, probe by probe; src/test/c has the calls, and what each must end
 * in.
 */
@Tag("attack")
final class SandboxProbesTest {
    /** Some fewer than on any processor; a payload that breaks off, or loses a group, must not pass. */
    private static final int MIN_PROBES = 320;

    @TempDir
    private static Path directory;
    private static Workbench bench;
    private static AttackTally tally;

    @BeforeAll
    static void open() throws IOException {
        bench = new Workbench(directory, Payload.program());
        tally = new AttackTally("sandbox-probes");
    }

    @AfterAll
    static void close() throws IOException {
        tally.close();
        bench.close();
    }

    @TestFactory
    List<DynamicTest> eachProbeEndsAsItMust() throws IOException {
        Sandbox sandbox = bench.sandbox();
        Path canary = Files.writeString(directory.resolve("canary"), "canary");
        Path other = bench.freshDirectory();
        Path own = bench.freshDirectory();
        List<String> lines;
        try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Path socketPath = Path.of("target/attack/socket").toAbsolutePath();
            Files.deleteIfExists(socketPath);
            socket.bind(UnixDomainSocketAddress.of(socketPath));
            SandboxProcess neighbour = start(new CommandReplay(sandbox, Workbench.LIMITS, other), Workbench.offer(
                    List.of("/w"), "echo secret > /tmp/of-another-job; echo x > /w/secret; sleep 600"));
            Offer offer = Attacks.offer(bench, "probe", List.of("probe", "all", "canary=" + canary,
                    "node=" + ProcessHandle.current().pid(), "port=" + port.getLocalPort(), "socket=" + socketPath,
                    "abstract=" + directory, "own=" + own, "other=" + other, "store=" + directory.resolve("store")),
                    bench.file("/ro/input.txt", "input"), Workbench.link("/ro/link", canary.toString()),
                    bench.file("/w/copied.txt", "copied"), bench.file("/w/shield/s.txt", "shielded"));
            CommandReplay.ReplayResult result = new CommandReplay(sandbox, Workbench.LIMITS, own).run(bench.toolchain(),
                    offer,
                    bench.store());
            neighbour.abort();
            lines = Files.readAllLines(result.output());
            assertThat(result.exit()).as(Files.readString(result.error())).isZero();
        }
        assertThat(Files.readString(canary)).isEqualTo("canary");
        assertThat(bench.tell("cat /ro/input.txt", bench.file("/ro/input.txt", "input"))).isEqualTo("input");
        List<String> probes = lines.subList(0, lines.size() - 1);
        assertThat(lines.getLast()).isEqualTo("end\t" + probes.size());
        assertThat(probes).hasSizeGreaterThan(MIN_PROBES);
        return probes.stream().map(line -> line.split("\t", -1)).map(probe -> DynamicTest
                .dynamicTest(probe[1] + ": " + probe[2], () -> {
                    tally.count(probe[0].equals("held"));
                    assertThat(probe[0]).as(probe[3]).isEqualTo("held");
                })).toList();
    }

    private static SandboxProcess start(CommandReplay replay, Offer offer) throws IOException {
        return replay.start(replay.prepare(bench.toolchain(), offer, bench.store()), offer);
    }
}
