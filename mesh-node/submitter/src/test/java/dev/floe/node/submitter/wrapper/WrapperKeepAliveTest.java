package dev.floe.node.submitter.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.rpc.UnixSocketServer.SocketSettings;
import dev.floe.node.rpc.unix.UnixStream;
import dev.floe.node.rpc.unix.UnixStreamServer;

final class WrapperKeepAliveTest {
    private static final int ALIVE_BYTES = 5;

    @TempDir
    private Path directory;
    private Path socket;
    private UnixStreamServer server;
    private final BlockingQueue<UnixStream> accepted = new LinkedBlockingQueue<>();
    private final WrapperKeepAlive signs = new WrapperKeepAlive();

    @BeforeEach
    void listen() throws IOException {
        socket = directory.resolve("socket");
        server = new UnixStreamServer(new SocketSettings(socket, false, "another", "listen on", "--socket"),
                connection -> accepted.add(connection.stream()));
        server.start();
    }

    @AfterEach
    void close() throws IOException {
        signs.closeAll();
        server.close();
    }

    private SocketChannel wrapper() throws Exception {
        SocketChannel wrapper = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        signs.add(new WrapperChannel(accepted.take()));
        return wrapper;
    }

    /** Fills all that the kernel takes for it. */
    private SocketChannel stoppedWrapper() throws Exception {
        SocketChannel wrapper = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        UnixStream toIt = accepted.take();
        boolean takes;
        do {
            takes = toIt.writeAtOnce(ByteBuffer.allocate(1000));
        } while (takes);
        do {
            takes = toIt.writeAtOnce(ByteBuffer.allocate(1));
        } while (takes);
        signs.add(new WrapperChannel(toIt));
        return wrapper;
    }

    @Test
    void aStoppedWrapperHoldsUpNoOther() throws Exception {
        try (SocketChannel first = stoppedWrapper();
                SocketChannel well = wrapper();
                SocketChannel last = stoppedWrapper()) {
            signs.send();
            DataInputStream in = new DataInputStream(Channels.newInputStream(well));
            assertThat(in.readInt()).isZero();
            assertThat(in.readUnsignedByte()).isEqualTo(WrapperFrame.ALIVE);
            signs.send();
            assertThat(in.readInt()).isZero();
            assertThat(first.isOpen() && last.isOpen()).isTrue();
        }
    }

    @Test
    void aNodeWhoseVirtualThreadsAllComputeShowsThatItLives() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        int carriers = Runtime.getRuntime().availableProcessors();
        CountDownLatch computing = new CountDownLatch(carriers);
        try (SocketChannel waiting = wrapper()) {
            for (int i = 0; i < carriers; i++) {
                Thread.ofVirtual().start(() -> {
                    computing.countDown();
                    while (!done.get()) {
                        Thread.onSpinWait();
                    }
                });
            }
            computing.await();
            signs.send();
            waiting.configureBlocking(false);
            assertThat(waiting.read(ByteBuffer.allocate(100))).isEqualTo(ALIVE_BYTES);
        } finally {
            done.set(true);
        }
    }
}
