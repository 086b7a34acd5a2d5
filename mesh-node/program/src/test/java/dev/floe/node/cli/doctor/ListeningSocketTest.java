package dev.floe.node.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

import org.junit.jupiter.api.Test;

class ListeningSocketTest {
    private static final String LISTENS = "   1: 0100007F:1BA8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  "
            + "1000        0 2314 1 ffff 100 0 0 10 0";

    @Test
    void readsTheUserOfAListeningSocket() {
        assertThat(ListeningSocket.of(LISTENS, 7080)).hasValue(1000);
        assertThat(ListeningSocket.of(LISTENS, 7081)).isEmpty();
        assertThat(ListeningSocket.of(LISTENS.replace(" 0A ", " 01 "), 7080)).isEmpty();
        assertThat(ListeningSocket.of("  sl  local_address rem_address   st", 7080)).isEmpty();
    }

    @Test
    void findsASocketOfThisMachine() throws IOException {
        LocalDoctorHost host = new LocalDoctorHost();
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(host.listener(socket.getLocalPort())).hasValue(host.userId());
        }
    }
}
