package dev.floe.node.rpc;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;

import dev.floe.node.rpc.stream.WireMemory;

/**
 * The event loops that all listeners and connections of a node share, which are never blocked, and the memory of their
 * streams.
 */
public final class EventLoops implements AutoCloseable {
    private final int threads;
    private final WireMemory memory;
    private volatile @Nullable EventLoopGroup group; // null before the start

    public EventLoops(int threads) {
        this(threads, WireMemory.ofHeap());
    }

    public EventLoops(int threads, WireMemory memory) {
        this.threads = threads;
        this.memory = memory;
    }

    /** Makes event loops and starts them. */
    public static EventLoops started(int threads) {
        return started(threads, WireMemory.ofHeap());
    }

    public static EventLoops started(int threads, WireMemory memory) {
        EventLoops loops = new EventLoops(threads, memory);
        loops.start();
        return loops;
    }

    public void start() {
        group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("floe-wire", true),
                NioIoHandler.newFactory());
    }

    /** For those who speak Netty themselves. */
    public EventLoopGroup group() {
        EventLoopGroup started = group;
        if (started == null) {
            throw new IllegalStateException("the event loops have not started");
        }
        return started;
    }

    /** The memory of all streams. */
    public WireMemory memory() {
        return memory;
    }

    @Override
    public void close() {
        EventLoopGroup started = group;
        if (started != null) {
            started.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }
}
