package dev.floe.node.submitter.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.submitter.wrapper.WrapperChannel;
import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;
import dev.floe.node.submitter.wrapper.WrapperFrame;
import dev.floe.node.submitter.wrapper.WrapperProtocolException;

/** What a client receives. */
final class ClientSessionTest {
    private static final int HEAD_BYTES = 5;

    @TempDir
    private Path directory;
    private ServerSocketChannel server;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void listen() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve("socket")));
        open.add(server);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable it : open.reversed()) {
            it.close();
        }
    }

    /** The two ends of a connection. */
    private record Connection(SocketChannel client, WrapperChannel node) {
        /** Each frame that comes before the connection ends, such as {@code 16 text} with its type in hexadecimal. */
        List<String> frames() throws IOException {
            node.close();
            List<String> frames = new ArrayList<>();
            DataInputStream in = new DataInputStream(Channels.newInputStream(client));
            byte[] all = in.readAllBytes();
            ByteBuffer bytes = ByteBuffer.wrap(all);
            while (bytes.hasRemaining()) {
                byte[] payload = new byte[bytes.getInt()];
                String type = Integer.toHexString(bytes.get());
                bytes.get(payload);
                frames.add(type + " " + new String(payload, StandardCharsets.UTF_8));
            }
            return frames;
        }
    }

    private Connection connect() throws IOException {
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("socket")));
        WrapperChannel node = new WrapperChannel(server.accept());
        open.add(client);
        open.add(node);
        node.readAhead();
        return new Connection(client, node);
    }

    private static WrapperFrame nodes() {
        return ClientCommandTest.frame(ClientCommand.VERSION, 5, List.of("nodes"), List.of());
    }

    @Test
    void sendsBothStreamsInTheOrderOfWriting() throws IOException {
        Connection connection = connect();
        new ClientSession((_, _, output) -> {
            output.out().println("one");
            output.out().println("two");
            output.err().println("wrong");
            output.out().print("ü");
            return OptionalInt.of(3);
        }).serve(connection.node(), nodes(), true);
        assertThat(connection.frames()).containsExactly("16 \u0001one\ntwo\n", "16 \u0002wrong\n", "16 \u0001ü",
                "17 \0\0\0\u0003");
    }

    @Test
    void sendsALineAtOnceAfterAPause() throws IOException {
        Connection connection = connect();
        AtomicLong nanos = new AtomicLong(42);
        ClientOutput output = new ClientOutput(connection.node(), nanos::get);
        for (String line : List.of("one", "two", "three")) {
            output.out().println(line);
            assertThat(output.out().checkError()).isFalse();
            nanos.addAndGet(60_000_000);
        }
        output.flush();
        assertThat(connection.frames()).containsExactly("16 \u0001one\n", "16 \u0001two\nthree\n");
    }

    @Test
    void tellsTheCommandWhoAsks() throws IOException {
        for (boolean owned : List.of(true, false)) {
            Connection connection = connect();
            new ClientSession((_, isOwned, _) -> OptionalInt.of(isOwned ? 1 : 0)).serve(connection.node(), nodes(),
                    owned);
            assertThat(connection.frames()).containsExactly("17 \0\0\0" + (char) (owned ? 1 : 0));
        }
    }

    @Test
    void leavesToTheClientWhatDoesNotRunHere() throws IOException {
        Connection connection = connect();
        new ClientSession((_, _, _) -> OptionalInt.empty()).serve(connection.node(), nodes(), true);
        assertThat(connection.frames()).containsExactly("32 ");
    }

    @Test
    void answersAClientOfAnotherVersionClearly() throws IOException {
        Connection connection = connect();
        AtomicInteger runs = new AtomicInteger();
        new ClientSession((_, _, _) -> OptionalInt.of(runs.incrementAndGet())).serve(connection.node(),
                ClientCommandTest.frame(ClientCommand.VERSION + 1, 5, List.of("nodes"), List.of()), true);
        assertThat(connection.frames()).satisfiesExactly(
                message -> assertThat(message).startsWith("16 \u0002floe: ").contains("install both from one release"),
                code -> assertThat(code).isEqualTo("17 \0\0\0\u0001"));
        assertThat(runs).hasValue(0);
    }

    @Test
    void refusesWhatIsNoCommandLine() throws IOException {
        Connection connection = connect();
        ClientSession session = new ClientSession((_, _, _) -> OptionalInt.of(0));
        assertThatThrownBy(() -> session.serve(connection.node(),
                new WrapperFrame(WrapperFrame.COMMAND, ByteBuffer.allocate(12)), true))
                .isInstanceOf(WrapperProtocolException.class);
    }

    @Test
    void saysThatACommandFailedWhichShouldNot() throws IOException {
        Connection connection = connect();
        new ClientSession((_, _, _) -> {
            throw new IllegalStateException("broken");
        }).serve(connection.node(), nodes(), true);
        assertThat(connection.frames()).contains("17 \0\0\0\u0001")
                .anySatisfy(frame -> assertThat(frame).startsWith("16 \u0002floe: ").contains("its log says more"));
    }

    @Test
    void holdsOnePieceOfALongOutput() throws Exception {
        Connection connection = connect();
        CompletableFuture<Integer> served = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                new ClientSession((_, _, output) -> {
                    for (int i = 0; i < 100_000; i++) {
                        output.out().println("0123456789 0123456789 0123456789");
                    }
                    return OptionalInt.of(0);
                }).serve(connection.node(), nodes(), true);
                served.complete(0);
            } catch (IOException e) {
                served.completeExceptionally(e);
            }
        });
        DataInputStream in = new DataInputStream(Channels.newInputStream(connection.client()));
        long bytes = 0;
        int longest = 0;
        for (int type = WrapperFrame.PRINT; type != WrapperFrame.EXIT;) {
            int length = in.readInt();
            type = in.readUnsignedByte();
            in.skipNBytes(length);
            longest = Math.max(longest, length);
            bytes += type == WrapperFrame.PRINT ? length - 1 : 0;
        }
        served.get();
        assertThat(bytes).isEqualTo(100_000L * 33);
        assertThat(longest).isBetween(HEAD_BYTES, 32 << 10);
    }

    @Test
    void aClientThatGoesAwayEndsTheCommand() throws Exception {
        Connection connection = connect();
        ClientSession session = new ClientSession((_, _, output) -> {
            while (!output.out().checkError()) {
                output.out().println("0123456789 0123456789 0123456789");
            }
            return OptionalInt.of(output.isGone() ? 1 : 0);
        });
        connection.client().close();
        assertThatThrownBy(() -> session.serve(connection.node(), nodes(), true))
                .isInstanceOfAny(WrapperDisconnectedException.class, IOException.class);
    }

    @Test
    void moreClientsThanItServesStartJava() throws Exception {
        CountDownLatch running = new CountDownLatch(ClientSession.MAX_COMMANDS);
        CountDownLatch end = new CountDownLatch(1);
        ClientSession session = new ClientSession((_, _, _) -> {
            running.countDown();
            await(end);
            return OptionalInt.of(0);
        });
        List<Connection> served = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < ClientSession.MAX_COMMANDS; i++) {
            Connection connection = connect();
            served.add(connection);
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    session.serve(connection.node(), nodes(), true);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        running.await();
        Connection declined = connect();
        session.serve(declined.node(), nodes(), true);
        assertThat(declined.frames()).containsExactly("32 ");
        end.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        for (Connection connection : served) {
            assertThat(connection.frames()).containsExactly("17 \0\0\0\0");
        }
        Connection again = connect();
        session.serve(again.node(), nodes(), true);
        assertThat(again.frames()).as("there is room again").containsExactly("17 \0\0\0\0");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
