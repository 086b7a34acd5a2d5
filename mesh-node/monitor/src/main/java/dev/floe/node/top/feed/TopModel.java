package dev.floe.node.top.feed;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import dev.floe.node.top.feed.WatchedMesh.EndedRow;
import dev.floe.node.top.feed.WatchedMesh.MeshMember;
import dev.floe.node.top.feed.WatchedMesh.RunningRow;

/**
 * The model of the view: the last snapshot, the last ends of jobs and the rates of two minutes. Belongs to one thread.
 */
public final class TopModel {
    public static final int MAX_RATES = 60;
    private static final int SECONDS_OF_RATE = 2;
    static final int MAX_ENDED = 1000;

    private final SubmitterMarks marks = new SubmitterMarks();
    private final Deque<Double> rates = new ArrayDeque<>();
    private final Deque<EndedRow> ended = new ArrayDeque<>(); // the newest first
    private final Set<String> endedIds = new HashSet<>(); // of those in ended
    private List<RunningRow> running = List.of();
    private Optional<WatchedMesh> mesh = Optional.empty();
    private long lastRate;
    private String trouble = "";

    public void receive(WatchLine line) {
        switch (line) {
            case WatchLine.WholeMesh(WatchedMesh snapshot) -> receive(snapshot);
            case WatchLine.EndedJobRows(List<EndedRow> jobs) -> jobs.forEach(this::addEnded);
            case WatchLine.Restart _ -> forgetJobs();
            case WatchLine.UnknownLine _ -> {
            }
        }
    }

    private void receive(WatchedMesh snapshot) {
        trouble = "";
        mesh = Optional.of(snapshot);
        marks.add(snapshot.nodes().stream().map(MeshMember::name).toList());
        marks.add(Stream.concat(snapshot.running().stream().map(RunningRow::submitter),
                snapshot.recent().stream().map(EndedRow::submitter)).toList());
        running = keepPlaces(running, snapshot.running());
        snapshot.recent().reversed().forEach(this::addEnded);
        addRate(snapshot.seconds() / SECONDS_OF_RATE, snapshot.totals().jobsPerSecond());
    }

    private void addRate(long time, double rate) {
        if (time == lastRate && !rates.isEmpty()) {
            rates.addLast(Math.max(rate, rates.removeLast()));
            return;
        }
        lastRate = time;
        rates.addLast(rate);
        if (rates.size() > MAX_RATES) {
            rates.removeFirst();
        }
    }

    private void addEnded(EndedRow job) {
        if (endedIds.add(key(job.submitter(), job.id()))) {
            ended.addFirst(job);
        }
        if (ended.size() > MAX_ENDED) {
            EndedRow oldest = ended.removeLast();
            endedIds.remove(key(oldest.submitter(), oldest.id()));
        }
    }

    private void forgetJobs() {
        ended.clear();
        endedIds.clear();
        running = List.of();
    }

    /** The node does not answer; what is known stays. */
    public void lose(String why) {
        trouble = why;
    }

    /**
     * A job keeps its place while it runs, and a new one takes the place of one that has ended. So a reader can follow
     * a line, and few lines change from frame to frame.
     */
    static List<RunningRow> keepPlaces(List<RunningRow> before, List<RunningRow> now) {
        Map<String, RunningRow> left = new HashMap<>();
        for (RunningRow job : now) {
            left.put(key(job.submitter(), job.id()), job);
        }
        List<Optional<RunningRow>> places = new ArrayList<>();
        for (RunningRow job : before) {
            places.add(Optional.ofNullable(left.remove(key(job.submitter(), job.id()))));
        }
        Iterator<RunningRow> arrivals = now.stream().filter(job -> left.containsKey(key(job.submitter(), job.id())))
                .iterator();
        List<RunningRow> placed = new ArrayList<>();
        int last = places.size();
        for (int place = 0; place < last; place++) {
            while (places.get(place).isEmpty() && !arrivals.hasNext() && last > place + 1
                    && places.get(last - 1).isEmpty()) {
                last--;
            }
            if (places.get(place).isPresent()) {
                placed.add(places.get(place).get());
            } else if (arrivals.hasNext()) {
                placed.add(arrivals.next());
            } else if (last > place + 1) {
                last--;
                placed.add(places.get(last).orElseThrow());
            }
        }
        arrivals.forEachRemaining(placed::add);
        return List.copyOf(placed);
    }

    private static String key(String submitter, String id) {
        return submitter + '\n' + id;
    }

    public Optional<WatchedMesh> mesh() {
        return mesh;
    }

    /** In places that stay. */
    public List<RunningRow> running() {
        return running;
    }

    /** The newest first. */
    public List<EndedRow> ended() {
        return List.copyOf(ended);
    }

    /** Jobs a second, the most of each two seconds, the latest last. */
    public List<Double> rates() {
        return List.copyOf(rates);
    }

    public SubmitterMarks marks() {
        return marks;
    }

    /** Why the node does not answer; empty while it does. */
    public String trouble() {
        return trouble;
    }
}
