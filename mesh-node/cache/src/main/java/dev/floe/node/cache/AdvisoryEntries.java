package dev.floe.node.cache;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.bounds.QueueWorker;
import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.cache.replication.RendezvousHash;
import dev.floe.node.cache.transfer.CacheContext;
import dev.floe.node.cache.transfer.ResultBlobTransfer;
import dev.floe.node.cache.transfer.ResultFetcher;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.rpc.PeerConnections.ConnectionClass;
import dev.floe.node.rpc.messages.ReplicateMessage;
import dev.floe.node.rpc.messages.ReplicateMessage.Advisory;
import dev.floe.node.rpc.messages.ResultMessage;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResult.OutputFile;
import dev.floe.store.actioncache.ActionResultCodec;
import dev.floe.store.actioncache.ResultContent;

/**
 * Small things that the mesh should know under a key but can do without, kept like results but not in the index: the
 * first two nodes in the order of {@link RendezvousHash} keep each, and who looks for one asks the first of them. One
 * thread tells them, many at once. Thread-safe.
 */
final class AdvisoryEntries implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(AdvisoryEntries.class);
    private static final String FILE = "/note";
    private static final int MODE = 0644;
    private static final int KEEPERS = 2;
    /** One a second; then the keeper does without. */
    private static final int ATTEMPTS = 15;
    private static final int MAX_WAITING = 4096;
    private static final long MAX_BYTES_AT_ONCE = 4L << 20;
    private static final Duration GATHER = Duration.ofSeconds(1);
    /** A node that stops takes at most so long for those that wait. */
    private static final Duration LAST_SENDING = Duration.ofSeconds(2);

    private final CacheContext parts;
    private final ResultFetcher fetches;
    private final QueueWorker<QueuedAdvisory> worker = new QueueWorker<>("floe-cache-notes", MAX_WAITING,
            this::publish);

    private record QueuedAdvisory(Peer keeper, Advisory note, int attempt) {}

    AdvisoryEntries(CacheContext parts, ResultFetcher fetches) {
        this.parts = parts;
        this.fetches = fetches;
    }

    void start() {
        worker.start();
    }

    /** Tells those who are to keep a note, a little later. Does not block; what is too much is left out. */
    void publish(ActionKey key, byte[] bytes) {
        List<Peer> peers = parts.group().roster().peers();
        Optional<ActionResult> note = peers.stream().filter(Peer::self).findFirst()
                .flatMap(self -> parts.trust().signed(key, result(bytes, self.info().id())));
        if (note.isEmpty()) {
            return;
        }
        Advisory told = new Advisory(key.bytes(), ActionResultCodec.encode(note.get()),
                isInline(bytes) ? new byte[0] : bytes);
        for (Peer keeper : RendezvousHash.rank(key, peers).stream().limit(KEEPERS).toList()) {
            if (!worker.offer(new QueuedAdvisory(keeper, told, 1))) {
                LOG.debug("note={} is not sent: too many are waiting", key.brief());
            }
        }
    }

    private static boolean isInline(byte[] bytes) {
        return bytes.length <= ResultContent.Inline.MAX_BYTES;
    }

    private static ActionResult result(byte[] bytes, NodeId maker) {
        ResultContent content = isInline(bytes)
                ? new ResultContent.Inline(bytes)
                : new ResultContent.Stored(Digest.ofBytes(bytes));
        return new ActionResult(ResultContent.Inline.NONE, ResultContent.Inline.NONE,
                List.of(new OutputFile(FILE, MODE, content, "")), maker.toString(), Duration.ZERO);
    }

    /** What is known under a key. */
    Optional<InputStream> find(ActionKey key) throws IOException {
        Optional<ActionResult> note = parts.findUsable(key).or(() -> fetched(key));
        if (note.isEmpty() || note.get().files().size() != 1) {
            return Optional.empty();
        }
        return parts.local().open(note.get().files().getFirst().content());
    }

    private Optional<ActionResult> fetched(ActionKey key) {
        List<Peer> keepers = parts.responsive(RendezvousHash.rank(key, parts.group().roster().peers()));
        return !keepers.isEmpty()
                && fetches.note(keepers.getFirst(),
                        key) instanceof ResultFetcher.FetchResult.Fetched(LookupResult.Hit hit)
                                ? Optional.of(hit.result())
                                : Optional.empty();
    }

    /** Gathers for a while what is offered after the first one, and sends it all; at once if the node stops. */
    private void publish(QueuedAdvisory first) {
        worker.awaitFinish(GATHER);
        if (!worker.awaitClose(Duration.ZERO)) {
            List<QueuedAdvisory> told = new ArrayList<>(List.of(first));
            told.addAll(worker.drain(MAX_WAITING));
            deliver(told);
        }
    }

    private void deliver(List<QueuedAdvisory> told) {
        Map<NodeId, List<QueuedAdvisory>> byKeeper = told.stream()
                .collect(Collectors.groupingBy(each -> each.keeper().info().id()));
        byKeeper.values().forEach(all -> {
            Peer keeper = all.getLast().keeper();
            for (List<QueuedAdvisory> some : portions(all)) {
                if (keeper.self()) {
                    some.forEach(each -> keep(each.note()));
                } else if (parts.shunned().contains(keeper) || !send(keeper, some)) {
                    some.forEach(this::again);
                }
            }
        });
    }

    private void again(QueuedAdvisory told) {
        if (told.attempt() < ATTEMPTS) {
            boolean unused = worker.offer(new QueuedAdvisory(told.keeper(), told.note(), told.attempt() + 1));
        }
    }

    private static List<List<QueuedAdvisory>> portions(List<QueuedAdvisory> all) {
        List<List<QueuedAdvisory>> portions = new ArrayList<>();
        long bytes = MAX_BYTES_AT_ONCE;
        for (QueuedAdvisory told : all) {
            long more = told.note().result().length + told.note().bytes().length;
            bytes += more;
            if (bytes > MAX_BYTES_AT_ONCE) {
                portions.add(new ArrayList<>());
                bytes = more;
            }
            portions.getLast().add(told);
        }
        return portions;
    }

    /** Whether they have come to it. */
    private boolean send(Peer keeper, List<QueuedAdvisory> told) {
        List<Advisory> notes = told.stream().map(QueuedAdvisory::note).toList();
        try {
            parts.calls().<ReplicateMessage>begin(keeper, ConnectionClass.BULK, "/notes", (conversation, _) -> {
                conversation.send(new ReplicateMessage.Advisories(notes));
                conversation.finish();
                return conversation.receive(ReplicateMessage.class);
            }).await();
            return true;
        } catch (IOException e) {
            LOG.debug("notes={} not sent to={} reason=\"{}\"", notes.size(), keeper.info().name(), FailureText.of(e));
            parts.shunned().add(keeper);
            return false;
        }
    }

    /** Answers a peer that tells. */
    void receive(MessageStream conversation) throws IOException {
        ReplicateMessage.Advisories notes = conversation.receive(ReplicateMessage.Advisories.class);
        if (parts.settings().writes()) {
            for (Advisory note : notes.notes()) {
                ActionKey key = ResultBlobTransfer.key(note.key());
                if (parts.refusal(key, ActionResultCodec.decode(note.result()), conversation.exchange().peer())
                        .isEmpty()) {
                    keep(note);
                }
            }
        }
        conversation.send(new ReplicateMessage.ResultStored(false));
        conversation.finish();
    }

    /** Answers a peer that asks. */
    void send(MessageStream conversation) throws IOException {
        ActionKey key = ResultBlobTransfer.key(conversation.receive(ResultMessage.ResultRequest.class).key());
        Optional<ActionResult> note = parts.findUsable(key);
        if (note.isEmpty()) {
            conversation.send(new ResultMessage.ResultNotFound("does not know " + key.brief()));
        } else {
            conversation.send(new ResultMessage.ResultFound(ActionResultCodec.encode(note.get())));
            for (Digest digest : ResultBlobTransfer.of(note.get())) {
                ResultBlobTransfer.send(conversation, digest, parts.local().store());
            }
        }
        conversation.finish();
    }

    private void keep(Advisory note) {
        try {
            ActionResult result = ActionResultCodec.decode(note.result());
            for (Digest digest : ResultBlobTransfer.of(result)) {
                parts.local().store().put(digest, new ByteArrayInputStream(note.bytes()));
            }
            parts.local().put(ActionKey.of(note.key()), result);
        } catch (IOException e) {
            LOG.debug("a note is not kept: {}", FailureText.of(e));
        }
    }

    /** Sends what waits, while peers can still be called, but no longer than a moment; nothing is sent twice. */
    void finish() {
        if (!worker.finish(LAST_SENDING)) {
            LOG.debug("notes are left out, because a keeper does not answer");
        }
    }

    /** Ends the thread and waits for it; what waits is left out. */
    @Override
    public void close() {
        worker.close();
    }
}
