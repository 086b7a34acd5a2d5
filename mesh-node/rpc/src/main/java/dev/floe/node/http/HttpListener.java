package dev.floe.node.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;

import dev.floe.node.rpc.EventLoops;
import dev.floe.store.FailureText;

/** A listener for HTTP/1.1 with a bounded number of connections, whose heads of requests are bounded too. */
public final class HttpListener implements AutoCloseable {
    private static final int MAX_LINE_BYTES = 4 << 10;
    private static final int MAX_HEADER_BYTES = 16 << 10;
    private static final int CHUNK_BYTES = 64 << 10;
    /** For a client that sends nothing: between its requests, and within one. */
    private static final int IDLE_SECONDS = 60;
    /**
     * When all connections are in requests, a request that has waited this long for its client may be ended for
     * another.
     */
    private static final Duration SLOW = Duration.ofSeconds(1);

    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Set<BlockingHttpConnection> open = ConcurrentHashMap.newKeySet();
    private final int maxConnections;
    private final EventLoops loops;
    private final Executor threads;
    private final InetSocketAddress wanted;
    private final Function<BlockingHttpConnection, Runnable> conversation;
    private volatile @Nullable Channel listening; // null before the start

    /**
     * A listener that listens once it is started.
     *
     * @param threads      runs each conversation
     * @param conversation serves a connection until it ends
     */
    public HttpListener(EventLoops loops, Executor threads, InetSocketAddress address, int maxConnections,
            Function<BlockingHttpConnection, Runnable> conversation) {
        this.loops = loops;
        this.threads = threads;
        this.wanted = address;
        this.maxConnections = maxConnections;
        this.conversation = conversation;
    }

    /** @throws IOException if the address cannot be bound; the message says why */
    public void start() throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap().group(loops.group()).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true).childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true).childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        BlockingHttpConnection connection = new BlockingHttpConnection(channel);
                        if (!hasRoom()) {
                            channel.close();
                            return;
                        }
                        connections.add(channel);
                        open.add(connection);
                        channel.closeFuture().addListener(_ -> open.remove(connection));
                        prepare(channel.pipeline(), connection);
                        serve(threads, conversation.apply(connection), channel);
                    }
                });
        var bound = bootstrap.bind(wanted).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(FailureText.of(bound.cause()), bound.cause());
        }
        listening = bound.channel();
    }

    /**
     * Whether there is room for one more; if it is necessary, made by ending the connection that its client uses least.
     */
    private synchronized boolean hasRoom() {
        if (open.size() < maxConnections) {
            return true;
        }
        Optional<BlockingHttpConnection> ended = longest(BlockingHttpConnection::idleNanos, 0)
                .or(() -> longest(BlockingHttpConnection::waitingNanos, SLOW.toNanos()));
        ended.ifPresent(connection -> {
            open.remove(connection);
            connection.end("room is made for another client");
        });
        return ended.isPresent();
    }

    private Optional<BlockingHttpConnection> longest(ToLongFunction<BlockingHttpConnection> nanos, long least) {
        Optional<BlockingHttpConnection> longest = Optional.empty();
        long most = least;
        for (BlockingHttpConnection connection : open) {
            long now = nanos.applyAsLong(connection);
            if (now > most) {
                longest = Optional.of(connection);
                most = now;
            }
        }
        return longest;
    }

    /** Puts what reads and writes HTTP in front of a connection. */
    static void prepare(ChannelPipeline pipeline, BlockingHttpConnection connection) {
        pipeline.addLast(
                new HttpServerCodec(new HttpDecoderConfig().setMaxInitialLineLength(MAX_LINE_BYTES)
                        .setMaxHeaderSize(MAX_HEADER_BYTES).setMaxChunkSize(CHUNK_BYTES)),
                new IdleStateHandler(0, 0, IDLE_SECONDS), connection);
    }

    private static void serve(Executor threads, Runnable conversation, Channel channel) {
        try {
            threads.execute(conversation);
        } catch (RejectedExecutionException _) {
            channel.close(); // the node ends
        }
    }

    /** Where it listens; the port is the true one once it has started. */
    public InetSocketAddress address() {
        Channel bound = listening;
        return bound == null ? wanted : (InetSocketAddress) bound.localAddress();
    }

    @Override
    public void close() {
        Channel bound = listening;
        if (bound != null) {
            bound.close().awaitUninterruptibly();
        }
        connections.close().awaitUninterruptibly();
    }
}
