package dev.floe.node.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.bounds.RateLimitedLogger;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.PeerConnections.ConnectionClass;
import dev.floe.node.rpc.messages.QuarantineReportMessage.WrongResultReport;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.store.FailureText;

/**
 * Tells the other nodes of a maker in quarantine, and hears what they tell: that is logged and counted, no more.
 * Thread-safe.
 */
final class QuarantineReports {
    private static final Logger LOG = LogManager.getLogger(QuarantineReports.class);
    private static final Duration WARNING_GAP = Duration.ofSeconds(10);
    private static final int MAX_SHOWN = 200;

    private final Supplier<Roster> roster;
    private final PeerConnections connections;
    private final RateLimitedLogger warnings;
    private final LongAdder heard = new LongAdder();

    QuarantineReports(Supplier<Roster> roster, PeerConnections connections, LongSupplier nanoClock) {
        this.roster = roster;
        this.connections = connections;
        this.warnings = new RateLimitedLogger(LOG, WARNING_GAP, nanoClock);
    }

    /** Tells all who are there now; does not block. */
    void tell(Quarantine.QuarantineEntry entry) {
        WrongResultReport wrong = new WrongResultReport(entry.maker(), entry.name(), entry.key().bytes(),
                entry.source());
        for (Peer peer : roster.get().others()) {
            Thread.ofVirtual().name("floe-report " + peer.info().name()).start(() -> tell(peer, wrong));
        }
    }

    private void tell(Peer peer, WrongResultReport wrong) {
        InetSocketAddress address = new InetSocketAddress(peer.info().host(), peer.info().dataPort());
        try (MessageStream conversation = new MessageStream(
                connections.open(address, ConnectionClass.JOBS, "/report"))) {
            conversation.send(wrong);
            conversation.finish();
            conversation.exchange().input().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            LOG.debug("report not sent to={} about={}: {}", peer.info().name(), wrong.makerName(), FailureText.of(e));
        }
    }

    /** Takes what a peer tells. */
    void hear(PeerStream exchange) throws IOException {
        try (MessageStream conversation = new MessageStream(exchange)) {
            WrongResultReport wrong = conversation.receive(WrongResultReport.class);
            heard.increment();
            warnings.warn("reports", "peer={} reports that a result of maker={} ({}) is wrong: {};"
                    + " this node continues to use results from that node",
                    exchange.peer(), shown(wrong.makerName()), shown(wrong.maker()), shown(wrong.source()));
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
