package dev.floe.node.audit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.mesh.MeshGroup;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.rpc.MessageStream;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.PeerConnections.ConnectionClass;
import dev.floe.node.rpc.PeerStream;
import dev.floe.node.rpc.messages.QuarantineReportMessage.WrongResultReport;
import dev.floe.store.FailureText;

/**
 * Tells the other nodes of a maker in quarantine, and hears what they tell: that is logged and counted, no more.
 * Thread-safe.
 */
final class QuarantineReports {
    private static final Logger LOG = LogManager.getLogger(QuarantineReports.class);
    private static final long GAP_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int MAX_SHOWN = 200;

    private final MeshGroup group;
    private final PeerConnections connections;
    private final LongSupplier nanoClock;
    private final LongAdder heard = new LongAdder();
    /** When the next may be logged as a warning, in nanoseconds of the clock. */
    private final AtomicLong nextAt;

    QuarantineReports(MeshGroup group, PeerConnections connections, LongSupplier nanoClock) {
        this.group = group;
        this.connections = connections;
        this.nanoClock = nanoClock;
        nextAt = new AtomicLong(nanoClock.getAsLong());
    }

    /** Tells all who are there now; does not block. */
    void tell(Quarantine.QuarantineEntry entry) {
        WrongResultReport wrong = new WrongResultReport(entry.maker(), entry.name(), entry.key().bytes(),
                entry.source());
        for (Peer peer : group.roster().others()) {
            Thread.ofVirtual().name("floe-report " + peer.info().name()).start(() -> tell(peer, wrong));
        }
    }

    private void tell(Peer peer, WrongResultReport wrong) {
        InetSocketAddress address = new InetSocketAddress(peer.info().host(), peer.info().dataPort());
        try (MessageStream conversation = new MessageStream(
                connections.open(address, ConnectionClass.JOBS, "/report"))) {
            conversation.send(wrong);
            conversation.finish();
            conversation.exchange().input().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            LOG.debug("{} was not told of {}: {}", peer.info().name(), wrong.makerName(), FailureText.of(e));
        }
    }

    /** Takes what a peer tells. */
    void hear(PeerStream exchange) throws IOException {
        try (MessageStream conversation = new MessageStream(exchange)) {
            WrongResultReport wrong = conversation.receive(WrongResultReport.class);
            heard.increment();
            long now = nanoClock.getAsLong();
            long next = nextAt.get();
            if (now - next >= 0 && nextAt.compareAndSet(next, now + GAP_NANOS)) {
                LOG.warn(
                        "peer={} reports that a result of maker={} ({}) is wrong: {}; this node continues to use results from that node",
                        exchange.peer(), shown(wrong.makerName()), shown(wrong.maker()), shown(wrong.source()));
            }
            conversation.finish();
        }
    }

    long heard() {
        return heard.sum();
    }

    private static String shown(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > MAX_SHOWN ? plain.substring(0, MAX_SHOWN) + "..." : plain;
    }
}
