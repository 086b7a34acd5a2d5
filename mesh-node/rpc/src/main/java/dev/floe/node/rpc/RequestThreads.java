package dev.floe.node.rpc;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
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
 * Serves each request on a thread of its own: a virtual one, or one of the system if its time is told. The number of
 * both is bounded, for one member and for all.
 */
final class RequestThreads implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(RequestThreads.class);

    private final PeerServer.Service service;
    private final ServerLimits bounds;
    private final WireMemory memory;
    private final ExecutorService timed = Executors
            .newCachedThreadPool(Thread.ofPlatform().name("floe-timed-", 0).daemon().factory());
    private final RequestLimiter places;
    private final RequestLimiter timedPlaces;

    RequestThreads(PeerServer.Service service, ServerLimits bounds, WireMemory memory) {
        this.service = service;
        this.bounds = bounds;
        this.memory = memory;
        this.places = new RequestLimiter(bounds.requests().all(), bounds.requests().ofOneNode());
        this.timedPlaces = new RequestLimiter(bounds.requests().timed(), bounds.requests().timed());
    }

    /**
     * Serves all requests that come on a connection whose handshake is done.
     *
     * @param identity of the other side, for which its requests are counted
     */
    void serve(ChannelPipeline pipeline, Http2Stream.PeerIdentity peer, String identity,
            Http2Pipeline.IdleCheck idle) throws Http2Exception {
        ReceivedBytes received = new ReceivedBytes();
        pipeline.addLast(received);
        Http2Pipeline.server(pipeline, () -> new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel stream) {
                serve(stream, new Requester(peer, identity, received));
            }

            @Override
            public boolean isSharable() {
                return true;
            }
        }, idle);
    }

    /** Requests that are served. */
    int count() {
        return places.count();
    }

    /**
     * Who makes a request.
     *
     * @param peer     whose connection it is
     * @param received counts the bytes of the connection
     */
    private record Requester(Http2Stream.PeerIdentity peer, String identity, LongSupplier received) {}

    /** Serves the request on a stream, or refuses it. */
    private void serve(Channel stream, Requester from) {
        switch (places.enter(from.identity())) {
            case RequestLimiter.RequestAdmission.RequestRefused refusal -> {
                LOG.warn("refused peer={}: {}", from.peer().name(), refusal.reason());
                stream.pipeline().addLast(new RefusedRequest(refusal));
            }
            case RequestLimiter.RequestAdmission.RequestAdmitted(RequestLimiter.Place place) ->
                serve(stream, from, place);
        }
    }

    /** The place is given back when both the thread and the stream have ended: each has memory of its own. */
    private void serve(Channel stream, Requester from, RequestLimiter.Place place) {
        Http2Stream bridge = new Http2Stream(
                new Http2Stream.Remote(from.peer(), memory, from.received(), bounds.receive(), bounds.send()));
        AtomicInteger parts = new AtomicInteger(2);
        Runnable partEnded = () -> {
            if (parts.decrementAndGet() == 0) {
                place.leave();
            }
        };
        AtomicInteger open = OpenRequests.of(stream.parent());
        open.incrementAndGet();
        stream.closeFuture().addListener(_ -> {
            open.decrementAndGet();
            partEnded.run();
        });
        stream.pipeline().addLast(bridge);
        bridge.headers().whenComplete((_, failure) -> {
            if (failure == null) {
                start(stream, bridge, from.identity(), partEnded);
            } else {
                bridge.close();
                partEnded.run();
            }
        });
    }

    private void start(Channel stream, Http2Stream bridge, String identity, Runnable ended) {
        if (!service.isTimed(bridge.path())) {
            accept(stream);
            Thread.ofVirtual().name("serve " + bridge.path() + " " + bridge.peer()).start(() -> answer(bridge, ended));
            return;
        }
        switch (timedPlaces.enter(identity)) {
            case RequestLimiter.RequestAdmission.RequestRefused refusal -> {
                LOG.warn("refused peer={} path={}: {}", bridge.peer(), bridge.path(), refusal.reason());
                stream.write(RefusedRequest.answer(refusal));
                bridge.close();
                ended.run();
            }
            case RequestLimiter.RequestAdmission.RequestAdmitted(RequestLimiter.Place place) -> {
                accept(stream);
                serveTimed(bridge, () -> {
                    place.leave();
                    ended.run();
                });
            }
        }
    }

    private void serveTimed(Http2Stream bridge, Runnable ended) {
        try {
            timed.execute(() -> answer(bridge, ended));
        } catch (RejectedExecutionException _) { // the node ends
            bridge.close();
            ended.run();
        }
    }

    private static void accept(Channel stream) {
        stream.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
    }

    private void answer(Http2Stream bridge, Runnable ended) {
        try {
            answer(bridge);
        } finally {
            ended.run();
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
