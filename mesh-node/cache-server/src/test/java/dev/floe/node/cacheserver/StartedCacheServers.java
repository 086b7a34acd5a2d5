package dev.floe.node.cacheserver;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import dev.floe.node.cacheserver.values.KeyValueStore;
import dev.floe.node.rpc.EventLoops;
import dev.floe.store.content.ContentStore;

/** Both cache servers before a content store of their own, and clients of them. */
public final class StartedCacheServers implements AutoCloseable {
    public static final int MAX_VALUE_BYTES = 4 << 20;

    private final EventLoops loops = EventLoops.started(1);
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path directory;
    private final ContentStore store;
    private final KeyValueStore values;
    private final CacheServers servers;

    public StartedCacheServers(Path directory) throws IOException {
        this(directory, values -> values);
    }

    /** With something between the servers and the values. */
    public StartedCacheServers(Path directory, UnaryOperator<KeyValueStore> between) throws IOException {
        this.directory = directory;
        store = ContentStore.open(directory.resolve("store"), 1L << 30);
        values = between.apply(new OwnValues(store));
        servers = new CacheServers(
                new CacheServerConfig(Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                        Optional.of(socket()), MAX_VALUE_BYTES),
                incoming(), loops, values);
        servers.start();
    }

    public KeyValueStore values() {
        return values;
    }

    public Path socket() {
        return directory.resolve("cache.sock");
    }

    Path incoming() {
        return directory.resolve("incoming");
    }

    public int port() {
        return servers.httpAddress().orElseThrow().getPort();
    }

    /** Names of files of values that are on their way in. */
    public List<Path> arriving() throws IOException {
        try (Stream<Path> files = Files.list(incoming())) {
            return files.toList();
        }
    }

    public HttpResponse<byte[]> ask(String method, String path) throws IOException, InterruptedException {
        return ask(method, path, HttpRequest.BodyPublishers.noBody());
    }

    public HttpResponse<byte[]> put(String path, byte[] value) throws IOException, InterruptedException {
        return ask("PUT", path, HttpRequest.BodyPublishers.ofByteArray(value));
    }

    private HttpResponse<byte[]> ask(String method, String path, HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)).method(method, body)
                .build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** A connection to the HTTP server. */
    public Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port());
    }

    /** A connection to the Unix socket. */
    public SocketChannel connectHelper() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket()));
        return channel;
    }

    /** Sends bytes as they are, and gives all that is answered until the server closes the connection. */
    String say(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(bytes(request));
            socket.shutdownOutput();
            return text(socket.getInputStream());
        }
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        client.close();
        servers.close();
        loops.close();
        store.close();
    }

    /** Closes the servers alone. */
    public void shut() {
        servers.close();
    }
}
