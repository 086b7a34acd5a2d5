package dev.floe.node.rpc;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Exception;

import dev.floe.node.bounds.MemoryExhaustedException;
import dev.floe.node.bounds.PeerText;
import dev.floe.node.rpc.http2.Http2Pipeline;
import dev.floe.node.rpc.http2.Http2Stream;
import dev.floe.node.rpc.http2.ReceivedBytes;
import dev.floe.node.rpc.stream.StreamBrokenException;
import dev.floe.node.rpc.stream.StreamStalledException;
import dev.floe.node.rpc.stream.WireMemory;
import dev.floe.store.FailureText;

/**
 * Serves each request on a thread of its own: a virtual one, or one of the system if its time is told, of which there
 * is a bounded number.
 */
final class RequestThreads implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(RequestThreads.class);

    private final PeerServer.Service service;
    private final ServerLimits bounds;
    private final WireMemory memory;
    private final ExecutorService timed = Executors
            .newCachedThreadPool(Thread.ofPlatform().name("floe-timed-", 0).daemon().factory());
    private final Semaphore timedPlaces;

    RequestThreads(PeerServer.Service service, ServerLimits bounds, WireMemory memory) {
        this.service = service;
        this.bounds = bounds;
        this.memory = memory;
        this.timedPlaces = new Semaphore(bounds.timedRequests());
    }

    /** Serves all requests that come on a connection whose handshake is done. */
    void serve(ChannelPipeline pipeline, Http2Stream.PeerIdentity peer, Http2Pipeline.IdleCheck idle)
            throws Http2Exception {
        ReceivedBytes received = new ReceivedBytes();
        pipeline.addLast(received);
        Http2Pipeline.server(pipeline, () -> new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel stream) {
                serve(stream, peer, received);
            }

            @Override
            public boolean isSharable() {
                return true;
            }
        }, idle);
    }

    /**
     * Serves the request on a stream.
     *
     * @param peer     whose connection it is
     * @param received counts the bytes of the connection
     */
    private void serve(Channel stream, Http2Stream.PeerIdentity peer, LongSupplier received) {
        Http2Stream bridge = new Http2Stream(
                new Http2Stream.Remote(peer, memory, received, bounds.receive(), bounds.send()));
        stream.pipeline().addLast(bridge);
        bridge.headers().thenAccept(_ -> {
            stream.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
            if (!service.isTimed(bridge.path())) {
                Thread.ofVirtual().name("serve " + bridge.path() + " " + bridge.peer()).start(() -> answer(bridge));
            } else if (timedPlaces.tryAcquire()) {
                serveTimed(bridge);
            } else {
                LOG.warn("refused peer={} path={}: {} requests of this kind are served already", bridge.peer(),
                        bridge.path(),
                        bounds.timedRequests());
                bridge.close();
            }
        });
    }

    private void serveTimed(Http2Stream bridge) {
        try {
            timed.execute(() -> {
                try {
                    answer(bridge);
                } finally {
                    timedPlaces.release();
                }
            });
        } catch (RejectedExecutionException _) { // the node ends
            timedPlaces.release();
            bridge.close();
        }
    }

    /** Takes no more requests whose time is told; those that are served continue. */
    @Override
    public void close() {
        timed.shutdown();
    }

    private void answer(Http2Stream bridge) {
        try (bridge) {
            service.serve(bridge);
        } catch (StreamStalledException | MemoryExhaustedException e) {
            LOG.warn("gave up peer={} path={}: {}", bridge.peer(), bridge.path(), FailureText.of(e));
        } catch (StreamBrokenException e) {
            LOG.debug("exchange ended early peer={} path={}: {}", bridge.peer(), bridge.path(), FailureText.of(e));
        } catch (IOException e) {
            LOG.warn("request failed peer={} path={}: {}", bridge.peer(), bridge.path(),
                    PeerText.of(FailureText.of(e)));
        } catch (RuntimeException e) {
            LOG.error("request failed peer={} path={}", bridge.peer(), bridge.path(), e);
        }
    }
}
