package dev.floe.store.content;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import dev.floe.store.Digest;

/** The entries of a store in the order of their last use, and the sum of their sizes. About 140 bytes an entry. */
final class StoreIndex {
    /** A file fills whole blocks of the disk. */
    static final int BLOCK_BYTES = 4096;

    private static final double ROOM_LEFT = 0.9;

    /** Guards all below; held also while files appear and vanish, so that index and directory agree. */
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<Digest, StoreEntry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private long reserved;
    private volatile long maxBytes; // written by resize alone

    StoreIndex(long maxBytes) {
        this.maxBytes = checked(maxBytes);
    }

    private static long checked(long maxBytes) {
        if (maxBytes < 0) {
            throw new IllegalArgumentException("a store cannot hold " + maxBytes + " bytes");
        }
        return maxBytes;
    }

    /** Changes the bound; {@link #evict} then takes out what is too much. */
    void resize(long newMaxBytes) {
        maxBytes = checked(newMaxBytes);
    }

    ReentrantLock lock() {
        return lock;
    }

    long maxBytes() {
        return maxBytes;
    }

    boolean contains(Digest digest) {
        lock.lock();
        try {
            return entries.containsKey(digest);
        } finally {
            lock.unlock();
        }
    }

    /** The entry, which becomes the most recently used. */
    Optional<StoreEntry> use(Digest digest) {
        lock.lock();
        try {
            return Optional.ofNullable(entries.get(digest));
        } finally {
            lock.unlock();
        }
    }

    /** Adds an entry as the most recently used, in place of one of the same digest. */
    void add(Digest digest, StoreEntry entry) {
        lock.lock();
        try {
            if (entries.put(digest, entry) == null) {
                bytes += onDisk(digest);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean remove(Digest digest) {
        lock.lock();
        try {
            return count(entries.remove(digest) != null, digest);
        } finally {
            lock.unlock();
        }
    }

    /** Removes exactly this entry. */
    boolean remove(Digest digest, StoreEntry entry) {
        lock.lock();
        try {
            return count(entries.remove(digest, entry), digest);
        } finally {
            lock.unlock();
        }
    }

    /** Sets room aside for an entry to come; false if it could never fit. */
    boolean reserve(Digest digest) {
        if (digest.size() > maxBytes || onDisk(digest) > maxBytes) {
            return false;
        }
        lock.lock();
        try {
            reserved += onDisk(digest);
            return true;
        } finally {
            lock.unlock();
        }
    }

    void release(Digest digest) {
        lock.lock();
        try {
            reserved -= onDisk(digest);
        } finally {
            lock.unlock();
        }
    }

    /** Takes out the least recently used until a tenth is free again, if the bound is passed; gives what was taken. */
    List<Digest> evict() {
        List<Digest> victims = new ArrayList<>();
        lock.lock();
        try {
            if (bytes + reserved > maxBytes) {
                Iterator<Digest> oldest = entries.keySet().iterator();
                while (oldest.hasNext() && bytes + reserved > maxBytes * ROOM_LEFT) {
                    Digest victim = oldest.next();
                    oldest.remove();
                    bytes -= onDisk(victim);
                    victims.add(victim);
                }
            }
            return victims;
        } finally {
            lock.unlock();
        }
    }

    /** A copy, least recently used first. */
    Map<Digest, StoreEntry> entries() {
        lock.lock();
        try {
            return new LinkedHashMap<>(entries);
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    private boolean count(boolean removed, Digest digest) {
        if (removed) {
            bytes -= onDisk(digest);
        }
        return removed;
    }

    private static long onDisk(Digest digest) {
        return Math.ceilDiv(digest.size(), BLOCK_BYTES) * BLOCK_BYTES;
    }
}
