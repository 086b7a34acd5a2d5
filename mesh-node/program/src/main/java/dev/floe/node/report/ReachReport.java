package dev.floe.node.report;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import dev.floe.node.Node;
import dev.floe.node.bounds.AddressText;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.submitter.NodeSocketServer.LineSink;
import dev.floe.store.FailureText;

/** The report of peers whose ports this node cannot reach: a group can live although a firewall blocks all jobs. */
final class ReachReport {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final Node node;

    ReachReport(Node node) {
        this.node = node;
    }

    /** Writes a line for each port that does not answer. */
    void write(LineSink lines) throws IOException {
        List<Peer> peers = node.group().roster().others();
        Map<String, String> failures = new ConcurrentHashMap<>();
        List<Thread> threads = new ArrayList<>();
        for (Peer peer : peers) {
            NodeInfo info = peer.info();
            threads.add(Thread.ofVirtual().name("reach " + info.name()).start(() -> {
                try {
                    connect(info.host(), info.dataPort());
                } catch (IOException e) {
                    failures.put(info.name() + " " + info.id(), "the data port of " + info.name() + " ("
                            + AddressText.of(info.host(), info.dataPort()) + ") cannot be reached from here: "
                            + FailureText.of(e)
                            + "; no job goes there. Open this TCP port on that machine and between");
                }
            }));
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        for (String failure : new TreeMap<>(failures).values()) {
            lines.accept(failure);
        }
    }

    private static void connect(String host, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), Math.toIntExact(TIMEOUT.toMillis()));
        }
    }
}
