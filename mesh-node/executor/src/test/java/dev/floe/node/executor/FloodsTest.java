package dev.floe.node.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.stream.MessageStream;

/** Floods of an executor, bounded and on the loopback alone; while each lasts, a job of somebody else is done. */
@Tag("attack")
final class FloodsTest {
    private static final int CONNECTIONS = 300;
    private static final int STREAMS = 200;

    private static final AttackTally TALLY = new AttackTally("floods");

    @TempDir
    private static Path directory;
    private static Workbench bench;
    private static ExecutingNode node;

    @BeforeAll
    static void open() throws IOException {
        bench = new Workbench(directory);
        bench.sandbox();
        node = new ExecutingNode(bench, directory, 2);
    }

    @AfterAll
    static void close() throws IOException {
        node.close();
        bench.close();
        TALLY.close();
    }

    private interface Flood {
        void add(List<AutoCloseable> open) throws IOException;
    }

    @Test
    void worksWhileStrangersConnectAndSayNothing() throws Exception {
        flood(CONNECTIONS, open -> open.add(new Socket(node.address().getAddress(), node.address().getPort())));
    }

    /** Half of a message of TLS each. */
    @Test
    void worksWhileStrangersBeginHandshakes() throws Exception {
        flood(CONNECTIONS, open -> {
            Socket socket = new Socket(node.address().getAddress(), node.address().getPort());
            open.add(socket);
            socket.getOutputStream().write(new byte[]{22, 3, 1, 2, 0, 1, 0, 1, -4, 3, 3});
        });
    }

    @Test
    void worksWhileMembersOpenStreamsAndSayNothing() throws Exception {
        flood(STREAMS, open -> open.add(node.open()));
    }

    /** Each announces 32 MiB and sends a part. */
    @Test
    void worksWhileMembersBeginLongMessages() throws Exception {
        flood(20, open -> {
            MessageStream conversation = node.open();
            open.add(conversation);
            conversation.exchange().output().write(new byte[]{2, 0, 0, 0});
            conversation.exchange().output().write(new byte[100_000]);
            conversation.flush();
        });
    }

    @Test
    void worksWhileMembersSendNonsense() throws Exception {
        flood(STREAMS, open -> {
            MessageStream conversation = node.open();
            open.add(conversation);
            conversation.exchange().output().write(new byte[]{0, 0, 0, 2, 7, 7});
            conversation.finish();
        });
    }

    private void flood(int times, Flood flood) throws Exception {
        List<AutoCloseable> open = new ArrayList<>();
        boolean held = false;
        try {
            for (int i = 0; i < times; i++) {
                flood.add(open);
            }
            try (MessageStream conversation = node.submit(Attacks.shell(bench, "exit 7"), Map.of())) {
                assertThat(conversation.receive(JobResult.class).exit()).isEqualTo(7);
            }
            held = true;
        } finally {
            TALLY.count(held);
            for (AutoCloseable each : open) {
                each.close();
            }
        }
    }
}
