package dev.floe.front.discovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.store.Digest;

/** A file as it is spelled, what it was found to have, and where its inclusions led along one search list. Belongs to a {@link Terrain}. */
final class Text {
    /** What a file holds. */
    record Reading(Digest digest, Traits traits) {}

    /** One inclusion, and where it led when it was last followed. */
    final class Include {
        private final String operand;
        private List<Terrain.Way> tried = List.of();
        private @Nullable Text found;

        private Include(String operand) {
            this.operand = operand;
        }

        String operand() {
            return operand;
        }

        /** The text that it leads to; each place that was tried before is looked at again. */
        @Nullable
        Text found(Reach reach) throws IOException {
            if (!reach.terrain().hold(tried)) {
                List<Terrain.Way> ways = new ArrayList<>();
                found = reach.resolve(operand, beside, ways);
                tried = ways;
            }
            return found;
        }
    }

    private static final Reading UNREAD = new Reading(Digest.ofBytes(new byte[0]), Traits.NONE);

    private final Path spelled;
    private final Path beside;
    private Terrain.@Nullable Way way;
    private Reading reading = UNREAD;
    private List<Include> includes = List.of();
    private List<Terrain.Way> besides = List.of();
    private long reached; // the last search that came by it

    Text(Path spelled) {
        this.spelled = spelled;
        this.beside = Objects.requireNonNull(spelled.getParent());
    }

    Path spelled() {
        return spelled;
    }

    /** The directory in which its quoted inclusions look first, as it is spelled. */
    Path beside() {
        return beside;
    }

    Traits traits() {
        return reading.traits();
    }

    Reading reading() {
        return reading;
    }

    List<Include> includes() {
        return includes;
    }

    /** Whether this search has not come by it before. */
    boolean isNewTo(long search) {
        boolean isNew = reached != search;
        reached = search;
        return isNew;
    }

    /** Where it lies. */
    Terrain.Way way(Terrain terrain) throws IOException {
        Terrain.Way known = way;
        if (known == null || !terrain.holds(known)) {
            known = terrain.way(spelled);
            way = known;
        }
        return known;
    }

    Optional<Tree.Place> place(Terrain terrain) throws IOException {
        return Tree.place(way(terrain));
    }

    /** Where it leads to write one of these behind its name. */
    List<Terrain.Way> besides(List<String> suffixes, Terrain terrain) throws IOException {
        if (besides.size() != suffixes.size() || !terrain.hold(besides)) {
            List<Terrain.Way> ways = new ArrayList<>();
            for (String suffix : suffixes) {
                ways.add(terrain.way(spelled.resolveSibling(spelled.getFileName() + suffix)));
            }
            besides = ways;
        }
        return besides;
    }

    /** It has been read. */
    void read(Reading now) {
        if (!now.digest().equals(reading.digest())) {
            reading = now;
            includes = now.traits().includes().stream().map(Include::new).toList();
        }
    }
}
