package dev.floe.node.cacheserver.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;

import dev.floe.node.cacheserver.storagehelper.StorageHelperSession;
import dev.floe.node.cacheserver.values.CacheBackend;
import dev.floe.node.cacheserver.values.KeyValueStore;
import dev.floe.node.cacheserver.values.UploadDirectory;
import dev.floe.node.http.ClientDisconnectedException;

/** What the clients of both servers may send. */
final class CacheServerFuzzTest {
    private static final int MAX_VALUE_BYTES = 1 << 16;

    @TempDir
    static Path directory = Path.of("/");

    /** Values that are none. */
    private record Nothing() implements KeyValueStore {
        @Override
        public Optional<FileChannel> read(String name) {
            return Optional.empty();
        }

        @Override
        public boolean exists(String name) {
            return false;
        }

        @Override
        public boolean put(String name, Path file) {
            return false;
        }

        @Override
        public boolean remove(String name) {
            return false;
        }
    }

    @MethodSource("helperRequests")
    @FuzzTest
    void servesAHelperOrEnds(byte[] bytes) throws IOException {
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        UploadDirectory incoming = new UploadDirectory(directory.resolve("incoming"), MAX_VALUE_BYTES);
        incoming.start();
        CacheBackend cache = new CacheBackend(new Nothing(), incoming);
        try {
            new StorageHelperSession(Channels.newChannel(new ByteArrayInputStream(bytes)),
                    Channels.newChannel((OutputStream) answers), cache).serve();
        } catch (ClientDisconnectedException _) {
            // it ended in the middle of a request
        }
        assertThat(answers.size()).isLessThanOrEqualTo(5 + 300 * (bytes.length + 1));
        assertThat(directory.resolve("incoming")).isEmptyDirectory();
    }

    @MethodSource("paths")
    @FuzzTest
    void parsesAPathOrRefuses(byte[] bytes) {
        CacheRequestPath.parse(new String(bytes, UTF_8)).ifPresent(path -> {
            assertThat(path.segments()).doesNotContain("", ".", "..").noneMatch(segment -> segment.contains("/"));
            assertThat(path.name()).startsWith("http:/");
            assertThat(path.promisedSha256()).isNotNull();
        });
    }

    @MethodSource("httpRequests")
    @FuzzTest
    void judgesAnyRequest(byte[] bytes) {
        EmbeddedChannel channel = new EmbeddedChannel(
                new HttpServerCodec(
                        new HttpDecoderConfig().setMaxInitialLineLength(4 << 10).setMaxHeaderSize(16 << 10)));
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (message instanceof HttpRequest request && BrowserRequestFilter.refusal(request).isEmpty()) {
                assertThat(request.headers().get("host")).isNotNull();
                assertThat(CacheRequestPath.parse(request.uri())).isNotNull();
            }
            ReferenceCountUtil.release(message);
        }
        channel.finishAndReleaseAll();
    }

    static Stream<byte[]> helperRequests() {
        byte[] put = ByteBuffer.allocate(18).order(ByteOrder.nativeOrder()).put((byte) 1).put((byte) 2).put((byte) 'k')
                .put((byte) 'l')
                .put((byte) 1).putLong(5).put("value".getBytes(UTF_8)).array();
        return Stream.of(put, new byte[]{0, 2, 'k', 'l', 2, 1, 'k', 5, 1, 'k', 4, 3});
    }

    static Stream<byte[]> paths() {
        return Stream.of("/cas/" + "ab".repeat(32), "/a/b%20c/", "/a//b", "/%2e%2e/x")
                .map(text -> text.getBytes(UTF_8));
    }

    static Stream<byte[]> httpRequests() {
        return Stream.of("GET /cas/ab HTTP/1.1\r\nHost: localhost:80\r\n\r\n",
                "PUT /a/b HTTP/1.1\r\nHost: [::1]\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                "PUT /a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc")
                .map(text -> text.getBytes(UTF_8));
    }
}
