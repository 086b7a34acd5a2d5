package dev.floe.node.submit;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Tells wrappers that the node lives. One that takes nothing, since it is stopped, holds up no other. */
final class SignsOfLife {
    private final Set<FrameChannel> channels = ConcurrentHashMap.newKeySet();

    void add(FrameChannel channel) {
        channels.add(channel);
    }

    void remove(FrameChannel channel) {
        channels.remove(channel);
    }

    /** Sends one to each; does not wait for them. */
    void send() {
        for (FrameChannel channel : channels) {
            Thread.ofVirtual().name("sign of life").start(() -> send(channel));
        }
    }

    private void send(FrameChannel channel) {
        try {
            channel.sendAlive();
        } catch (IOException _) {
            channels.remove(channel);
        }
    }

    /** Ends all connections. */
    void closeAll() throws IOException {
        for (FrameChannel channel : channels) {
            channel.close();
        }
    }
}
