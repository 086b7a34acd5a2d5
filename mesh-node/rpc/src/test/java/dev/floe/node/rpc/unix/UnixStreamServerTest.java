package dev.floe.node.rpc.unix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.rpc.UnixSocketServer.SocketSettings;
import dev.floe.node.rpc.unix.UnixStreamServer.PeerConnection;
import dev.floe.store.descriptors.OpenDescriptor;

/** Connections over which descriptors are passed. */
final class UnixStreamServerTest {
    @TempDir
    Path directory;
    private Path socket;
    private Path file;
    private UnixStreamServer server;
    private final BlockingQueue<PeerConnection> accepted = new LinkedBlockingQueue<>();

    @BeforeEach
    void open() throws IOException {
        directory = directory.toRealPath();
        socket = directory.resolve("socket");
        file = Files.writeString(directory.resolve("file"), "contents");
        server = server();
        server.start();
    }

    private UnixStreamServer server() {
        return new UnixStreamServer(new SocketSettings(socket, false, "another", "listen on", "--socket"),
                accepted::add);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    /** What this process has open of a file. */
    private long open(Path what) throws IOException {
        long count = 0;
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : (Iterable<Path>) all::iterator) {
                try {
                    count += Files.readSymbolicLink(each).equals(what) ? 1 : 0;
                } catch (IOException _) {
                    // closed meanwhile
                }
            }
        }
        return count;
    }

    @Test
    void knowsWhoConnects() throws Exception {
        try (SocketChannel _ = connect()) {
            PeerConnection peer = accepted.take();
            assertThat(peer.owned()).isTrue();
            assertThat(peer.process()).isEqualTo((int) ProcessHandle.current().pid());
            peer.stream().close();
        }
    }

    @Test
    void aFaultInTheHandlerEndsOneConnectionAlone() throws Exception {
        server.close();
        AtomicInteger connections = new AtomicInteger();
        server = new UnixStreamServer(new SocketSettings(socket, false, "another", "listen on", "--socket"),
                connection -> {
                    if (connections.getAndIncrement() == 0) {
                        throw new IllegalStateException("a fault");
                    }
                    accepted.add(connection);
                });
        server.start();
        try (SocketChannel first = connect()) {
            assertThat(first.read(ByteBuffer.allocate(1))).as("closed").isEqualTo(-1);
        }
        try (SocketChannel _ = connect(); UnixStream stream = accepted.take().stream()) {
            assertThat(stream).isNotNull();
        }
    }

    @Test
    void theOwnerAndRootMayManage() throws Exception {
        try (SocketChannel _ = connect(); UnixStream stream = accepted.take().stream()) {
            assertThat(new PeerConnection(stream, 1, 1000, true).mayManage()).isTrue();
            assertThat(new PeerConnection(stream, 1, 0, false).mayManage()).isTrue();
            assertThat(new PeerConnection(stream, 1, 1000, false).mayManage()).isFalse();
        }
    }

    @Test
    void carriesManyBytesBothWaysWhileTheOtherSideIsSlow() throws Exception {
        byte[] sent = new byte[3_000_000];
        new Random(7).nextBytes(sent);
        try (SocketChannel client = connect(); UnixStream stream = accepted.take().stream()) {
            CompletableFuture<Void> echo = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                byte[] block = new byte[100_000];
                try {
                    for (int n = stream.read(block, 0, block.length); n >= 0; n = stream.read(block, 0,
                            block.length)) {
                        stream.write(new ByteBuffer[]{ByteBuffer.wrap(block, 0, n)}, null);
                    }
                    stream.close();
                    echo.complete(null);
                } catch (IOException e) {
                    echo.completeExceptionally(e);
                }
            });
            Thread.ofVirtual().start(() -> {
                ByteBuffer all = ByteBuffer.wrap(sent);
                try {
                    while (all.hasRemaining()) {
                        client.write(all);
                    }
                    client.shutdownOutput();
                } catch (IOException e) {
                    echo.completeExceptionally(e);
                }
            });
            ByteBuffer back = ByteBuffer.allocate(sent.length + 1);
            while (client.read(back) >= 0) {
                assertThat(back.hasRemaining()).isTrue();
            }
            echo.get();
            assertThat(back.flip()).isEqualTo(ByteBuffer.wrap(sent));
        }
    }

    @Test
    void saysThatThePeerHasClosed() throws Exception {
        SocketChannel client = connect();
        try (UnixStream stream = accepted.take().stream()) {
            client.close();
            assertThatThrownBy(() -> stream.write(new ByteBuffer[]{ByteBuffer.wrap(new byte[5])}, null))
                    .isInstanceOf(PeerClosedException.class);
        }
    }

    @Test
    void receivesDescriptorsInTheirOrder() throws Exception {
        Path second = Files.writeString(directory.resolve("second"), "other");
        try (PassingClient client = new PassingClient(socket); UnixStream stream = accepted.take().stream()) {
            client.send(List.of(file, second));
            assertThat(stream.received()).as("nothing has been read").isEmpty();
            readAll(stream, 2);
            try (OpenDescriptor one = stream.received().orElseThrow();
                    OpenDescriptor other = stream.received().orElseThrow()) {
                assertThat(Files.readString(one.path())).isEqualTo("contents");
                assertThat(Files.readString(other.path())).isEqualTo("other");
            }
            assertThat(stream.received()).isEmpty();
        }
        assertThat(open(file)).isZero();
    }

    private static void readAll(UnixStream stream, int bytes) throws IOException {
        byte[] room = new byte[bytes];
        for (int have = 0; have < bytes;) {
            have += stream.read(room, have, bytes - have);
        }
    }

    @Test
    void passesADescriptor() throws Exception {
        try (PassingClient client = new PassingClient(socket); UnixStream stream = accepted.take().stream()) {
            try (OpenDescriptor contents = OpenDescriptor.forReading(file).orElseThrow()) {
                stream.write(new ByteBuffer[]{ByteBuffer.wrap(new byte[5])}, contents);
            }
            SocketMessage.ReceivedMessage got = client.receive(new byte[10]);
            assertThat(got.result()).isEqualTo(5);
            try (OpenDescriptor passed = got.descriptors().getFirst()) {
                assertThat(Files.readString(passed.path())).isEqualTo("contents");
            }
        }
    }

    @Test
    void refusesAPeerThatPassesTooMany() throws Exception {
        try (PassingClient client = new PassingClient(socket); UnixStream stream = accepted.take().stream()) {
            client.send(Collections.nCopies(20, file));
            assertThatThrownBy(() -> readAll(stream, 20)).isInstanceOf(IOException.class)
                    .hasMessageContaining("too many descriptors");
        }
        assertThat(open(file)).as("all are closed").isZero();
    }

    @Test
    void closesWhatNobodyTook() throws Exception {
        try (PassingClient client = new PassingClient(socket); UnixStream stream = accepted.take().stream()) {
            client.send(List.of(file, file));
            readAll(stream, 2);
            assertThat(open(file)).isEqualTo(2);
        }
        assertThat(open(file)).isZero();
    }

    @Test
    void tellsWhenThePeerHangsUpThoughNobodyReads() throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        try (SocketChannel client = connect(); UnixStream stream = accepted.take().stream()) {
            assertThat(stream.onHangUp(() -> ended.complete(null))).isTrue();
            client.write(ByteBuffer.wrap(new byte[]{42}));
            client.close();
            ended.get();
            byte[] room = new byte[2];
            assertThat(stream.read(room, 0, 2)).as("what came before the end").isEqualTo(1);
            assertThat(stream.read(room, 0, 2)).isEqualTo(-1);
            CompletableFuture<Void> late = new CompletableFuture<>();
            stream.onHangUp(() -> late.complete(null));
            late.get();
        }
    }

    @Test
    void aReaderLearnsThatItsConnectionIsClosed() throws Exception {
        try (SocketChannel _ = connect()) {
            UnixStream stream = accepted.take().stream();
            CompletableFuture<Optional<IOException>> read = new CompletableFuture<>();
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    stream.read(new byte[1], 0, 1);
                    read.complete(Optional.empty());
                } catch (IOException e) {
                    read.complete(Optional.of(e));
                }
            });
            stream.close();
            reader.join();
            assertThat(read.get()).isPresent();
        }
    }

    @Test
    void connectionsOutliveTheServer() throws Exception {
        try (SocketChannel client = connect(); UnixStream stream = accepted.take().stream()) {
            server.close();
            assertThat(socket).doesNotExist();
            client.write(ByteBuffer.wrap(new byte[]{42}));
            byte[] room = new byte[1];
            assertThat(stream.read(room, 0, 1)).isEqualTo(1);
            assertThat(room[0]).isEqualTo((byte) 42);
        }
    }

    @Test
    void namesAPathThatIsTakenOrTooLong() throws Exception {
        assertThatThrownBy(() -> server().start()).isInstanceOf(IOException.class)
                .hasMessageContaining("another listens on " + socket);
        UnixStreamServer deep = new UnixStreamServer(
                new SocketSettings(directory.resolve("x".repeat(120)), false, "another", "listen on", "--socket"),
                accepted::add);
        assertThatThrownBy(deep::start).hasMessageContaining("longer than 107 bytes");
    }
}
