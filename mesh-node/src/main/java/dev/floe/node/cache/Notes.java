package dev.floe.node.cache;

import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.KeepMessage;
import dev.floe.node.wire.KeepMessage.Note;
import dev.floe.node.wire.PeerConnections.Lane;
import dev.floe.node.wire.ResultMessage;
import dev.floe.store.Digest;
import dev.floe.store.action.ActionKey;
import dev.floe.store.action.ActionResult;
import dev.floe.store.action.ResultCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Small things that the mesh should know under a key but can do without, kept like results but not in the index: the first two nodes in
 * the order of {@link Owners} keep each, and who looks for one asks the first of them. One thread tells them, many at once.
 * Thread-safe.
 */
final class Notes implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(Notes.class);
    private static final int KEEPERS = 2;
    private static final int MOST_WAITING = 4096;
    private static final long MOST_BYTES_AT_ONCE = 4L << 20;
    private static final Duration GATHER = Duration.ofSeconds(1);

    private final Parts parts;
    private final Fetches fetches;
    private final BlockingQueue<Optional<Told>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private record Told(Peer keeper, Note note) {}

    Notes(Parts parts, Fetches fetches) {
        this.parts = parts;
        this.fetches = fetches;
        thread = Thread.ofPlatform().name("floe-cache-notes").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /**
     * Tells those who are to keep a note, a little later. Does not block; what is too much is left out.
     *
     * @param bytes of the only content that is stored
     */
    void tell(ActionKey key, ActionResult note, byte[] bytes) {
        Optional<ActionResult> signed = parts.trust().signed(key, note);
        if (signed.isEmpty() || closing.getCount() == 0) {
            return;
        }
        Note told = new Note(key.bytes(), ResultCodec.encode(signed.get()), bytes);
        for (Peer keeper : Owners.rank(key, parts.group().roster().peers()).stream().limit(KEEPERS).toList()) {
            if (!waiting.offer(Optional.of(new Told(keeper, told)))) {
                LOG.debug("note={} is not told: too many are waiting", key.brief());
            }
        }
    }

    /** What is known under a key. */
    Optional<Lookup.Hit> find(ActionKey key) {
        Optional<ActionResult> here = parts.here(key);
        if (here.isPresent()) {
            return Optional.of(new Lookup.Hit(key, here.get(), parts.settings().node(), false));
        }
        List<Peer> keepers = parts.answering(Owners.rank(key, parts.group().roster().peers()));
        return keepers.isEmpty()
                || !(fetches.note(keepers.getFirst(), key) instanceof Fetches.Fetched.Got(Lookup.Hit hit))
                        ? Optional.empty()
                        : Optional.of(hit);
    }

    private void run() {
        List<Optional<Told>> told = new ArrayList<>();
        try {
            told.add(waiting.take());
            while (!closing.await(GATHER.toMillis(), TimeUnit.MILLISECONDS)) {
                waiting.drainTo(told);
                deliver(told.stream().flatMap(Optional::stream).toList());
                told.clear();
                told.add(waiting.take());
            }
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this thread", e);
        }
    }

    private void deliver(List<Told> told) {
        Map<NodeId, List<Told>> byKeeper = told.stream()
                .collect(Collectors.groupingBy(each -> each.keeper().info().id()));
        byKeeper.values().forEach(all -> {
            Peer keeper = all.getLast().keeper();
            for (List<Note> some : portions(all.stream().map(Told::note).toList())) {
                if (keeper.self()) {
                    some.forEach(this::keep);
                } else if (!parts.shunned().contains(keeper)) {
                    send(keeper, some);
                }
            }
        });
    }

    private static List<List<Note>> portions(List<Note> notes) {
        List<List<Note>> portions = new ArrayList<>();
        long bytes = MOST_BYTES_AT_ONCE;
        for (Note note : notes) {
            bytes += note.result().length + note.bytes().length;
            if (bytes > MOST_BYTES_AT_ONCE) {
                portions.add(new ArrayList<>());
                bytes = note.result().length + note.bytes().length;
            }
            portions.getLast().add(note);
        }
        return portions;
    }

    private void send(Peer keeper, List<Note> notes) {
        try {
            parts.calls().<KeepMessage>begin(keeper, Lane.BULK, "/notes", (conversation, _) -> {
                conversation.send(new KeepMessage.Notes(notes));
                conversation.finish();
                return conversation.receive(KeepMessage.class);
            }).await();
        } catch (IOException e) {
            LOG.debug("notes={} not told to={} reason=\"{}\"", notes.size(), keeper.info().name(), e.getMessage());
            parts.shunned().add(keeper);
        }
    }

    /** Answers a peer that tells. */
    void hear(Conversation conversation) throws IOException {
        KeepMessage.Notes notes = conversation.receive(KeepMessage.Notes.class);
        if (parts.settings().writes()) {
            for (Note note : notes.notes()) {
                ActionKey key = Blobs.key(note.key());
                if (parts.refusal(key, ResultCodec.decode(note.result()), conversation.exchange().peer()).isEmpty()) {
                    keep(note);
                }
            }
        }
        conversation.send(new KeepMessage.Kept(false));
        conversation.finish();
    }

    /** Answers a peer that asks. */
    void give(Conversation conversation) throws IOException {
        ActionKey key = Blobs.key(conversation.receive(ResultMessage.Ask.class).key());
        Optional<ActionResult> note = parts.here(key);
        if (note.isEmpty()) {
            conversation.send(new ResultMessage.Absent("does not know " + key.brief()));
        } else {
            conversation.send(new ResultMessage.Found(ResultCodec.encode(note.get())));
            for (Digest digest : Blobs.of(note.get())) {
                Blobs.send(conversation, digest, parts.local().store());
            }
        }
        conversation.finish();
    }

    private void keep(Note note) {
        try {
            ActionResult result = ResultCodec.decode(note.result());
            for (Digest digest : Blobs.of(result)) {
                parts.local().store().put(digest, new ByteArrayInputStream(note.bytes()));
            }
            parts.local().put(ActionKey.of(note.key()), result);
        } catch (IOException e) {
            LOG.debug("a note is not kept: {}", e.toString());
        }
    }

    /** Ends the thread and waits for it; what waits is left out. */
    @Override
    public void close() {
        closing.countDown();
        waiting.clear();
        waiting.offer(Optional.empty()); // if there is no room, the thread has other cause to wake up
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
