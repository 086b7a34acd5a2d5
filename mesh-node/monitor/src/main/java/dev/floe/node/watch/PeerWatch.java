package dev.floe.node.watch;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.joblog.JobRecord;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.rpc.messages.WatchMessage;
import dev.floe.node.rpc.stream.ActiveStream;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.store.FailureText;

/** Watches one peer on a thread of its own, and begins again when the connection is lost, until it is closed. */
final class PeerWatch implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(PeerWatch.class);
    private static final Duration RETRY = Duration.ofSeconds(3);
    private static final int RECENT = 200;

    private final NodeInfo peer;
    private final PeerOpener connections;
    private final WatchListener events;
    private final ActiveStream active = new ActiveStream();

    /** Takes what the peer sends. */
    interface WatchListener {
        void sample(NodeInfo peer, NodeSample sample);

        void ended(List<JobRecord> jobs, boolean live);

        /** The peer is not watched any more, or cannot be. */
        void lost(NodeInfo peer);
    }

    PeerWatch(NodeInfo peer, PeerOpener connections, WatchListener events) {
        this.peer = peer;
        this.connections = connections;
        this.events = events;
    }

    void start() {
        Thread.ofVirtual().name("floe-watch " + peer.name()).start(this::run);
    }

    private void run() {
        try {
            do {
                try {
                    watch();
                } catch (IOException | RuntimeException e) {
                    LOG.debug("node={} is not watched: {}", peer.name(), FailureText.of(e));
                }
                events.lost(peer);
            } while (active.pause(RETRY));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() throws IOException {
        try (MessageStream conversation = active.begin(new MessageStream(
                connections.open(new InetSocketAddress(peer.host(), peer.dataPort()))))) {
            conversation.send(new WatchMessage.Subscribe(RECENT));
            conversation.flush();
            while (true) {
                switch (conversation.receive(WatchMessage.class)) {
                    case WatchMessage.Sample sample -> events.sample(peer, NodeSample.of(peer.name(), sample));
                    case WatchMessage.EndedJobs ended -> events.ended(records(ended), ended.live());
                    case WatchMessage.Subscribe _ -> throw new IOException("it sent a message that was not expected");
                }
            }
        } finally {
            active.end();
        }
    }

    private List<JobRecord> records(WatchMessage.EndedJobs ended) throws IOException {
        if (ended.records().size() > WatchMessage.MAX_JOBS) {
            throw new IOException("it sent " + ended.records().size() + " jobs at once");
        }
        List<JobRecord> records = new ArrayList<>();
        for (String json : ended.records()) {
            records.add(JobRecord.parse(json).submittedBy(peer.name()));
        }
        return records;
    }

    @Override
    public void close() {
        active.close();
    }
}
