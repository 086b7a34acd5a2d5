package dev.floe.node.cacheserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
    private StartedCacheServers servers;

    @BeforeEach
    void open() throws IOException {
        servers = new StartedCacheServers(directory);
    }

    @AfterEach
    void close() throws IOException {
        servers.close();
    }

    @Test
    void servesSeveralRequestsOnOneConnection() throws Exception {
        String answer = servers.say("PUT /k HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc"
                + "HEAD /k HTTP/1.1\r\n" + HOST + "\r\n" + "GET /none HTTP/1.1\r\n" + HOST + "\r\n"
                + "GET /k HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(answer).containsSubsequence("HTTP/1.1 201 Created", "HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found",
                "HTTP/1.1 200 OK", "content-length: 3", "\r\n\r\nabc");
    }

    @Test
    void takesAValueInChunks() throws Exception {
        String answer = servers.say("PUT /k HTTP/1.1\r\n" + HOST
                + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: x\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 201");
        assertThat(servers.ask("GET", "/k").body()).isEqualTo(StartedCacheServers.bytes("abcde"));
    }

    @Test
    void tellsAClientThatWaitsToGoOn() throws Exception {
        try (Socket socket = servers.connect()) {
            socket.getOutputStream().write(StartedCacheServers.bytes(
                    "PUT /k HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
            String go = "HTTP/1.1 100 Continue\r\n\r\n";
            assertThat(socket.getInputStream().readNBytes(go.length())).isEqualTo(StartedCacheServers.bytes(go));
            socket.getOutputStream().write(StartedCacheServers.bytes("abc"));
            socket.shutdownOutput();
            assertThat(StartedCacheServers.text(socket.getInputStream())).startsWith("HTTP/1.1 201");
        }
    }

    @Test
    void refusesTooMuchBeforeItIsSent() throws Exception {
        assertThat(servers.say("PUT /k HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: "
                + (StartedCacheServers.MAX_VALUE_BYTES + 1) + "\r\n\r\n")).startsWith("HTTP/1.1 413")
                .contains("connection: close").contains("at most " + StartedCacheServers.MAX_VALUE_BYTES);
    }

    @Test
    void refusesTooMuchWithoutAWarning() throws Exception {
        assertThat(servers.put("/k", new byte[StartedCacheServers.MAX_VALUE_BYTES + 1]).statusCode()).isEqualTo(413);
        assertThat(servers.ask("GET", "/k").statusCode()).isEqualTo(404);
    }

    @Test
    void refusesTooManyChunks() throws Exception {
        byte[] chunk = new byte[65_536];
        try (Socket socket = servers.connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(StartedCacheServers.bytes("PUT /k HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n"));
            for (int sent = 0; sent <= StartedCacheServers.MAX_VALUE_BYTES; sent += chunk.length) {
                out.write(StartedCacheServers.bytes("10000\r\n"));
                out.write(chunk);
                out.write(StartedCacheServers.bytes("\r\n"));
            }
            out.write(StartedCacheServers.bytes("0\r\n\r\n"));
            socket.shutdownOutput();
            assertThat(StartedCacheServers.text(socket.getInputStream())).startsWith("HTTP/1.1 413");
        }
        assertThat(servers.ask("GET", "/k").statusCode()).isEqualTo(404);
        assertThat(servers.arriving()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnonsense\r\n",
            "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n"})
    void dropsAValueThatIsCutOff(String rest) throws Exception {
        assertThat(servers.say("PUT /k HTTP/1.1\r\n" + HOST + rest)).doesNotContain(" 201 ");
        awaitNothingArriving();
        assertThat(servers.ask("GET", "/k").statusCode()).isEqualTo(404);
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
        assertThat(servers.say("GET /none HTTP/1.1\r\n" + headers.replace("\\n", "\r\n") + "\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status);
    }

    @Test
    void takesNothingMoreFromAWebPage() throws Exception {
        String page = "PUT /k HTTP/1.1\r\n" + HOST + "Origin: http://evil.example\r\nContent-Length: 3\r\n\r\nabc";
        assertThat(servers.say(page + "PUT /k HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc"))
                .startsWith("HTTP/1.1 403").contains("connection: close").doesNotContain("201");
        assertThat(servers.ask("GET", "/k").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "*", "https://localhost/x", "http://localhost?x", "http://localhost/../x", "//../x",
            "/a/../x", "/a/%2e%2e/x", "/./x", "/a?b", "/a#b", "/a%2fb",
            "/a%00", "/a%", "/a%4", "/a%zz", "/%ff%fe", "/\u00e4"})
    void refusesWhatIsNoPath(String path) throws Exception {
        assertThat(servers.say("GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n")).startsWith("HTTP/1.1 400");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"|411", "Content-Length: -1|400", "Content-Length: x|400",
            "Content-Length: 99999999999999999999|400", "Content-Length: 1\\nContent-Length: 2|400",
            "Content-Encoding: gzip\\nContent-Length: 0|415", "Content-Range: bytes 0-1/5\\nContent-Length: 0|400"})
    void refusesAPutThatIsNoWholeValue(String headers, int status) throws Exception {
        String more = headers == null ? "" : headers.replace("\\n", "\r\n") + "\r\n";
        assertThat(servers.say("PUT /k HTTP/1.1\r\n" + HOST + more + "\r\n")).startsWith("HTTP/1.1 " + status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost/a/k", "HTTP://LOCALHOST/a/k", "http://127.0.0.1:7081/a/k",
            "http://[::1]:7081/a/k", "http://localhost:/a/k", "http://127.1.2.3//a/%6b"})
    void takesATargetWithItsHost(String target) throws Exception {
        servers.put("/a/k", StartedCacheServers.bytes("abc"));
        assertThat(servers.say("GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n")).startsWith("HTTP/1.1 200")
                .endsWith("\r\n\r\nabc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example/k", "http://localhost.evil.example/k", "http://user@localhost/k",
            "http:///k", "http://10.0.0.1/k"})
    void isNoProxy(String target) throws Exception {
        assertThat(servers.say("GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n")).startsWith("HTTP/1.1 403");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip, chunked", "deflate, chunked", "identity, chunked", "x-own, chunked",
            "gzip\r\nTransfer-Encoding: chunked", "GZip , , chunked", "compress,chunked"})
    void refusesATransferCodingBelowTheChunks(String codings) throws Exception {
        assertThat(servers.say("PUT /k HTTP/1.1\r\n" + HOST + "Transfer-Encoding: " + codings
                + "\r\n\r\n3\r\nabc\r\n0\r\n\r\n")).startsWith("HTTP/1.1 501").contains("connection: close");
        assertThat(servers.ask("GET", "/k").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked, gzip", "gzip", "identity", "chunked, chunked", "chunked;q=1", "",
            "chunked\r\nContent-Length: 3", "gzip\r\nContent-Length: 3"})
    void refusesABodyWhoseEndIsNotKnown(String codings) throws Exception {
        assertThat(servers.say("PUT /k HTTP/1.1\r\n" + HOST + "Transfer-Encoding: " + codings
                + "\r\n\r\n3\r\nabc\r\n0\r\n\r\n")).startsWith("HTTP/1.1 400").doesNotContain(" 201 ");
        assertThat(servers.ask("GET", "/k").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "Chunked", "chunked,", " , CHUNKED"})
    void takesChunksHoweverTheyAreAnnounced(String coding) throws Exception {
        assertThat(servers.say("PUT /k HTTP/1.1\r\n" + HOST + "Transfer-Encoding: " + coding
                + "\r\n\r\n3\r\nabc\r\n0\r\n\r\n")).startsWith("HTTP/1.1 201");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3\r\nabc\r\nnonsense\r\n", "ffffffffffffffffff\r\n", "80000000\r\nabc",
            "7fffffff\r\nabc", "-1\r\nabc\r\n", "+3\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n",
            "3\r\nabcX\r\n0\r\n\r\n", "3\r\nabcde\r\n0\r\n\r\n", "3\nabc\n0\n\n", "\r\n3\r\nabc\r\n0\r\n\r\n",
            "3\r\nabc\r\n0\r\nno colon\r\n\r\n", "3\r\nabc\r\n", "3\r\nab", "3", ""})
    void saysThatChunksAreBroken(String body) throws Exception {
        for (String method : List.of("PUT", "GET", "DELETE")) {
            assertThat(servers.say(method + " /k HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + body))
                    .as(method).startsWith("HTTP/1.1 400").contains("connection: close")
                    .satisfies(answer -> assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2));
        }
        awaitNothingArriving();
        assertThat(servers.ask("GET", "/k").statusCode()).isEqualTo(404);
    }

    @Test
    void boundsWhatStandsBesideChunks() throws Exception {
        String much = "x".repeat(20_000);
        for (String body : List.of("3;" + much + "\r\nabc\r\n0\r\n\r\n",
                "3\r\nabc\r\n0\r\nT: " + much + "\r\n\r\n")) {
            assertThat(servers.say("PUT /k HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + body))
                    .startsWith("HTTP/1.1 400");
        }
        awaitNothingArriving();
    }

    @Test
    void doesNothingForARequestWhoseBodyIsBroken() throws Exception {
        servers.put("/k", StartedCacheServers.bytes("abc"));
        assertThat(servers.say("DELETE /k HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\nx\r\n"))
                .startsWith("HTTP/1.1 400");
        assertThat(servers.ask("GET", "/k").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"PUT|If-None-Match: *|412|201", "PUT|If-None-Match:  * |412|201",
            "PUT|IF-NONE-MATCH: *|412|201", "GET|If-None-Match: *|304|404", "HEAD|If-None-Match: *|304|404",
            "DELETE|If-None-Match: *|412|404", "PUT|If-None-Match: \"*\"|201|201", "PUT|If-None-Match: \"tag\"|201|201",
            "PUT|If-Match: *|201|412", "GET|If-Match: *|200|412", "DELETE|If-Match: *|204|412",
            "PUT|If-Match: \"tag\"|412|412", "PUT|If-Match: W/\"a\", \"b\"|412|412"})
    void looksAtTheConditions(String method, String condition, int there, int missing) throws Exception {
        servers.put("/there", StartedCacheServers.bytes("old"));
        String rest = " HTTP/1.1\r\n" + HOST + condition + "\r\nContent-Length: 3\r\n\r\nnew";
        assertThat(servers.say(method + " /there" + rest)).startsWith("HTTP/1.1 " + there);
        assertThat(servers.say(method + " /missing" + rest)).startsWith("HTTP/1.1 " + missing);
        if (there == 412) {
            assertThat(servers.ask("GET", "/there").body()).isEqualTo(StartedCacheServers.bytes("old"));
        }
    }

    @Test
    void saysBeforeTheBodyThatAValueIsThere() throws Exception {
        servers.put("/k", StartedCacheServers.bytes("old"));
        assertThat(servers.say("PUT /k HTTP/1.1\r\n" + HOST
                + "If-None-Match: *\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")).startsWith("HTTP/1.1 412");
    }

    @Test
    void answersThoughTheClientSendsLessThanItHasAnnounced() throws Exception {
        assertThat(servers.say("PUT /k HTTP/1.1\r\n" + HOST + "Content-Length: 99999999999\r\n\r\nabc"))
                .startsWith("HTTP/1.1 413").contains("connection: close");
        assertThat(servers.say("PUT /k HTTP/1.1\r\n" + HOST + "Content-Length: 4\r\n\r\nabc"))
                .startsWith("HTTP/1.1 400").contains("ends too early");
    }

    @Test
    void boundsTheHeaders() throws Exception {
        String much = "x".repeat(1000);
        assertThat(servers.say("GET /" + much.repeat(10) + " HTTP/1.1\r\n" + HOST + "\r\n")).startsWith("HTTP/1.1 414");
        assertThat(servers.say("GET /x HTTP/1.1\r\n" + HOST + ("X: " + much + "\r\n").repeat(20) + "\r\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(servers.say("GET /" + much.repeat(3) + " HTTP/1.1\r\n" + HOST + "\r\n")).startsWith("HTTP/1.1 400");
    }

    @Test
    void closesAfterHttp10AndWhenAsked() throws Exception {
        String two = "GET /x HTTP/%s\r\n" + HOST + "Connection: %s\r\n\r\nGET /x HTTP/1.1\r\n" + HOST + "\r\n";
        assertThat(servers.say(two.formatted("1.0", "keep-alive")).split("HTTP/1.1 404", -1)).hasSize(2);
        assertThat(servers.say(two.formatted("1.1", "close")).split("HTTP/1.1 404", -1)).hasSize(2);
        assertThat(servers.say(two.formatted("1.1", "keep-alive")).split("HTTP/1.1 404", -1)).hasSize(3);
    }

    @Test
    void survivesWhateverIsSent() throws Exception {
        String good = "PUT /fuzz HTTP/1.1\r\n" + HOST
                + "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\nGET /cas/00 HTTP/1.1\r\n" + HOST
                + "Expect: 100-continue\r\nContent-Length: 4\r\n\r\nabcd";
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            byte[] bytes = StartedCacheServers.bytes(good);
            if (random.nextInt(4) == 0) {
                random.nextBytes(bytes);
            }
            for (int change = random.nextInt(6); change > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try (Socket socket = servers.connect()) {
                socket.getOutputStream().write(bytes, 0, random.nextInt(bytes.length + 1));
                socket.shutdownOutput();
                String answer = StartedCacheServers.text(socket.getInputStream());
                assertThat(answer).as("seed %d", seed).matches("(?s)|HTTP/1\\.1 [1-4]\\d\\d .*");
            }
        }
        awaitNothingArriving();
        assertThat(servers.ask("GET", "/none").statusCode()).isEqualTo(404);
    }

    private void awaitNothingArriving() {
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(servers.arriving()).isEmpty());
    }
}
