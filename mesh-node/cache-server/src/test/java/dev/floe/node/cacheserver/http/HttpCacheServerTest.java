package dev.floe.node.cacheserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.floe.node.cacheserver.CacheServerConfig;
import dev.floe.node.cacheserver.CacheServers;
import dev.floe.node.cacheserver.Failing;
import dev.floe.node.cacheserver.ReadOnly;
import dev.floe.node.cacheserver.StartedCacheServers;
import dev.floe.node.cacheserver.values.CacheBackend;
import dev.floe.node.cacheserver.values.UploadDirectory;
import dev.floe.node.rpc.EventLoops;

/** What ccache, Bazel and sccache do at the HTTP server. */
final class HttpCacheServerTest {
    private static final String HASH = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"; // of "hello"
    private static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @TempDir
    private Path directory;
    private StartedCacheServers servers;

    @BeforeEach
    void open() throws IOException {
        servers = new StartedCacheServers(directory);
    }

    @AfterEach
    void close() throws IOException {
        servers.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, 65_536, 300_001, StartedCacheServers.MAX_VALUE_BYTES})
    void keepsWhatWasPut(int size) throws Exception {
        byte[] value = new byte[size];
        new Random(size).nextBytes(value);
        assertThat(servers.put("/ab/cdef", value).statusCode()).isEqualTo(201);
        HttpResponse<byte[]> answer = servers.ask("GET", "/ab/cdef");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(value);
        assertThat(servers.arriving()).isEmpty();
    }

    @Test
    void saysThatAValueIsMissing() throws Exception {
        assertThat(servers.ask("GET", "/missing").statusCode()).isEqualTo(404);
        assertThat(servers.ask("HEAD", "/missing").statusCode()).isEqualTo(404);
        assertThat(servers.ask("DELETE", "/missing").statusCode()).isEqualTo(404);
    }

    @Test
    void saysThatAValueIsThere() throws Exception {
        servers.put("/there", bytes("x"));
        assertThat(servers.ask("HEAD", "/there").statusCode()).isEqualTo(200);
    }

    @Test
    void removesAValue() throws Exception {
        servers.put("/key", bytes("x"));
        assertThat(servers.ask("DELETE", "/key").statusCode()).isEqualTo(204);
        assertThat(servers.ask("GET", "/key").statusCode()).isEqualTo(404);
    }

    @Test
    void replacesAValue() throws Exception {
        servers.put("/key", bytes("old"));
        servers.put("/key", bytes("new"));
        assertThat(servers.ask("GET", "/key").body()).isEqualTo(bytes("new"));
    }

    @Test
    void takesTheSameNameHoweverItIsWritten() throws Exception {
        servers.put("/a/key", bytes("x"));
        assertThat(servers.ask("GET", "//a/%6bey").body()).isEqualTo(bytes("x"));
    }

    @Test
    void takesABlobOnlyUnderItsDigest() throws Exception {
        assertThat(servers.put("/cas/" + HASH, bytes("hello")).statusCode()).isEqualTo(201);
        assertThat(servers.put("/some/instance/cas/" + HASH, bytes("hello")).statusCode()).isEqualTo(201);
        assertThat(servers.put("/other/cas/" + HASH, bytes("hallo")).statusCode()).isEqualTo(400);
        assertThat(servers.ask("GET", "/other/cas/" + HASH).statusCode()).isEqualTo(404);
        assertThat(servers.ask("GET", "/cas/" + HASH).body()).isEqualTo(bytes("hello"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/cas/" + EMPTY, "/any/instance/cas/" + EMPTY,
            "//cas/%65" + "3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "/cas/E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"})
    void hasTheEmptyBlobFromTheBeginning(String path) throws Exception {
        assertThat(servers.ask("HEAD", path).statusCode()).isEqualTo(200);
        HttpResponse<byte[]> answer = servers.ask("GET", path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(text(servers.ask("PROPFIND", path))).contains("<D:getcontentlength>0<");
        assertThat(servers.put(path, bytes("")).statusCode()).isEqualTo(201);
        assertThat(servers.put(path, bytes("x")).statusCode()).isEqualTo(400);
        assertThat(servers.ask("DELETE", path).statusCode()).isEqualTo(204);
        assertThat(servers.ask("GET", path).statusCode()).isEqualTo(200);
    }

    @Test
    void hasTheEmptyBlobThoughTheNodeMayNotWrite() throws Exception {
        try (StartedCacheServers others = new StartedCacheServers(directory.resolve("others"), ReadOnly::new)) {
            assertThat(others.put("/cas/" + EMPTY, bytes("")).statusCode()).isEqualTo(201);
            assertThat(others.ask("GET", "/cas/" + EMPTY).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ac/" + EMPTY, "/" + EMPTY, "/cas/a/" + EMPTY, "/cas/" + EMPTY + "/", "/xcas/" + EMPTY})
    void hasTheEmptyBlobUnderNoOtherPath(String path) throws Exception {
        assertThat(servers.ask("GET", path).statusCode()).isEqualTo(404);
    }

    @Test
    void takesNoValueThatTheStoreCannotHold() {
        CacheServerConfig settings = new CacheServerConfig(Optional.empty(), Optional.empty(), 1000);
        assertThat(settings.within(10).maxValueBytes()).isEqualTo(10);
        assertThat(settings.within(2000).maxValueBytes()).isEqualTo(1000);
    }

    @Test
    void keepsTheBlobThatIsThereWhenAWrongOneComes() throws Exception {
        servers.put("/cas/" + HASH, bytes("hello"));
        servers.put("/cas/" + HASH, bytes("wrong"));
        assertThat(servers.ask("GET", "/cas/" + HASH).body()).isEqualTo(bytes("hello"));
    }

    @Test
    void takesAnyActionResult() throws Exception {
        assertThat(servers.put("/ac/" + HASH, bytes("anything")).statusCode()).isEqualTo(201);
        assertThat(servers.ask("GET", "/ac/" + HASH).body()).isEqualTo(bytes("anything"));
    }

    @Test
    void findsEachCollectionThere() throws Exception {
        assertThat(servers.ask("MKCOL", "/prefix/a/").statusCode()).isEqualTo(201);
        HttpResponse<byte[]> answer = servers.ask("PROPFIND", "/prefix/a/");
        assertThat(answer.statusCode()).isEqualTo(207);
        assertThat(text(answer)).contains("<D:href>/prefix/a/</D:href>").contains("<D:collection/>");
        assertThat(text(servers.ask("PROPFIND", "/"))).contains("<D:href>/</D:href>");
    }

    @Test
    void tellsTheSizeOfAValueByPropfind() throws Exception {
        assertThat(servers.ask("PROPFIND", "/a/%3Ckey%3E").statusCode()).isEqualTo(404);
        servers.put("/a/%3Ckey%3E", bytes("four"));
        HttpResponse<byte[]> answer = servers.ask("PROPFIND", "/a/%3Ckey%3E");
        assertThat(answer.statusCode()).isEqualTo(207);
        assertThat(text(answer)).contains("<D:href>/a/%3Ckey%3E</D:href>")
                .contains("<D:getcontentlength>4</D:getcontentlength>").doesNotContain("<D:collection/>");
    }

    @Test
    void hasNoValueAtACollection() throws Exception {
        assertThat(servers.put("/a/", bytes("x")).statusCode()).isEqualTo(400);
        assertThat(servers.ask("GET", "/a/").statusCode()).isEqualTo(404);
        assertThat(servers.ask("GET", "/").statusCode()).isEqualTo(404);
        assertThat(servers.ask("DELETE", "/a/").statusCode()).isEqualTo(404);
    }

    @Test
    void namesTheMethodsThatItKnows() throws Exception {
        HttpResponse<byte[]> answer = servers.ask("POST", "/x");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD, PUT, DELETE, PROPFIND, MKCOL");
    }

    @Test
    void saysSoIfTheNodeMayNotWrite() throws Exception {
        try (StartedCacheServers others = new StartedCacheServers(directory.resolve("others"), ReadOnly::new)) {
            assertThat(others.put("/x", bytes("x")).statusCode()).isEqualTo(403);
            assertThat(others.arriving()).isEmpty();
        }
    }

    @Test
    void answersThoughTheCacheFails() throws Exception {
        try (StartedCacheServers others = new StartedCacheServers(directory.resolve("others"), _ -> new Failing())) {
            for (String method : List.of("GET", "DELETE", "PROPFIND")) {
                assertThat(others.ask(method, "/x").statusCode()).as(method).isEqualTo(500);
            }
            assertThat(others.put("/x", bytes("x")).statusCode()).isEqualTo(500);
            assertThat(others.arriving()).isEmpty();
        }
    }

    @Test
    void closesTheConnectionThatIsIdleForLongestWhenAllAreTaken() throws Exception {
        UploadDirectory few = new UploadDirectory(directory.resolve("few"), 1000);
        few.start();
        try (EventLoops loops = EventLoops.started(1);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                HttpCacheServer server = new HttpCacheServer(loops, threads,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new CacheBackend(servers.values(), few), 3);
                Socket busy = connected(server);
                Socket first = connect(server);
                Socket second = connect(server)) {
            busy.getOutputStream().write(bytes(
                    "PUT /half HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"));
            assertThat(busy.getInputStream().read()).isEqualTo('H');
            expectAnswer(first);
            expectAnswer(second);
            try (Socket late = connect(server)) {
                expectAnswer(late);
                assertThat(first.getInputStream().read()).as("idle for longest").isEqualTo(-1);
                expectAnswer(second);
            }
            busy.getOutputStream().write('x');
            assertThat(new String(busy.getInputStream().readNBytes(60), StandardCharsets.ISO_8859_1))
                    .as("its request was under way").contains(" 201 ");
        }
    }

    private static Socket connected(HttpCacheServer server) throws IOException {
        server.start();
        return connect(server);
    }

    private static Socket connect(HttpCacheServer server) throws IOException {
        return new Socket(server.address().getAddress(), server.address().getPort());
    }

    private static void expectAnswer(Socket client) throws IOException {
        client.getOutputStream().write(bytes("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        byte[] answer = "HTTP/1.1 404 Not Found\r\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(client.getInputStream().readNBytes(answer.length)).isEqualTo(answer);
        StringBuilder rest = new StringBuilder();
        while (rest.indexOf("\r\n\r\n") < 0) {
            rest.append((char) client.getInputStream().read());
        }
        String length = rest.toString().replaceAll("(?is).*content-length: ([0-9]+).*", "$1");
        client.getInputStream().skipNBytes(Long.parseLong(length));
    }

    @Test
    void isNotOpenedBeyondTheLoopback() throws Exception {
        for (String address : List.of("0.0.0.0", "192.0.2.1", "::")) {
            CacheServerConfig settings = new CacheServerConfig(Optional.of(new InetSocketAddress(address, 0)),
                    Optional.empty(),
                    1);
            try (EventLoops loops = EventLoops.started(1)) {
                assertThatThrownBy(() -> new CacheServers(settings, directory.resolve("in"), loops, servers.values()))
                        .isInstanceOf(IOException.class).hasMessageContaining("loopback");
            }
        }
    }

    @Test
    void saysThatTheAddressIsTaken() throws Exception {
        CacheServerConfig settings = new CacheServerConfig(
                Optional.of(new InetSocketAddress("127.0.0.1", servers.port())),
                Optional.empty(), 1);
        try (EventLoops loops = EventLoops.started(1)) {
            assertThatThrownBy(
                    () -> new CacheServers(settings, directory.resolve("in"), loops, servers.values()).start())
                    .isInstanceOf(IOException.class).hasMessageContaining("--cache-http");
        }
    }

    @Test
    void dropsWhatAnEarlierProcessHasLeft() throws Exception {
        Path left = Files.createDirectories(directory.resolve("later/incoming")).resolve("1234.part");
        Files.writeString(left, "half");
        try (StartedCacheServers later = new StartedCacheServers(directory.resolve("later"))) {
            assertThat(later.arriving()).isEmpty();
        }
    }

    @Test
    void closesWithRequestsUnderWay() throws Exception {
        try (Socket socket = servers.connect()) {
            socket.getOutputStream().write(bytes(
                    "PUT /half HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n"));
            assertThat(socket.getInputStream().read()).isEqualTo('H'); // the value is on its way in
            servers.shut();
            assertThat(StartedCacheServers.text(socket.getInputStream())).doesNotContain("201");
            assertThat(servers.arriving()).isEmpty();
        }
    }

    private static byte[] bytes(String text) {
        return StartedCacheServers.bytes(text);
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
