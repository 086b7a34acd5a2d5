package dev.floe.node.builds;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Gives each command the id of the build that it belongs to: what the user says ({@code FLOE_BUILD}), otherwise one for
 * each session and {@link WorkingTree}. A command in a tree joins its session's build there, or in a tree around it,
 * unless that has had no command for {@link #PAUSE}. Thread-safe.
 */
public final class BuildGroups {
    /**
     * After this time without a command a build is over. Links and the probes of configure are commands, so only what
     * generates files or tests can be silent for minutes within one build; two builds of one tree in one terminal
     * follow each other sooner only if the user hardly edits in between.
     */
    public static final Duration PAUSE = Duration.ofMinutes(5);

    static final int MAX_SESSIONS = 1_000;
    private static final int MAX_GROUPS_EACH = 50;
    private static final int MAX_ID = 100;
    private static final int MAX_NAME = 24;
    private static final int MAX_SUFFIX = 1 << 16;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmm", Locale.ROOT);

    private final InstantSource clock;
    private final ZoneId zone;
    private final RandomGenerator random;
    private final Map<String, List<Group>> sessions = new LinkedHashMap<>(16, 0.75f, true); // guarded by this
    private final Map<String, Integer> running = new HashMap<>(); // commands by build; guarded by this

    /**
     * Where a command comes from.
     *
     * @param named     what the user says that the build is called; empty if nothing
     * @param session   unique on this machine, with whatever keeps users and containers apart
     * @param readable  whether the node sees the files that the command sees; otherwise the session alone counts
     * @param directory in which it was called
     */
    public record Origin(String named, String session, boolean readable, Path directory, Optional<Path> home) {}

    /** A command that takes part in a build, from its start to its end. */
    public interface Member extends AutoCloseable {
        /** A command that belongs to no build. */
        Member NONE = new Member() {
            @Override
            public String build() {
                return "";
            }

            @Override
            public void close() {}
        };

        /** Id of the build. */
        String build();

        @Override
        void close();
    }

    /** One build of one session. */
    private static final class Group {
        final String id;
        final WorkingTree tree;
        int running;
        Instant last;

        Group(String id, WorkingTree tree, Instant now) {
            this.id = id;
            this.tree = tree;
            this.last = now;
        }

        boolean isOver(Instant now) {
            return running == 0 && now.isAfter(last.plus(PAUSE));
        }
    }

    public BuildGroups(InstantSource clock, ZoneId zone, RandomGenerator random) {
        this.clock = clock;
        this.zone = zone;
        this.random = random;
    }

    /** Adds a command to its build; closing the member takes it out. */
    public Member join(Origin origin) {
        if (!origin.named().isBlank()) {
            String id = plain(origin.named(), MAX_ID);
            count(id, 1);
            return member(id, () -> count(id, -1));
        }
        Group group = find(origin).orElseGet(() -> add(origin, tree(origin)));
        return member(group.id, () -> leave(group));
    }

    /** Whether a command of the build runs. */
    public synchronized boolean isRunning(String id) {
        return running.containsKey(id);
    }

    /** Outside of the lock: looks at files. */
    private static WorkingTree tree(Origin origin) {
        return origin.readable()
                ? WorkingTree.of(origin.directory(), origin.home())
                : new WorkingTree(Path.of("/"), true);
    }

    private synchronized Optional<Group> find(Origin origin) {
        Instant now = clock.instant();
        Optional<Group> found = groups(origin, now).stream().filter(group -> group.tree.contains(origin.directory()))
                .reduce((one, other) -> one.tree.top().startsWith(other.tree.top()) ? one : other);
        found.ifPresent(group -> enter(group, now));
        return found;
    }

    private synchronized Group add(Origin origin, WorkingTree tree) {
        Instant now = clock.instant();
        List<Group> groups = groups(origin, now);
        // Another command of the same build may have been faster.
        Optional<Group> same = groups.stream().filter(group -> group.tree.top().equals(tree.top())).findFirst();
        Group group = same.orElseGet(() -> new Group(id(origin, tree, now), tree, now));
        if (same.isEmpty()) {
            if (groups.size() >= MAX_GROUPS_EACH) {
                groups.removeFirst();
            }
            groups.add(group);
        }
        enter(group, now);
        return group;
    }

    private List<Group> groups(Origin origin, Instant now) {
        List<Group> groups = sessions.computeIfAbsent(origin.session(), _ -> new ArrayList<>());
        groups.removeIf(group -> group.isOver(now));
        Iterator<Map.Entry<String, List<Group>>> eldest = sessions.entrySet().iterator();
        while (sessions.size() > MAX_SESSIONS && eldest.hasNext()) {
            eldest.next();
            eldest.remove();
        }
        return groups;
    }

    private void enter(Group group, Instant now) {
        group.running++;
        group.last = now;
        count(group.id, 1);
    }

    private synchronized void leave(Group group) {
        group.running--;
        group.last = clock.instant();
        count(group.id, -1);
    }

    private synchronized void count(String id, int change) {
        running.merge(id, change, (old, more) -> old + more == 0 ? null : old + more);
        notifyAll();
    }

    /**
     * Waits until no command of the build runs, but no longer than the given time: a command's end is recorded a moment
     * after the user sees it.
     */
    public synchronized void awaitEnd(String id, Duration longest) {
        long end = System.nanoTime() + longest.toNanos();
        try {
            for (long left = longest.toMillis(); isRunning(id)
                    && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String id(Origin origin, WorkingTree tree, Instant now) {
        Path last = origin.directory().getFileName();
        String name = plain(origin.readable() ? tree.name() : last == null ? "" : last.toString(), MAX_NAME);
        return String.format(Locale.ROOT, "%s-%s-%04x", name.isEmpty() ? "build" : name, TIME.format(now.atZone(zone)),
                random.nextInt(MAX_SUFFIX));
    }

    /** A word that can stand on a command line and in a column. */
    private static String plain(String text, int max) {
        String word = text.strip().replaceAll("[^A-Za-z0-9._+@:/-]", "_").replaceFirst("^-", "_");
        return word.length() > max ? word.substring(0, max) : word;
    }

    private static Member member(String id, Runnable leave) {
        return new Member() {
            @Override
            public String build() {
                return id;
            }

            @Override
            public void close() {
                leave.run();
            }
        };
    }
}
