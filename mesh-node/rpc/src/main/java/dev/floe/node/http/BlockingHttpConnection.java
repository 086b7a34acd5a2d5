package dev.floe.node.http;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.timeout.IdleStateEvent;

import dev.floe.node.bounds.AddressText;
import dev.floe.node.rpc.stream.BlockingBuffer;
import dev.floe.node.rpc.stream.StreamBrokenException;
import dev.floe.store.FailureText;

/**
 * Between a connection's event loop and the virtual thread that serves it: the thread takes parts of requests and sends
 * parts of answers, and blocks for both. The connection is read on only while nothing waits here, so TCP holds back a
 * fast sender, and the client's end is noticed though nobody takes.
 */
public final class BlockingHttpConnection extends ChannelInboundHandlerAdapter implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(BlockingHttpConnection.class);

    private final Channel channel;

    private final BlockingBuffer<HttpObject> waiting = new BlockingBuffer<>("the client", 1, this::readOn);
    private volatile Runnable whenEnded = () -> {};

    private volatile boolean clientsTurn; // the thread waits for bytes from the client, or for the client to take some
    private volatile boolean inRequest; // set by the thread between the head of a request and the end of its answer
    private volatile long turnNanos = System.nanoTime(); // since when it is the client's turn, or was the last time

    BlockingHttpConnection(Channel channel) {
        this.channel = channel;
    }

    /**
     * The head of the next request, which the caller releases; empty once the client has gone. The request before it is
     * answered.
     */
    public Optional<HttpObject> takeHead() throws ClientDisconnectedException {
        inRequest = false;
        Optional<HttpObject> head = take();
        inRequest = head.isPresent();
        return head;
    }

    /** How long the client has made no request; 0 while one is served. */
    long idleNanos() {
        return inRequest ? 0 : Math.max(1, System.nanoTime() - turnNanos);
    }

    /** How long the client has been waited for; 0 if it is not. */
    long waitingNanos() {
        return clientsTurn ? System.nanoTime() - turnNanos : 0;
    }

    /**
     * The next part of a request, which the caller releases; empty once the client has gone.
     *
     * @throws ClientDisconnectedException if the thread is interrupted, as when the node ends
     */
    public Optional<HttpObject> take() throws ClientDisconnectedException {
        beginTurn();
        try {
            return waiting.take();
        } catch (StreamBrokenException _) {
            return Optional.empty(); // closed by this side
        } catch (IOException _) {
            throw interrupted();
        } finally {
            clientsTurn = false;
        }
    }

    private void readOn() {
        if (!waiting.isEnded()) {
            channel.read();
        }
    }

    /**
     * Sends a part of an answer, and returns when the system has taken it.
     *
     * @throws ClientDisconnectedException if it has gone, or the thread is interrupted
     */
    public void send(HttpObject part) throws ClientDisconnectedException {
        beginTurn();
        try {
            ChannelFuture sent = channel.writeAndFlush(part).await();
            if (!sent.isSuccess()) {
                throw new ClientDisconnectedException("cannot answer: " + FailureText.of(sent.cause()));
            }
        } catch (InterruptedException _) {
            throw interrupted();
        } finally {
            clientsTurn = false;
        }
    }

    private void beginTurn() {
        turnNanos = System.nanoTime();
        clientsTurn = true;
    }

    private static ClientDisconnectedException interrupted() {
        Thread.currentThread().interrupt();
        return new ClientDisconnectedException("the node ends");
    }

    public ByteBufAllocator allocator() {
        return channel.alloc();
    }

    /** The client's address and port. */
    public SocketAddress client() {
        return channel.remoteAddress();
    }

    /** The address and port that the client has connected to. */
    public SocketAddress server() {
        return channel.localAddress();
    }

    /** Calls {@code action} once the client sends nothing more, at once if that is so already; it must not block. */
    public void onEnd(Runnable action) {
        whenEnded = action;
        if (waiting.isEnded()) {
            action.run();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        waiting.add((HttpObject) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (waiting.hasRoom() && !waiting.isEnded()) {
            context.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        switch (event) {
            case IdleStateEvent _ when clientsTurn -> context.close();
            case ChannelInputShutdownEvent _ -> end(); // it may still want to hear the answers
            default -> {
                // nothing that matters here
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    /** Ends the connection for a reason of this side; from any thread. */
    public void end(String reason) {
        LOG.debug("closed client={}: {}", AddressText.of(channel.remoteAddress()), reason);
        channel.close();
    }

    private void end() {
        waiting.end();
        whenEnded.run();
    }

    /** Ends the connection; the thread that takes calls this. */
    @Override
    public void close() {
        channel.close();
        waiting.end();
        waiting.close();
    }
}
