package dev.floe.node.wire;

import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;

/** The event loops of a node's data plane; never blocked, shared by its listener and its connections. */
public final class Loops implements AutoCloseable {
    private final EventLoopGroup group;

    public Loops(int threads) {
        group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("floe-wire", true),
                NioIoHandler.newFactory());
    }

    EventLoopGroup group() {
        return group;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
