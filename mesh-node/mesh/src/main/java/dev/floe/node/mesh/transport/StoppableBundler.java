package dev.floe.node.mesh.transport;

import org.jgroups.Message;
import org.jgroups.protocols.PerDestinationBundler;

/**
 * A bundler with a thread for each destination, which has none after its end. JGroups' own starts one for a message
 * that comes late, as from a timer, and nobody ends that.
 */
final class StoppableBundler extends PerDestinationBundler {
    private volatile boolean stopped;

    @Override
    public void start() {
        stopped = false;
        super.start();
    }

    @Override
    public void stop() {
        stopped = true;
        super.stop();
    }

    @Override
    public void doSend(Message message) throws Exception {
        if (stopped) {
            return;
        }
        super.doSend(message);
        if (stopped) {
            super.stop();
        }
    }
}
