package dev.floe.node.wire;

import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;

/** A node's event loops; never blocked, shared by all its listeners and connections. */
public final class Loops implements AutoCloseable {
    private final EventLoopGroup group;

    public Loops(int threads) {
        group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("floe-wire", true),
                NioIoHandler.newFactory());
    }

    /** For those who speak Netty themselves. */
    public EventLoopGroup group() {
        return group;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
