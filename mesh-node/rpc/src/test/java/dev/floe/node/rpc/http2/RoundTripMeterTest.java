package dev.floe.node.rpc.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;

final class RoundTripMeterTest {
    @Test
    void aNodeThatClosesMeasuresNothing() throws InterruptedException {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        Channel connection = new NioSocketChannel();
        loops.register(connection).sync();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        assertThat(RoundTripMeter.measure(connection)).isCompletedExceptionally();
    }
}
