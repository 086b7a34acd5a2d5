package dev.floe.node.rpc;

import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * The event loops that all listeners and connections of a node share, which are never blocked, and the memory of their
 * streams.
 */
public final class EventLoops implements AutoCloseable {
    private final EventLoopGroup group;
    private final WireMemory memory;

    public EventLoops(int threads) {
        this(threads, WireMemory.ofHeap());
    }

    public EventLoops(int threads, WireMemory memory) {
        this.memory = memory;
        group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("floe-wire", true),
                NioIoHandler.newFactory());
    }

    /** For those who speak Netty themselves. */
    public EventLoopGroup group() {
        return group;
    }

    WireMemory memory() {
        return memory;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
