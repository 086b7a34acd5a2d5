package dev.floe.node.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP as it stands on the wire, right and wrong. */
final class HttpProtocolTest {
    private static final String HOST = "Host: localhost\r\n";

    @TempDir
    private Path directory;
    private OpenDoors doors;

    @BeforeEach
    void open() throws IOException {
        doors = new OpenDoors(directory);
    }

    @AfterEach
    void close() throws IOException {
        doors.close();
    }

    @Test
    void servesSeveralRequestsOnOneConnection() throws Exception {
        String answer = doors.say("PUT /k HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc"
                + "HEAD /k HTTP/1.1\r\n" + HOST + "\r\n" + "GET /none HTTP/1.1\r\n" + HOST + "\r\n"
                + "GET /k HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(answer).containsSubsequence("HTTP/1.1 201 Created", "HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found",
                "HTTP/1.1 200 OK", "content-length: 3", "\r\n\r\nabc");
    }

    @Test
    void takesAValueInChunks() throws Exception {
        String answer = doors.say("PUT /k HTTP/1.1\r\n" + HOST
                + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: x\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 201");
        assertThat(doors.ask("GET", "/k").body()).isEqualTo(OpenDoors.bytes("abcde"));
    }

    @Test
    void tellsAClientThatWaitsToGoOn() throws Exception {
        try (Socket socket = doors.connect()) {
            socket.getOutputStream().write(OpenDoors.bytes(
                    "PUT /k HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
            String go = "HTTP/1.1 100 Continue\r\n\r\n";
            assertThat(socket.getInputStream().readNBytes(go.length())).isEqualTo(OpenDoors.bytes(go));
            socket.getOutputStream().write(OpenDoors.bytes("abc"));
            socket.shutdownOutput();
            assertThat(OpenDoors.text(socket.getInputStream())).startsWith("HTTP/1.1 201");
        }
    }

    @Test
    void refusesTooMuchBeforeItIsSent() throws Exception {
        assertThat(doors.say("PUT /k HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: "
                + (OpenDoors.MAX_VALUE_BYTES + 1) + "\r\n\r\n")).startsWith("HTTP/1.1 413")
                .contains("connection: close").contains("at most " + OpenDoors.MAX_VALUE_BYTES);
    }

    @Test
    void refusesTooMuchWithoutAWarning() throws Exception {
        assertThat(doors.put("/k", new byte[OpenDoors.MAX_VALUE_BYTES + 1]).statusCode()).isEqualTo(413);
        assertThat(doors.ask("GET", "/k").statusCode()).isEqualTo(404);
    }

    @Test
    void refusesTooManyChunks() throws Exception {
        byte[] chunk = new byte[65_536];
        try (Socket socket = doors.connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(OpenDoors.bytes("PUT /k HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n"));
            for (int sent = 0; sent <= OpenDoors.MAX_VALUE_BYTES; sent += chunk.length) {
                out.write(OpenDoors.bytes("10000\r\n"));
                out.write(chunk);
                out.write(OpenDoors.bytes("\r\n"));
            }
            out.write(OpenDoors.bytes("0\r\n\r\n"));
            socket.shutdownOutput();
            assertThat(OpenDoors.text(socket.getInputStream())).startsWith("HTTP/1.1 413");
        }
        assertThat(doors.ask("GET", "/k").statusCode()).isEqualTo(404);
        assertThat(doors.arriving()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnonsense\r\n",
            "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n"})
    void dropsAValueThatIsCutOff(String rest) throws Exception {
        assertThat(doors.say("PUT /k HTTP/1.1\r\n" + HOST + rest)).doesNotContain(" 201 ");
        awaitNothingArriving();
        assertThat(doors.ask("GET", "/k").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "Host: evil.example|403", "Host: localhost.evil.example|403", "Host: 127.0.0.1.evil.example:80|403",
            "Host: 10.0.0.1|403", "Host: [::2]|403", "Host:|403", "X: y|403",
            "Host: localhost\\nHost: localhost|403", "Host: localhost\\nOrigin: http://localhost|403",
            "Host: localhost\\nOrigin: null|403", "Host: localhost\\nSec-Fetch-Site: cross-site|403",
            "Host: localhost\\nExpect: more|417",
            "Host: localhost|404", "Host: LOCALHOST:80|404", "Host: 127.0.0.1:7081|404", "Host: 127.1.2.3|404",
            "Host: [::1]:7081|404"})
    void looksAtTheHeaders(String headers, int status) throws Exception {
        assertThat(doors.say("GET /none HTTP/1.1\r\n" + headers.replace("\\n", "\r\n") + "\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status);
    }

    @Test
    void takesNothingMoreFromAWebPage() throws Exception {
        String page = "PUT /k HTTP/1.1\r\n" + HOST + "Origin: http://evil.example\r\nContent-Length: 3\r\n\r\nabc";
        assertThat(doors.say(page + "PUT /k HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc"))
                .startsWith("HTTP/1.1 403").contains("connection: close").doesNotContain("201");
        assertThat(doors.ask("GET", "/k").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "*", "http://localhost/x", "/a/../x", "/a/%2e%2e/x", "/./x", "/a?b", "/a#b", "/a%2fb",
            "/a%00", "/a%", "/a%4", "/a%zz", "/%ff%fe", "/\u00e4"})
    void refusesWhatIsNoPath(String path) throws Exception {
        assertThat(doors.say("GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n")).startsWith("HTTP/1.1 400");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"|411", "Content-Length: -1|400", "Content-Length: x|400",
            "Content-Length: 99999999999999999999|400", "Content-Length: 1\\nContent-Length: 2|400",
            "Content-Encoding: gzip\\nContent-Length: 0|415", "Content-Range: bytes 0-1/5\\nContent-Length: 0|400"})
    void refusesAPutThatIsNoWholeValue(String headers, int status) throws Exception {
        String more = headers == null ? "" : headers.replace("\\n", "\r\n") + "\r\n";
        assertThat(doors.say("PUT /k HTTP/1.1\r\n" + HOST + more + "\r\n")).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void boundsTheHeaders() throws Exception {
        String much = "x".repeat(1000);
        assertThat(doors.say("GET /" + much.repeat(10) + " HTTP/1.1\r\n" + HOST + "\r\n")).startsWith("HTTP/1.1 414");
        assertThat(doors.say("GET /x HTTP/1.1\r\n" + HOST + ("X: " + much + "\r\n").repeat(20) + "\r\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(doors.say("GET /" + much.repeat(3) + " HTTP/1.1\r\n" + HOST + "\r\n")).startsWith("HTTP/1.1 400");
    }

    @Test
    void closesAfterHttp10AndWhenAsked() throws Exception {
        String two = "GET /x HTTP/%s\r\n" + HOST + "Connection: %s\r\n\r\nGET /x HTTP/1.1\r\n" + HOST + "\r\n";
        assertThat(doors.say(two.formatted("1.0", "keep-alive")).split("HTTP/1.1 404", -1)).hasSize(2);
        assertThat(doors.say(two.formatted("1.1", "close")).split("HTTP/1.1 404", -1)).hasSize(2);
        assertThat(doors.say(two.formatted("1.1", "keep-alive")).split("HTTP/1.1 404", -1)).hasSize(3);
    }

    @Test
    void survivesWhateverIsSent() throws Exception {
        String good = "PUT /fuzz HTTP/1.1\r\n" + HOST
                + "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\nGET /cas/00 HTTP/1.1\r\n" + HOST
                + "Expect: 100-continue\r\nContent-Length: 4\r\n\r\nabcd";
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            byte[] bytes = OpenDoors.bytes(good);
            if (random.nextInt(4) == 0) {
                random.nextBytes(bytes);
            }
            for (int change = random.nextInt(6); change > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try (Socket socket = doors.connect()) {
                socket.getOutputStream().write(bytes, 0, random.nextInt(bytes.length + 1));
                socket.shutdownOutput();
                String answer = OpenDoors.text(socket.getInputStream());
                assertThat(answer).as("seed %d", seed).matches("(?s)|HTTP/1\\.1 [1-4]\\d\\d .*");
            }
        }
        awaitNothingArriving();
        assertThat(doors.ask("GET", "/none").statusCode()).isEqualTo(404);
    }

    private void awaitNothingArriving() {
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(doors.arriving()).isEmpty());
    }
}
