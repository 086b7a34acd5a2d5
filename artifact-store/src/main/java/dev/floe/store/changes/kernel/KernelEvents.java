package dev.floe.store.changes.kernel;

import java.io.IOException;

/** Where events about files come from: the kernel, or a test. Used by one thread at a time. */
public interface KernelEvents extends AutoCloseable {
    /** Receives events in order. */
    interface EventHandler {
        /**
         * @param watch the number of the watch; negative with {@link InotifyMask#QUEUE_OVERFLOW}
         * @param name  in the directory; empty if the event is about the watched file itself
         */
        void handle(int watch, int mask, String name);

        /** The mount table has changed. */
        void mountsChanged();
    }

    /** Watches the inode to which a path leads, and returns the number of the watch or the negative errno. */
    int add(String path, int mask) throws IOException;

    void remove(int watch);

    /** Hands over all that has happened until now. Does not wait. */
    void drain(EventHandler handler) throws IOException;

    /** All watches are gone, and all events that were not handed over. */
    void restart() throws IOException;

    /** The type (f_type) of the file system in which a path lies; negative if that cannot be known. */
    long fileSystemType(String path) throws IOException;

    /** Whether names in a directory match regardless of case; false where the file system has no such directories. */
    boolean foldsCase(String directory) throws IOException;

    @Override
    void close();
}
