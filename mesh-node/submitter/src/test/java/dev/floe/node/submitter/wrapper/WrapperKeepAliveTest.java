package dev.floe.node.submitter.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrapperKeepAliveTest {
    @TempDir
    private Path directory;
    private ServerSocketChannel server;
    private final WrapperKeepAlive signs = new WrapperKeepAlive();

    @BeforeEach
    void listen() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve("socket")));
    }

    @AfterEach
    void close() throws IOException {
        signs.closeAll();
        server.close();
    }

    private SocketChannel wrapper() throws IOException {
        SocketChannel wrapper = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("socket")));
        signs.add(new WrapperChannel(server.accept()));
        return wrapper;
    }

    /** Fills all that the kernel takes for it. */
    private SocketChannel stoppedWrapper() throws IOException {
        SocketChannel wrapper = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("socket")));
        SocketChannel toIt = server.accept();
        toIt.configureBlocking(false);
        ByteBuffer bytes = ByteBuffer.allocate(1);
        while (toIt.write(bytes) > 0) {
            bytes.clear();
        }
        toIt.configureBlocking(true);
        signs.add(new WrapperChannel(toIt));
        return wrapper;
    }

    @Test
    void aStoppedWrapperHoldsUpNoOther() throws IOException {
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
}
