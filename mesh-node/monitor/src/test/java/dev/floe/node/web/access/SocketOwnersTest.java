package dev.floe.node.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose a connection is, by the kernel's tables. */
final class SocketOwnersTest {
    private static final String HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
    private static final InetSocketAddress CLIENT = new InetSocketAddress("127.0.0.1", 0x9C40);
    private static final InetSocketAddress SERVER = new InetSocketAddress("127.0.0.1", 7082);

    @TempDir
    private Path directory;

    private SocketOwners of(String file, String line) throws IOException {
        Files.write(directory.resolve(file), List.of(HEAD, line));
        return new SocketOwners(directory, ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void findsTheUserOfAConnection() throws IOException {
        assertThat(of("tcp",
                "   1: 0100007F:9C40 0100007F:1BAA 01 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0 20 4 0")
                .find(CLIENT, SERVER)).hasValue(1000);
    }

    @Test
    void findsAClientThatUsesAnAddressOfVersion6ForVersion4() throws IOException {
        assertThat(of("tcp6",
                "   1: 0000000000000000FFFF00000100007F:9C40 0000000000000000FFFF00000100007F:1BAA 01 0:0 00:0 0  1000  0 4711 1")
                .find(CLIENT, SERVER)).hasValue(1000);
    }

    @Test
    void findsAnAddressOfVersion6() throws IOException {
        assertThat(of("tcp6",
                "   1: 00000000000000000000000001000000:9C40 00000000000000000000000001000000:1BAA 01 0:0 00:0 0  1000  0 4711 1")
                .find(new InetSocketAddress("::1", 0x9C40), new InetSocketAddress("::1", 7082))).hasValue(1000);
    }

    @Test
    void doesNotBelieveTheUserOfAConnectionThatItsClientHasClosed() throws IOException {
        for (String state : new String[]{"06", "04", "05", "08"}) {
            assertThat(of("tcp", "   1: 0100007F:9C40 0100007F:1BAA " + state + " 0:0 00:0 0  0        0 0 1")
                    .find(CLIENT, SERVER))
                    .as(state).isEmpty();
        }
        assertThat(of("tcp", "   1: 0100007F:9C40 0100007F:1BAA 01 0:0 00:0 0  0        0 0 1").find(CLIENT, SERVER))
                .as("without a socket").isEmpty();
    }

    @Test
    void doesNotTakeTheServersOwnEndForTheClients() throws IOException {
        assertThat(of("tcp", "   1: 0100007F:1BAA 0100007F:9C40 01 0:0 00:0 0  1000  0 4711 1").find(CLIENT, SERVER))
                .isEmpty();
    }

    @Test
    void knowsNothingWithoutTables() {
        assertThat(new SocketOwners(directory.resolve("none"), ByteOrder.LITTLE_ENDIAN).find(CLIENT, SERVER)).isEmpty();
    }

    @Test
    void findsTheUserOfARealConnection() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            long own = ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
            assertThat(new SocketOwners().find((InetSocketAddress) accepted.getRemoteSocketAddress(),
                    (InetSocketAddress) accepted.getLocalSocketAddress())).hasValue(own);
            assertThat(client.isConnected()).isTrue();
        }
    }
}
