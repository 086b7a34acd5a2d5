package dev.floe.node.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

import dev.floe.node.web.access.WebRequestFilter.Verdict;

/** Who may look at the page, and who may act. */
final class WebRequestFilterTest {
    private static final String TOKEN = "0123456789abcdef-secret";
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress("127.0.0.1", 7082);
    private static final WebRequestFilter OF_USER = new WebRequestFilter(
            new WebConfig(Optional.of(LOOPBACK), Optional.empty()), false);
    private static final WebRequestFilter OF_EVERYONE = new WebRequestFilter(
            new WebConfig(Optional.of(LOOPBACK), Optional.empty()),
            true);
    private static final WebRequestFilter OF_TOKEN = new WebRequestFilter(
            new WebConfig(Optional.of(LOOPBACK), Optional.of(WebToken.parse(TOKEN))), false);
    private static final WebRequestFilter OF_NETWORK = new WebRequestFilter(
            new WebConfig(Optional.of(new InetSocketAddress("192.0.2.1", 7082)), Optional.of(WebToken.parse(TOKEN))),
            false);

    private static HttpRequest get(String path, String... headers) {
        return request(HttpMethod.GET, path, headers);
    }

    private static HttpRequest request(HttpMethod method, String path, String... headers) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, path);
        request.headers().set("Host", "localhost:7082");
        for (int i = 0; i < headers.length; i += 2) {
            request.headers().set(headers[i], headers[i + 1]);
        }
        return request;
    }

    private static Verdict decide(WebRequestFilter gate, HttpRequest request) {
        return gate.decide(request, 7082, () -> true);
    }

    private static int refusal(WebRequestFilter gate, HttpRequest request) {
        return decide(gate, request) instanceof Verdict.Refused(var status, var _) ? status.code() : 0;
    }

    @Test
    void letsTheNodesUserLookAndAct() {
        assertThat(decide(OF_USER, get("/"))).isEqualTo(new Verdict.Allowed(true));
        assertThat(decide(OF_USER, request(HttpMethod.POST, "/api/pause", WebRequestFilter.INTENT, "page", "Origin",
                "http://localhost:7082", "Sec-Fetch-Site", "same-origin"))).isEqualTo(new Verdict.Allowed(true));
    }

    @Test
    void refusesOtherUsersOfTheMachine() {
        assertThat(OF_USER.decide(get("/"), 7082, () -> false)).isInstanceOf(Verdict.Refused.class);
        assertThat(OF_USER.decide(get("/events"), 7082, () -> false)).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void letsOtherUsersLookWhereTheSocketIsForAllButNotAct() {
        assertThat(OF_EVERYONE.decide(get("/"), 7082, () -> false)).isEqualTo(new Verdict.Allowed(false));
        assertThat(
                OF_EVERYONE.decide(request(HttpMethod.POST, "/api/pause", WebRequestFilter.INTENT, "page"), 7082,
                        () -> false))
                .isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void letsACollectorOfAnotherUserReadTheMetrics() {
        assertThat(OF_USER.decide(get("/metrics"), 7082, () -> false)).isEqualTo(new Verdict.Allowed(false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:7082", "localhost.evil.example", "192.0.2.1:7082",
            "127.0.0.1.evil:7082"})
    void refusesOtherHostsBecauseTheirNamesMayLeadHere(String host) {
        assertThat(refusal(OF_USER, get("/", "Host", host))).isEqualTo(403);
        assertThat(refusal(OF_TOKEN, get("/", "Host", host, "Authorization", "Bearer " + TOKEN))).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:7082", "127.0.0.1:7082", "127.8.9.1", "[::1]:7082"})
    void takesTheNamesOfTheLoopback(String host) {
        assertThat(refusal(OF_USER, get("/", "Host", host))).isZero();
    }

    @Test
    void refusesARequestWithoutOneHost() {
        HttpRequest none = get("/");
        none.headers().remove("Host");
        assertThat(refusal(OF_USER, none)).isEqualTo(400);
        HttpRequest two = get("/");
        two.headers().add("Host", "localhost");
        assertThat(refusal(OF_USER, two)).isEqualTo(400);
    }

    @Test
    void takesAnyHostWhereTheNetworkIsLetInByToken() {
        assertThat(refusal(OF_NETWORK, get("/", "Host", "node.lan:7082", "Authorization", "Bearer " + TOKEN))).isZero();
        assertThat(refusal(OF_NETWORK, get("/", "Host", "node.lan:7082"))).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "https://localhost:7082", "null", "http://localhost:1",
            "http://localhost"})
    void refusesOtherOrigins(String origin) {
        assertThat(refusal(OF_USER, get("/api/jobs.json", "Origin", origin))).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({"cross-site,403", "same-site,403", "same-origin,0", "none,0", "'',403"})
    void refusesWhatTheBrowserSaysComesFromAnotherSite(String site, int status) {
        assertThat(refusal(OF_USER, get("/", "Sec-Fetch-Site", site))).isEqualTo(status);
    }

    @Test
    void refusesToActWithoutTheHeaderThatOtherSitesCannotSend() {
        assertThat(refusal(OF_USER, request(HttpMethod.POST, "/api/pause"))).isEqualTo(403);
        assertThat(refusal(OF_USER, request(HttpMethod.POST, "/api/pause", WebRequestFilter.INTENT, "x"))).isZero();
        assertThat(refusal(OF_USER,
                request(HttpMethod.POST, "/api/pause", WebRequestFilter.INTENT, "x", "Sec-Fetch-Site", "cross-site")))
                .isEqualTo(403);
    }

    @Test
    void refusesToBeAProxy() {
        assertThat(refusal(OF_USER, get("http://evil.example/"))).isEqualTo(403);
        assertThat(refusal(OF_USER, get("http://localhost:7082/"))).isZero();
    }

    @Test
    void refusesWithoutTheToken() {
        assertThat(refusal(OF_TOKEN, get("/"))).isEqualTo(401);
        assertThat(refusal(OF_TOKEN, get("/metrics"))).isEqualTo(401);
        assertThat(refusal(OF_TOKEN, get("/?token=wrong"))).isEqualTo(401);
        assertThat(refusal(OF_TOKEN, get("/", "Authorization", "Bearer wrong"))).isEqualTo(401);
        assertThat(refusal(OF_TOKEN, get("/", "Authorization", "Basic " + TOKEN))).isEqualTo(401);
        assertThat(refusal(OF_TOKEN, get("/", "Cookie", "floe-7082=" + TOKEN))).as("the token is not the cookie")
                .isEqualTo(401);
    }

    @Test
    void exchangesATokenInTheAddressForACookieThatScriptsCannotRead() {
        assertThat(decide(OF_TOKEN, get("/jobs?token=" + TOKEN))).isInstanceOfSatisfying(Verdict.SignedIn.class,
                signedIn -> {
                    assertThat(signedIn.location()).isEqualTo("/jobs");
                    assertThat(signedIn.cookie()).contains("HttpOnly").contains("SameSite=Strict")
                            .doesNotContain(TOKEN);
                    String cookie = signedIn.cookie().replaceFirst(";.*", "");
                    assertThat(decide(OF_TOKEN, get("/", "Cookie", cookie))).isEqualTo(new Verdict.Allowed(true));
                    assertThat(OF_TOKEN.decide(get("/", "Cookie", cookie), 7083, () -> true))
                            .as("of another node's port")
                            .isInstanceOf(Verdict.Refused.class);
                });
        assertThat(decide(OF_TOKEN, get("//evil.example/?token=" + TOKEN))).isInstanceOfSatisfying(
                Verdict.SignedIn.class,
                signedIn -> assertThat(signedIn.location()).as("leads nowhere else").isEqualTo("/"));
    }

    @Test
    void takesTheTokenAsAHeader() {
        assertThat(decide(OF_TOKEN, get("/api/jobs.json", "Authorization", "Bearer " + TOKEN)))
                .isEqualTo(new Verdict.Allowed(true));
    }
}
