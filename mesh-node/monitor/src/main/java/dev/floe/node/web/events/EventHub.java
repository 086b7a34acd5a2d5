package dev.floe.node.web.events;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.floe.node.web.events.ServerSentEvent.Kind;

/**
 * Shares one subscription to the feed among all clients. It exists only while there is a client, so that a page that
 * nobody looks at costs nothing. Each event is encoded once.
 */
public final class EventHub implements AutoCloseable {
    /** Clients at once; the next is refused. */
    public static final int MAX_CLIENTS = 32;

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final LiveFeed feed;
    private final Object lock = new Object(); // guards the fields below; the feed is never called with it held
    private final Set<EventQueue> clients = new LinkedHashSet<>();
    private LiveFeed.@Nullable LiveSubscription subscription;
    private boolean changing; // a thread is starting or ending the subscription
    private @Nullable ServerSentEvent last; // the last snapshot of this subscription

    public EventHub(LiveFeed feed) {
        this.feed = feed;
    }

    /** A queue that gets all events from now on, a snapshot first; empty if there are too many clients. */
    public Optional<EventQueue> open() {
        EventQueue queue = new EventQueue();
        synchronized (lock) {
            if (clients.size() >= MAX_CLIENTS) {
                return Optional.empty();
            }
            clients.add(queue);
            if (last != null) {
                queue.add(last);
            }
        }
        try {
            adjust();
        } catch (RuntimeException e) {
            close(queue);
            throw e;
        }
        return Optional.of(queue);
    }

    public void close(EventQueue queue) {
        queue.close();
        synchronized (lock) {
            clients.remove(queue);
        }
        adjust();
    }

    /** Brings the subscription in line with whether there are clients. */
    private void adjust() {
        while (true) {
            LiveFeed.LiveSubscription ended;
            synchronized (lock) {
                if (changing || (subscription != null) == !clients.isEmpty()) {
                    return;
                }
                changing = true;
                ended = subscription;
                subscription = null;
                last = null;
            }
            LiveFeed.LiveSubscription begun = null;
            try {
                if (ended == null) {
                    begun = feed.subscribe(INTERVAL, new Spread());
                } else {
                    ended.close();
                }
            } finally {
                synchronized (lock) {
                    changing = false;
                    subscription = begun;
                }
            }
        }
    }

    private void spread(ServerSentEvent event) {
        synchronized (lock) {
            if (event.kind() == Kind.SNAPSHOT) {
                last = event;
            }
            clients.forEach(client -> client.add(event));
        }
    }

    private final class Spread implements LiveFeed.LiveFeedListener {
        @Override
        public void snapshot(String json) {
            spread(ServerSentEvent.of(Kind.SNAPSHOT, json));
        }

        @Override
        public void ended(String json) {
            spread(ServerSentEvent.of(Kind.ENDED, json));
        }

        @Override
        public void restart() {
            spread(ServerSentEvent.RESTARTED);
        }

        /** Browsers connect again, which makes a new subscription. */
        @Override
        public void closed() {
            synchronized (lock) {
                if (!clients.isEmpty()) {
                    clients.forEach(EventQueue::close);
                }
            }
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            clients.forEach(EventQueue::close);
            clients.clear();
        }
        adjust();
    }
}
