package dev.floe.node.cacheserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** Who may use the cache over HTTP, and the conditions of requests. */
final class BrowserRequestFilterTest {
    private static HttpRequest request(String method, String target, String... headers) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), target);
        for (String header : headers) {
            String[] parts = header.split(": ?", 2);
            request.headers().add(parts[0], parts[1]);
        }
        return request;
    }

    private static Optional<HttpResponseStatus> refusal(String target, String... headers) {
        return BrowserRequestFilter.refusal(request("GET", target, headers)).map(BrowserRequestFilterTest::status);
    }

    private static HttpResponseStatus status(CacheHttpResponse response) {
        return response instanceof CacheHttpResponse.ErrorResponse error ? error.status() : HttpResponseStatus.OK;
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:7078", "127.0.0.1", "127.9.9.9:80", "[::1]:7078"})
    void aRequestToTheLoopbackIsServed(String host) {
        assertThat(refusal("/x", "Host: " + host)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org", "localhost.example.org", "127.0.0.1.example.org", "10.0.0.1", "[::2]", ""})
    void aRequestByAnotherNameIsForbidden(String host) {
        assertThat(refusal("/x", "Host: " + host)).contains(HttpResponseStatus.FORBIDDEN);
    }

    @Test
    void aRequestWithoutOneHostIsForbidden() {
        assertThat(refusal("/x")).contains(HttpResponseStatus.FORBIDDEN);
        assertThat(refusal("/x", "Host: localhost", "Host: localhost")).contains(HttpResponseStatus.FORBIDDEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: http://localhost", "Origin: null", "Sec-Fetch-Site: none"})
    void aWebPageHasNoAccess(String header) {
        assertThat(refusal("/x", "Host: localhost", header)).contains(HttpResponseStatus.FORBIDDEN);
    }

    @Test
    void theNodeIsNoProxy() {
        assertThat(refusal("http://example.org/x", "Host: localhost")).contains(HttpResponseStatus.FORBIDDEN);
        assertThat(refusal("http://localhost:7078/x", "Host: localhost")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"chunked, true", "Chunked, true", "'gzip, chunked', false", "gzip, false"})
    void aBodyIsCodedInChunksAlone(String coding, boolean served) {
        assertThat(refusal("/x", "Host: localhost", "Transfer-Encoding: " + coding).isEmpty()).isEqualTo(served);
    }

    private static boolean holds(String method, boolean exists, String... headers) {
        return HttpConditions.answer(request(method, "/x", headers), () -> exists).isEmpty();
    }

    @Test
    void onlyTheStarMatchesAValueThatIsThere() {
        assertThat(holds("PUT", true, "If-Match: *")).isTrue();
        assertThat(holds("PUT", false, "If-Match: *")).isFalse();
        assertThat(holds("PUT", true, "If-Match: \"tag\"")).isFalse();
        assertThat(holds("PUT", true, "If-None-Match: *")).isFalse();
        assertThat(holds("PUT", false, "If-None-Match: *")).isTrue();
        assertThat(holds("PUT", true, "If-None-Match: \"tag\"")).isTrue();
        assertThat(holds("PUT", true)).isTrue();
    }
}
