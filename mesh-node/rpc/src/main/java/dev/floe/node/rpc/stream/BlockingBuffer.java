package dev.floe.node.rpc.stream;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;

import org.jspecify.annotations.Nullable;

import io.netty.util.ReferenceCountUtil;

/**
 * A buffer between two threads: one adds pieces, such as blocks of bytes, and the other takes them and waits for them.
 * The adding side ends it, or breaks it with a reason; what was added before can still be taken. The taking side closes
 * it, which releases what waits and ends a wait of either side. Thread-safe; any thread may end, break or close it.
 *
 * @param <T> a piece; it is released as Netty's reference-counted objects are, if it is one of them
 */
public final class BlockingBuffer<T> implements AutoCloseable {
    private final String name;
    private final ToIntFunction<? super T> size;
    private final int maxSize;
    private final StallTimer time; // guarded by lock
    private final Runnable onRoom;

    private final ReentrantLock lock = new ReentrantLock(); // guards all below; changed is signalled at each change
    private final Condition changed = lock.newCondition();
    private final Deque<T> pieces = new ArrayDeque<>();
    private int total;
    private boolean ended;
    private boolean closed;
    private @Nullable String broken;

    /**
     * @param name    for messages
     * @param size    of what is left of a piece
     * @param maxSize of all pieces, at which {@link #put} waits and {@link #hasRoom} is false; {@link #add} exceeds it
     * @param time    that the taking side waits for pieces
     * @param onRoom  called by the taking side when there is room again; must not block
     */
    public BlockingBuffer(String name, ToIntFunction<? super T> size, int maxSize, StallTimer time, Runnable onRoom) {
        this.name = name;
        this.size = size;
        this.maxSize = maxSize;
        this.time = time;
        this.onRoom = onRoom;
    }

    /** A buffer of at most so many pieces, for which the taking side waits as long as it takes. */
    public BlockingBuffer(String name, int maxPieces, Runnable onRoom) {
        this(name, _ -> 1, maxPieces, new StallTimer(StallPolicy.ENDLESS, () -> 0), onRoom);
    }

    /** Adds a piece, of which it becomes the owner, without waiting. It is released if nobody will take it. */
    public void add(T piece) {
        add(piece, false);
    }

    /**
     * The same.
     *
     * @param last whether the buffer ends with this piece; whoever takes the piece sees that at once
     */
    public void add(T piece, boolean last) {
        lock.lock();
        try {
            int more = size.applyAsInt(piece);
            time.add(more);
            if (closed || ended || more == 0) {
                ReferenceCountUtil.release(piece);
            } else {
                pieces.add(piece);
                total += more;
            }
            ended |= last;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for room, and adds a piece that is made then.
     *
     * @param maker makes a piece that is at most as large as the room
     * @return the size of the piece
     * @throws StreamBrokenException if it is closed, broken or ended
     */
    int put(PieceMaker<T> maker) throws IOException {
        lock.lock();
        try {
            while (total >= maxSize && !closed && broken == null) {
                changed.await();
            }
            if (closed || ended || broken != null) {
                throw failure();
            }
            T piece = maker.make(maxSize - total);
            int more = size.applyAsInt(piece);
            pieces.add(piece);
            total += more;
            changed.signalAll();
            return more;
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    /** Makes a piece for the room that there is. */
    @FunctionalInterface
    interface PieceMaker<T> {
        T make(int room);
    }

    /** All has been added. */
    public void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more will be added, though it should; no effect after the end. */
    public void breakOff(String reason) {
        lock.lock();
        try {
            if (broken == null && !ended) {
                broken = reason;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether all has been added. */
    public boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    boolean isBroken() {
        lock.lock();
        try {
            return broken != null;
        } finally {
            lock.unlock();
        }
    }

    /** Whether more should be added. */
    public boolean hasRoom() {
        lock.lock();
        try {
            return total < maxSize;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the next piece, whose owner the caller becomes; waits for it. Empty at the end.
     *
     * @throws StreamBrokenException if nothing more will come, though it should
     * @throws IOException           if the thread is interrupted, and its flag is set again
     */
    public Optional<T> take() throws IOException {
        T piece;
        boolean nowRoom;
        lock.lock();
        try {
            if (await() == null) {
                return Optional.empty();
            }
            int before = total;
            piece = pieces.remove();
            total -= size.applyAsInt(piece);
            nowRoom = signalRoom(before);
        } finally {
            lock.unlock();
        }
        if (nowRoom) {
            onRoom.run();
        }
        return Optional.of(piece);
    }

    /**
     * Uses the next piece, and drops it when nothing is left of it; waits for it.
     *
     * @param use is called with the buffer's lock held, and returns how much of the piece it has used
     * @return what {@code use} returned; -1 at the end
     */
    int use(ToIntFunction<? super T> use) throws IOException {
        boolean nowRoom;
        int used;
        lock.lock();
        try {
            T first = await();
            if (first == null) {
                return -1;
            }
            int before = total;
            used = use.applyAsInt(first);
            total -= used;
            if (size.applyAsInt(first) == 0) {
                ReferenceCountUtil.release(pieces.remove());
            }
            nowRoom = signalRoom(before);
        } finally {
            lock.unlock();
        }
        if (nowRoom) {
            onRoom.run();
        }
        return used;
    }

    /** Whether there is room again; wakes who waits for it. */
    private boolean signalRoom(int before) {
        boolean isRoom = before >= maxSize && total < maxSize;
        if (isRoom) {
            changed.signalAll();
        }
        return isRoom;
    }

    /** Waits for the next piece, which stays; null at the end. Called with the lock held. */
    private @Nullable T await() throws IOException {
        try {
            while (isEmpty()) {
                time.await(changed);
                if (isEmpty() && time.isOver()) {
                    throw new StreamStalledException(name + ": sends nothing, or too little");
                }
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        if (closed || pieces.isEmpty() && !ended) {
            throw failure();
        }
        return pieces.peek();
    }

    /** Whether there is nothing to take yet. */
    private boolean isEmpty() {
        return pieces.isEmpty() && !ended && !closed && broken == null;
    }

    private StreamBrokenException failure() {
        return new StreamBrokenException(name + ": " + (broken == null ? "closed" : broken));
    }

    private IOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted while waiting for " + name, cause);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            pieces.forEach(ReferenceCountUtil::release);
            pieces.clear();
            total = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
