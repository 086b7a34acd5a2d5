package dev.floe.node.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.floe.node.rpc.EventLoops;
import dev.floe.node.web.OpenPage.Answer;
import dev.floe.node.web.access.WebConfig;
import dev.floe.node.web.access.WebRequestFilter;
import dev.floe.node.web.access.WebToken;
import dev.floe.node.web.events.EventHub;

/** The page's server as a browser, and as a stranger, meets it. */
final class WebServerTest {
    private static final int OWN_USER = ownUser();
    private static final String INTENT = WebRequestFilter.INTENT + ": page";

    private OpenPage page;

    private static int ownUser() {
        try {
            return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).intValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void open() throws IOException {
        page = new OpenPage(Optional.empty(), false, OWN_USER);
    }

    @AfterEach
    void close() {
        page.close();
    }

    /** All texts and numbers of a document, which must be JSON to its end. */
    private static List<String> values(String json) throws IOException {
        List<String> values = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue()) {
                    values.add(parser.getText());
                }
            }
        }
        return values;
    }

    @Test
    void servesThePage() throws Exception {
        for (String name : StaticFiles.NAMES) {
            Answer answer = page.get("/" + name);
            assertThat(answer.status()).as(name).isEqualTo(200);
            assertThat(answer.body()).as(name).isNotBlank();
        }
        assertThat(page.get("/").body()).isEqualTo(page.get("/index.html").body()).startsWith("<!doctype html>");
        assertThat(page.get("/app.js").head()).contains("content-type: text/javascript");
    }

    @Test
    void hasAPageOfLessThan200Kilobytes() throws Exception {
        int bytes = 0;
        StaticFiles files = new StaticFiles();
        for (String name : StaticFiles.NAMES) {
            bytes += files.find("/" + name).orElseThrow().document().body().length;
        }
        assertThat(bytes).isBetween(20_000, 200_000);
    }

    @Test
    void keepsScriptsAndStylesOfOthersOut() throws Exception {
        for (String path : List.of("/", "/app.js", "/api/stats.json", "/nothing", "/api/unknown.json")) {
            String head = page.get(path).head();
            assertThat(head).as(path).contains("content-security-policy: default-src 'none'; script-src 'self'")
                    .doesNotContain("unsafe").contains("x-content-type-options: nosniff")
                    .contains("referrer-policy: no-referrer").contains("frame-ancestors 'none'")
                    .doesNotContain("access-control-allow");
        }
        assertThat(page.get("/api/stats.json").head()).contains("cache-control: no-store");
    }

    @Test
    void needsNoInlineScriptOrStyleNorAnotherHost() throws Exception {
        assertThat(page.get("/").body()).doesNotContain("<style").doesNotContain(" style=")
                .doesNotContainPattern("<script(?![^>]* src=)")
                .doesNotContainPattern(" on\\w+=");
        for (String name : StaticFiles.NAMES) {
            assertThat(page.get("/" + name).body().replace("http://www.w3.org/2000/svg", "")).as(name)
                    .doesNotContainPattern("https?://").doesNotContain("innerHTML").doesNotContain("eval(");
        }
    }

    @Test
    void savesTheBrowserAFileThatItHas() throws Exception {
        String tag = page.get("/style.css").head().replaceAll("(?s).*etag: (\"[^\"]+\").*", "$1");
        Answer again = page.get("/style.css", "If-None-Match: " + tag);
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void answersWithReportsAsJson() throws Exception {
        Answer jobs = page.get("/api/jobs.json");
        assertThat(jobs.head()).contains("content-type: application/json");
        assertThat(values(jobs.json())).containsExactly("a/0", "a/1", "a/2", "a/3", "a/4");
        assertThat(values(page.get("/api/jobs.json?limit=2").json())).containsExactly("a/3", "a/4");
        assertThat(values(page.get("/api/stats.json").json())).containsExactly("3");
        assertThat(values(page.get("/api/snapshot.json").body())).contains("office");
    }

    @Test
    void answersWithTheJobsOfTheWholeMesh() throws Exception {
        assertThat(values(page.get("/api/recent.json").json())).isEmpty();
        page.mesh.advance(Duration.ofMillis(1));
        page.mesh.advance(Duration.ofMinutes(1));
        assertThat(values(page.get("/api/recent.json").json())).contains("remote");
    }

    @Test
    void saysWhyAReportIsMissing() throws Exception {
        Answer unknown = page.get("/api/builds.json");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(values(unknown.body()).getFirst()).contains("does not know the request");
        Answer failed = page.get("/api/cache.json");
        assertThat(failed.status()).isEqualTo(500);
        assertThat(values(failed.body())).containsExactly("the disk \"x\" is gone");
        assertThat(page.get("/metrics").status()).isEqualTo(404);
    }

    @Test
    void rendersTheMetricsThatTheCollectorAccepts() throws Exception {
        try (OpenPage with = new OpenPage(Optional.empty(), false, OWN_USER + 1,
                Optional.of(accept -> new WebDocument("text/x-" + accept, new byte[]{'m'})))) {
            Answer answer = with.get("/metrics", "Accept: test");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.head()).contains("content-type: text/x-test");
            assertThat(answer.body()).isEqualTo("m");
        }
    }

    @Test
    void findsNoFilesOfTheMachine() throws Exception {
        for (String path : List.of("/../index.html", "/etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/page/app.js",
                "//etc/passwd", "/api/")) {
            assertThat(page.get(path).status()).as(path).isEqualTo(404);
        }
    }

    @Test
    void knowsWhichMethodsAPathHas() throws Exception {
        assertThat(page.get("/api/pause").status()).isEqualTo(405);
        assertThat(page.post("/api/jobs.json", INTENT).head()).contains("allow: get, head").startsWith("http/1.1 405");
        assertThat(page.send("DELETE", "/", "localhost").status()).isEqualTo(405);
        Answer head = page.send("HEAD", "/", "localhost");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void pausesForTheNodesUserOnly() throws Exception {
        assertThat(values(page.post("/api/pause", INTENT).body())).containsExactly("paused");
        assertThat(page.asked).containsExactly("pause owned");
        assertThat(page.post("/api/pause").status()).as("as a form of another site").isEqualTo(403);
        assertThat(page.post("/api/resume", INTENT).status()).as("refused by the node").isEqualTo(409);
    }

    @Test
    void letsNoOtherUserLook() throws Exception {
        assumeThat(OWN_USER).as("root may look at everybody's").isNotZero();
        try (OpenPage ofAnother = new OpenPage(Optional.empty(), false, OWN_USER + 1)) {
            assertThat(ofAnother.get("/").status()).isEqualTo(403);
            assertThat(ofAnother.get("/api/jobs.json").status()).isEqualTo(403);
            assertThat(ofAnother.asked).isEmpty();
        }
    }

    @Test
    void refusesOtherSitesBeforeItAsksTheNode() throws Exception {
        assertThat(page.send("GET", "/api/jobs.json", "evil.example").status()).isEqualTo(403);
        assertThat(page.get("/api/jobs.json", "Origin: http://evil.example").status()).isEqualTo(403);
        assertThat(page.get("/api/jobs.json", "Sec-Fetch-Site: cross-site").status()).isEqualTo(403);
        assertThat(page.post("/api/pause", INTENT, "Origin: http://evil.example").status()).isEqualTo(403);
        assertThat(page.asked).isEmpty();
    }

    @Test
    void signsInByToken() throws Exception {
        try (OpenPage with = new OpenPage(Optional.of(WebToken.parse(OpenPage.TOKEN)), false, OWN_USER)) {
            assertThat(with.get("/").status()).isEqualTo(401);
            Answer answer = with.get("/?token=" + OpenPage.TOKEN);
            assertThat(answer.status()).isEqualTo(303);
            assertThat(answer.head()).contains("location: /\r").doesNotContain(OpenPage.TOKEN);
            String cookie = answer.head().replaceAll("(?s).*set-cookie: ([^;]+);.*", "$1");
            assertThat(with.get("/", "Cookie: " + cookie).status()).isEqualTo(200);
            assertThat(with.get("/", "Authorization: Bearer " + OpenPage.TOKEN).status()).isEqualTo(200);
        }
    }

    @Test
    void boundsWhatARequestMayBe() throws Exception {
        String host = "Host: localhost";
        assertThat(page.raw(head("GET /" + "x".repeat(5000) + " HTTP/1.1", host)).status()).isEqualTo(414);
        assertThat(page.raw(head("GET / HTTP/1.1", host, "X: " + "x".repeat(20_000))).status()).isEqualTo(431);
        assertThat(page.raw(head("POST /api/pause HTTP/1.1", host, INTENT, "Content-Length: 9000") + "x".repeat(9000))
                .status())
                .isEqualTo(413);
        assertThat(page.raw(head("nonsense")).status()).isEqualTo(400);
        assertThat(page.asked).isEmpty();
    }

    private static String head(String... lines) {
        return OpenPage.head(List.of(lines));
    }

    @Test
    void sendsEventsAsTheyHappen() throws Exception {
        try (OpenPage.Stream stream = new OpenPage.Stream(page)) {
            assertThat(stream.line("content-type")).contains("text/event-stream");
            assertThat(stream.line("retry:")).isEqualTo("retry: 1000");
            assertThat(stream.line("event:")).isEqualTo("event: snapshot");
            assertThat(values(stream.line("data:").substring(5))).contains("office");
            page.mesh.end("[{\"id\":\"desk/1\"}]");
            assertThat(stream.line("event:")).isEqualTo("event: ended");
            assertThat(values(stream.line("data:").substring(5))).containsExactly("desk/1");
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> page.mesh.subscriptions() == 0);
    }

    @Test
    void neverWaitsForAClientThatDoesNotRead() throws Exception {
        String large = "[\"" + "x".repeat(100_000) + "\"]";
        try (OpenPage.Stream slow = new OpenPage.Stream(page); OpenPage.Stream quick = new OpenPage.Stream(page)) {
            quick.line("event: snapshot");
            await().atMost(Duration.ofMinutes(1)).until(() -> page.mesh.subscriptions() == 1);
            for (int i = 0; i < 200; i++) { // 20 MB, more than the system buffers
                page.mesh.end(large);
                assertThat(quick.line("data: [\"x").length()).isGreaterThan(100_000);
            }
            page.mesh.tick();
            assertThat(slow.line("event: restart")).isNotEmpty();
            page.mesh.tick();
            assertThat(slow.line("event:")).as("after the restart").isEqualTo("event: snapshot");
        }
    }

    @Test
    void refusesMorePagesThanItsBound() throws Exception {
        List<OpenPage.Stream> all = new ArrayList<>();
        try {
            for (int i = 0; i < EventHub.MAX_CLIENTS; i++) {
                OpenPage.Stream stream = new OpenPage.Stream(page);
                all.add(stream);
                stream.line("event: snapshot");
            }
            assertThat(page.get("/events").status()).isEqualTo(503);
        } finally {
            for (OpenPage.Stream stream : all) {
                stream.close();
            }
        }
    }

    @Test
    void isNotServedBeyondTheLoopbackWithoutAToken() {
        for (String address : List.of("0.0.0.0", "192.0.2.1", "::")) {
            WebConfig settings = new WebConfig(Optional.of(new InetSocketAddress(address, 0)), Optional.empty());
            try (EventLoops loops = EventLoops.started(1)) {
                assertThatThrownBy(() -> new WebServer(settings, loops, true,
                        new WebSources(page.mesh, (_, _, _) -> {}, Optional.empty()))).isInstanceOf(IOException.class)
                        .hasMessageContaining("--web-token");
            }
        }
    }

    @Test
    void saysThatTheAddressIsTaken() {
        WebConfig settings = new WebConfig(Optional.of(new InetSocketAddress("127.0.0.1", page.port())),
                Optional.empty());
        try (EventLoops loops = EventLoops.started(1)) {
            assertThatThrownBy(() -> new WebServer(settings, loops, true,
                    new WebSources(page.mesh, (_, _, _) -> {}, Optional.empty())).start())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + page.port())
                    .hasMessageContaining("--web");
        }
    }

    @Test
    void takesTokensThatCannotBeGuessed() {
        for (String text : List.of("", "short", "fifteen-letters", "with a space in it", "x".repeat(257))) {
            assertThatThrownBy(() -> WebToken.parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(WebToken.parse(" " + OpenPage.TOKEN + " ").matches(OpenPage.TOKEN)).isTrue();
        assertThat(WebToken.parse(OpenPage.TOKEN).toString()).doesNotContain(OpenPage.TOKEN);
        assertThat(new String(WebToken.parse(OpenPage.TOKEN).cookie().getBytes(StandardCharsets.UTF_8),
                StandardCharsets.UTF_8))
                .doesNotContain(OpenPage.TOKEN);
    }
}
