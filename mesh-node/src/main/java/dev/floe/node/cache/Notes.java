package dev.floe.node.cache;

import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.KeepMessage;
import dev.floe.node.wire.KeepMessage.Note;
import dev.floe.node.wire.PeerConnections.Lane;
import dev.floe.node.wire.ResultMessage;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.action.ActionKey;
import dev.floe.store.action.ActionResult;
import dev.floe.store.action.ActionResult.OutputFile;
import dev.floe.store.action.Content;
import dev.floe.store.action.ResultCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
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
    private static final String FILE = "/note";
    private static final int MODE = 0644;
    private static final int MOST_BYTES = 32 << 20;
    private static final int KEEPERS = 2;
    /** One a second; then the keeper does without. */
    private static final int ATTEMPTS = 15;
    private static final int MOST_WAITING = 4096;
    private static final long MOST_BYTES_AT_ONCE = 4L << 20;
    private static final Duration GATHER = Duration.ofSeconds(1);

    private final Parts parts;
    private final Fetches fetches;
    private final BlockingQueue<Optional<Told>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private record Told(Peer keeper, Note note, int attempt) {}

    Notes(Parts parts, Fetches fetches) {
        this.parts = parts;
        this.fetches = fetches;
        thread = Thread.ofPlatform().name("floe-cache-notes").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Tells those who are to keep a note, a little later. Does not block; what is too much is left out. */
    void tell(ActionKey key, byte[] bytes) {
        List<Peer> peers = parts.group().roster().peers();
        Optional<ActionResult> note = peers.stream().filter(Peer::self).findFirst()
                .flatMap(self -> parts.trust().signed(key, result(bytes, self.info().id())));
        if (note.isEmpty() || closing.getCount() == 0) {
            return;
        }
        Note told = new Note(key.bytes(), ResultCodec.encode(note.get()), isInline(bytes) ? new byte[0] : bytes);
        for (Peer keeper : Owners.rank(key, peers).stream().limit(KEEPERS).toList()) {
            if (!waiting.offer(Optional.of(new Told(keeper, told, 1)))) {
                LOG.debug("note={} is not told: too many are waiting", key.brief());
            }
        }
    }

    private static boolean isInline(byte[] bytes) {
        return bytes.length <= Content.Inline.MOST_BYTES;
    }

    private static ActionResult result(byte[] bytes, NodeId maker) {
        Content content = isInline(bytes) ? new Content.Inline(bytes) : new Content.Stored(Digest.ofBytes(bytes));
        return new ActionResult(Content.Inline.NONE, Content.Inline.NONE,
                List.of(new OutputFile(FILE, MODE, content, "")), maker.toString(), Duration.ZERO);
    }

    /** What is known under a key. */
    Optional<byte[]> find(ActionKey key) throws IOException {
        Optional<ActionResult> note = parts.here(key).or(() -> fetched(key));
        if (note.isEmpty() || note.get().files().size() != 1) {
            return Optional.empty();
        }
        Optional<InputStream> bytes = parts.local().open(note.get().files().getFirst().content());
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = bytes.get()) {
            return Optional.of(in.readNBytes(MOST_BYTES));
        }
    }

    private Optional<ActionResult> fetched(ActionKey key) {
        List<Peer> keepers = parts.answering(Owners.rank(key, parts.group().roster().peers()));
        return !keepers.isEmpty()
                && fetches.note(keepers.getFirst(), key) instanceof Fetches.Fetched.Got(Lookup.Hit hit)
                        ? Optional.of(hit.result())
                        : Optional.empty();
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
            for (List<Told> some : portions(all)) {
                if (keeper.self()) {
                    some.forEach(each -> keep(each.note()));
                } else if (parts.shunned().contains(keeper) || !send(keeper, some)) {
                    some.forEach(this::again);
                }
            }
        });
    }

    private void again(Told told) {
        if (told.attempt() < ATTEMPTS) {
            boolean unused = waiting.offer(Optional.of(new Told(told.keeper(), told.note(), told.attempt() + 1)));
        }
    }

    private static List<List<Told>> portions(List<Told> all) {
        List<List<Told>> portions = new ArrayList<>();
        long bytes = MOST_BYTES_AT_ONCE;
        for (Told told : all) {
            long more = told.note().result().length + told.note().bytes().length;
            bytes += more;
            if (bytes > MOST_BYTES_AT_ONCE) {
                portions.add(new ArrayList<>());
                bytes = more;
            }
            portions.getLast().add(told);
        }
        return portions;
    }

    /** Whether they have come to it. */
    private boolean send(Peer keeper, List<Told> told) {
        List<Note> notes = told.stream().map(Told::note).toList();
        try {
            parts.calls().<KeepMessage>begin(keeper, Lane.BULK, "/notes", (conversation, _) -> {
                conversation.send(new KeepMessage.Notes(notes));
                conversation.finish();
                return conversation.receive(KeepMessage.class);
            }).await();
            return true;
        } catch (IOException e) {
            LOG.debug("notes={} not told to={} reason=\"{}\"", notes.size(), keeper.info().name(), FailureText.of(e));
            parts.shunned().add(keeper);
            return false;
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
            LOG.debug("a note is not kept: {}", FailureText.of(e));
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
