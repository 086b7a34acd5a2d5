package dev.floe.node.submitter.wrapper;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.store.FailureText;

/**
 * Tells wrappers that the node lives. It does so on the thread that calls it, without a wait, because all virtual
 * threads may be busy: there are as many carriers as cores, and one that computes is not interrupted.
 */
public final class WrapperKeepAlive {
    private static final Logger LOG = LogManager.getLogger(WrapperKeepAlive.class);

    private final Set<WrapperChannel> channels = ConcurrentHashMap.newKeySet();

    public void add(WrapperChannel channel) {
        channels.add(channel);
    }

    public void remove(WrapperChannel channel) {
        channels.remove(channel);
    }

    /** Sends one to each that takes it now. */
    public void send() {
        channels.forEach(this::send);
    }

    private void send(WrapperChannel channel) {
        try {
            channel.sendAlive();
        } catch (IOException _) {
            channels.remove(channel);
        }
    }

    /** Ends all connections. */
    public void closeAll() {
        for (WrapperChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("a wrapper's connection was not closed: {}", FailureText.of(e));
            }
        }
    }
}
