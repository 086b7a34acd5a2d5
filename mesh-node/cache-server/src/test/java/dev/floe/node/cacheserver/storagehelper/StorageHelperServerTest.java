package dev.floe.node.cacheserver.storagehelper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.node.cacheserver.Failing;
import dev.floe.node.cacheserver.HelperClient;
import dev.floe.node.cacheserver.ReadOnly;
import dev.floe.node.cacheserver.StartedCacheServers;
import dev.floe.node.rpc.UnixSocketServer;

/** ccache's storage helper protocol, right and wrong. */
final class StorageHelperServerTest {
    private static final byte[] KEY = new byte[]{0, -1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19};
    private static final byte[] VALUE = StartedCacheServers.bytes("value");

    @TempDir
    private Path directory;
    private StartedCacheServers servers;
    private HelperClient client;

    @BeforeEach
    void open() throws IOException {
        servers = new StartedCacheServers(directory);
        client = new HelperClient(servers.connectHelper());
        assertThat(client.greet()).containsExactly(1, 3, 0, 1, 2);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        servers.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 300_001, StartedCacheServers.MAX_VALUE_BYTES})
    void keepsWhatWasPut(int size) throws Exception {
        byte[] value = new byte[size];
        new Random(size).nextBytes(value);
        assertThat(client.put(KEY, true, value)).isZero();
        assertThat(client.get(KEY)).hasValueSatisfying(found -> assertThat(found).isEqualTo(value));
        assertThat(servers.arriving()).isEmpty();
    }

    @Test
    void saysThatAValueIsMissing() throws Exception {
        assertThat(client.get(KEY)).isEmpty();
        assertThat(client.exists(KEY)).isFalse();
        assertThat(client.remove(KEY)).isEqualTo(1);
    }

    @Test
    void removesAValue() throws Exception {
        client.put(KEY, true, VALUE);
        assertThat(client.exists(KEY)).isTrue();
        assertThat(client.remove(KEY)).isZero();
        assertThat(client.exists(KEY)).isFalse();
    }

    @Test
    void replacesAValueOnlyIfAsked() throws Exception {
        client.put(KEY, false, VALUE);
        assertThat(client.put(KEY, false, StartedCacheServers.bytes("other"))).isEqualTo(1);
        assertThat(client.get(KEY)).hasValue(VALUE);
        assertThat(client.put(KEY, true, StartedCacheServers.bytes("third"))).isZero();
        assertThat(client.get(KEY)).hasValue(StartedCacheServers.bytes("third"));
    }

    @Test
    void hasNamesOfItsOwn() throws Exception {
        servers.put("/61", StartedCacheServers.bytes("by HTTP"));
        assertThat(client.get(StartedCacheServers.bytes("a"))).isEmpty();
        client.put(new byte[]{0x61}, true, VALUE);
        assertThat(servers.ask("GET", "/61").body()).isEqualTo(StartedCacheServers.bytes("by HTTP"));
    }

    @Test
    void takesKeysOfAnyLength() throws Exception {
        byte[] longest = new byte[255];
        Arrays.fill(longest, (byte) 0xee);
        client.put(longest, true, VALUE);
        assertThat(client.get(longest)).hasValue(VALUE);
        assertThat(client.get(new byte[0])).isEmpty();
    }

    @Test
    void saysWhatItIs() throws Exception {
        client.send((byte) 4);
        assertThat(client.message()).isEqualTo("Floe");
        assertThat(client.read()).isZero();
    }

    @Test
    void onlyEndsTheConnectionWhenToldToStop() throws Exception {
        client.put(KEY, true, VALUE);
        client.send((byte) 3);
        assertThat(client.read()).isZero();
        assertThat(client.read()).isEqualTo(-1);
        try (HelperClient next = new HelperClient(servers.connectHelper())) {
            next.greet();
            assertThat(next.get(KEY)).hasValue(VALUE);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {StartedCacheServers.MAX_VALUE_BYTES + 1L, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void refusesAValueThatIsTooLong(long length) throws Exception {
        client.send(HelperClient.request(1, KEY));
        client.send((byte) 1);
        client.send(ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(length).array());
        assertThat(client.read()).isEqualTo(2);
        assertThat(client.message()).contains("at most");
        assertThat(client.read()).isEqualTo(-1);
    }

    @Test
    void endsWhatItDoesNotUnderstand() throws Exception {
        client.send((byte) 77);
        assertThat(client.read()).isEqualTo(2);
        assertThat(client.message()).contains("77");
        assertThat(client.read()).isEqualTo(-1);
    }

    @Test
    void dropsAValueThatIsCutOff() throws Exception {
        client.send(HelperClient.request(1, KEY));
        client.send((byte) 1);
        client.send(ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(100).array());
        client.send(VALUE);
        client.endOutput();
        assertThat(client.read()).isEqualTo(-1);
        awaitNothingArriving();
        assertThat(servers.values().exists("crsh:00ff02030405060708090a0b0c0d0e0f10111213")).isFalse();
    }

    @Test
    void saysThatTheCacheFails() throws Exception {
        try (StartedCacheServers others = new StartedCacheServers(directory.resolve("others"), _ -> new Failing())) {
            try (HelperClient other = new HelperClient(others.connectHelper())) {
                other.greet();
                other.send(HelperClient.request(0, KEY));
                assertThat(other.read()).isEqualTo(2);
                assertThat(other.message()).contains("broken ä").endsWith("ä");
                assertThat(other.remove(KEY)).isEqualTo(2);
                assertThat(other.message()).contains("broken");
                assertThat(other.put(KEY, false, VALUE)).isEqualTo(2);
            }
            assertThat(others.arriving()).isEmpty();
        }
    }

    @Test
    void saysThatTheNodeMayNotWrite() throws Exception {
        try (StartedCacheServers others = new StartedCacheServers(directory.resolve("others"), ReadOnly::new);
                HelperClient other = new HelperClient(others.connectHelper())) {
            other.greet();
            assertThat(other.put(KEY, true, VALUE)).isEqualTo(1);
            assertThat(other.exists(KEY)).isFalse();
        }
    }

    @Test
    void survivesWhateverIsSent() throws Exception {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(60)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : random.nextInt(7));
            }
            try (HelperClient other = new HelperClient(servers.connectHelper())) {
                assertThat(other.greet()).as("seed %d", seed).containsExactly(1, 3, 0, 1, 2);
                send(other, bytes);
                while (other.read() >= 0) {
                    // all answers, until the server has enough
                }
            }
        }
        awaitNothingArriving();
        assertThat(client.put(KEY, true, VALUE)).isZero();
    }

    /** The server may close in the middle of it. */
    private static void send(HelperClient client, byte[] bytes) {
        try {
            client.send(bytes);
            client.endOutput();
        } catch (IOException _) {
            // it has closed
        }
    }

    @Test
    void isItsOwnersAlone() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(servers.socket())))
                .isEqualTo("rw-------");
    }

    private static UnixSocketServer socketAt(Path path) {
        return new UnixSocketServer(new UnixSocketServer.SocketSettings(path, false, "another process",
                "serve the cache on the socket", "--cache-socket"), connection -> connection.channel().close());
    }

    @Test
    void doesNotTakeAPlaceThatIsTaken() throws Exception {
        assertThatThrownBy(() -> socketAt(servers.socket()).start()).isInstanceOf(IOException.class)
                .hasMessageContaining("another process listens");
        Path file = Files.writeString(directory.resolve("file"), "mine");
        assertThatThrownBy(() -> socketAt(file).start()).isInstanceOf(IOException.class)
                .hasMessageContaining("is no socket");
        assertThat(file).hasContent("mine");
    }

    @Test
    void takesThePlaceOfASocketThatIsLeft() throws Exception {
        Path left = directory.resolve("left");
        try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(left));
        }
        try (UnixSocketServer server = socketAt(left)) {
            server.start();
            try (SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(left))) {
                assertThat(connection.isConnected()).isTrue();
            }
        }
        assertThat(left).doesNotExist();
    }

    @Test
    void closesWithRequestsUnderWay() throws Exception {
        client.send(HelperClient.request(1, KEY));
        client.send((byte) 1);
        client.send(ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(100).array());
        client.send(VALUE);
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(servers.arriving()).hasSize(1));
        servers.shut();
        assertThat(servers.arriving()).isEmpty();
        assertThat(servers.socket()).doesNotExist();
    }

    private void awaitNothingArriving() {
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(servers.arriving()).isEmpty());
    }
}
