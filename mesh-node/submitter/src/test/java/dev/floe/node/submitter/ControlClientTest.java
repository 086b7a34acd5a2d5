package dev.floe.node.submitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.submitter.wrapper.WrapperFrame;

/** Nodes that do not answer as they should. */
final class ControlClientTest {
    private static final Duration SILENCE = Duration.ofMillis(300);

    @TempDir
    private Path directory;
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable it : open) {
            it.close();
        }
    }

    private interface Behaviour {
        void of(SocketChannel client) throws IOException;
    }

    private Path listen(int backlog) throws IOException {
        Path socket = directory.resolve("node.sock");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket), backlog);
        open.add(server);
        return socket;
    }

    private Path node(Behaviour behaviour) throws IOException {
        Path socket = listen(5);
        ServerSocketChannel server = (ServerSocketChannel) open.getFirst();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                SocketChannel client = server.accept();
                open.add(client);
                client.read(ByteBuffer.allocate(1000));
                behaviour.of(client);
            } catch (IOException _) {
                // the test is over
            }
        });
        return socket;
    }

    private List<String> ask(Path socket) throws IOException {
        return ask(socket, new ControlClient.SilenceLimits(SILENCE.dividedBy(2), SILENCE.dividedBy(2)));
    }

    private static List<String> ask(Path socket, ControlClient.SilenceLimits silence) throws IOException {
        List<String> lines = new ArrayList<>();
        ControlClient.ask(socket, List.of("nodes"), lines::add, silence);
        return lines;
    }

    private static ByteBuffer frame(int type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(5 + bytes.length).putInt(bytes.length).put((byte) type).put(bytes).flip();
    }

    @Test
    void takesAnAnswer() throws Exception {
        assertThat(ask(node(client -> {
            client.write(frame(WrapperFrame.LINE, "one"));
            client.write(frame(WrapperFrame.ALIVE, ""));
            client.write(frame(WrapperFrame.LINE, "two"));
            client.write(frame(WrapperFrame.LAST, ""));
        }))).containsExactly("one", "two");
    }

    @Test
    void waitsForANodeThatLivesButTakesLong() throws Exception {
        assertThat(ask(node(client -> {
            long end = System.nanoTime() + SILENCE.multipliedBy(4).toNanos();
            while (System.nanoTime() < end) {
                client.write(frame(WrapperFrame.ALIVE, ""));
                Thread.onSpinWait();
            }
            client.write(frame(WrapperFrame.LAST, ""));
        }))).isEmpty();
    }

    /** As nodes of release 0.1.0 do while they pack a toolchain. */
    @Test
    void waitsForANodeThatAnswersOthersMeanwhile() throws Exception {
        AtomicInteger others = new AtomicInteger();
        Path socket = node(client -> {
            ServerSocketChannel server = (ServerSocketChannel) open.getFirst();
            while (true) { // until the test closes the socket: on a busy machine the client asks more often
                try (SocketChannel other = server.accept()) {
                    ByteBuffer request = ByteBuffer.allocate(1000);
                    other.read(request);
                    assertThat(new String(request.array(), StandardCharsets.UTF_8)).contains("mesh");
                    other.write(frame(WrapperFrame.LAST, "")); // a second frame might find the client gone
                }
                if (others.incrementAndGet() == 2) {
                    client.write(frame(WrapperFrame.LINE, "packed"));
                    client.write(frame(WrapperFrame.LAST, ""));
                }
            }
        });
        assertThat(ask(socket, new ControlClient.SilenceLimits(Duration.ofMillis(50), Duration.ofMinutes(5))))
                .containsExactly("packed");
        assertThat(others).hasValueGreaterThanOrEqualTo(2);
    }

    @Test
    void givesUpANodeThatAcceptsAndSaysNothing() throws IOException {
        Path socket = node(_ -> {});
        assertThatThrownBy(() -> ask(socket)).hasMessageContaining("is there but does not answer")
                .hasMessageContaining("SIGSTOP").hasMessageContaining(socket.toString());
    }

    @Test
    void givesUpANodeThatDoesNotAccept() throws IOException {
        Path socket = listen(1);
        assertThatThrownBy(() -> ask(socket)).hasMessageContaining("is there but does not answer");
    }

    @Test
    void givesUpANodeWhoseQueueIsFull() throws IOException {
        Path socket = listen(1);
        for (int i = 0; i < 2; i++) { // Linux takes one more than the backlog says
            open.add(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
        }
        assertThatThrownBy(() -> ask(socket)).hasMessageContaining("is there but does not answer");
    }

    @Test
    void givesUpANodeThatAnswersHalf() throws IOException {
        Path socket = node(client -> client.write(frame(WrapperFrame.LINE, "a long line").limit(8)));
        assertThatThrownBy(() -> ask(socket)).hasMessageContaining("is there but does not answer");
    }

    @Test
    void givesUpANodeThatStopsAfterALine() throws IOException {
        Path socket = node(client -> client.write(frame(WrapperFrame.LINE, "one")));
        assertThatThrownBy(() -> ask(socket)).hasMessageContaining("is there but does not answer");
    }

    @Test
    void noticesANodeThatGoesAway() throws IOException {
        Path socket = node(client -> {
            client.write(frame(WrapperFrame.LINE, "half an answer").limit(8));
            client.close();
        });
        assertThatThrownBy(() -> ask(socket)).hasMessageContaining("went away");
    }

    @Test
    void noticesThatSomethingElseListens() throws IOException {
        Path socket = node(client -> client.write(frame(99, "?")));
        assertThatThrownBy(() -> ask(socket)).hasMessageContaining("is no Floe node");
    }

    @Test
    void saysThatNoNodeIsThere() {
        Path socket = directory.resolve("none.sock");
        assertThatThrownBy(() -> ask(socket))
                .hasMessage("no node answers at " + socket + "; start one with: floe node");
    }

    @Test
    void saysThatTheNodeHasEnded() throws IOException {
        Path socket = listen(1);
        ((ServerSocketChannel) open.getFirst()).close();
        assertThat(socket).exists();
        assertThatThrownBy(() -> ask(socket)).hasMessageContaining("has ended, or is still starting");
    }

    @Test
    void saysThatAFileIsNoSocket() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> ask(file)).hasMessageContaining("no node answers at " + file)
                .hasMessageNotContaining("Exception");
    }
}
