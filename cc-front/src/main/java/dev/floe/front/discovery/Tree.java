package dev.floe.front.discovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

import dev.floe.front.FileStat;
import dev.floe.front.Machine;

/**
 * The part of the file system that a compile may see: all that a walk meets is recorded under its real place, also when the walk ends at
 * nothing. What one search sees, on a terrain that others have seen before.
 */
final class Tree implements Terrain.Diary {
    /** Where a walk ended: the real path of what is there, and its state, which is no link's. */
    record Place(Path path, FileStat stat) {}

    /** What a name stood for when this search came by it. */
    private record Sight(Terrain.Spot spot, FileStat stat) {}

    private Terrain terrain;
    private final Machine machine;
    private final NavigableMap<Path, FileStat> entries = new TreeMap<>();
    private final List<Terrain.Spot> missing = new ArrayList<>();
    private final List<Sight> links = new ArrayList<>();

    Tree(Machine machine, Terrain terrain) {
        this.terrain = terrain;
        this.machine = machine;
        terrain.begin(machine, this);
    }

    Terrain terrain() {
        return terrain;
    }

    /** Others may use the terrain from now on; who looks again looks at another. */
    void leave() {
        terrain = terrain.fresh();
        terrain.begin(machine, new Terrain.Diary() {
            @Override
            public void met(Terrain.Spot spot) {}

            @Override
            public void recorded(Terrain.Spot spot) {}
        });
    }

    /** All directories, links and files recorded so far, by real path. */
    NavigableMap<Path, FileStat> entries() {
        return entries;
    }

    /** Calls {@code each} with every name that was looked for in vain, and the directory that lacks it. */
    void absent(BiConsumer<Path, String> each) {
        missing.forEach(spot -> each.accept(spot.directory().orElseThrow().path(), spot.name()));
    }

    /** Calls {@code each} with every symbolic link that was met, recorded or not, and its text. */
    void links(BiConsumer<Path, String> each) {
        links.forEach(link -> each.accept(link.spot().path(), Objects.requireNonNull(link.stat().target())));
    }

    @Override
    public void met(Terrain.Spot spot) {
        FileStat stat = spot.stat();
        if (stat == null) {
            missing.add(spot);
        } else if (stat.kind() == FileStat.Kind.LINK) {
            links.add(new Sight(spot, stat));
        }
    }

    @Override
    public void recorded(Terrain.Spot spot) {
        entries.putIfAbsent(spot.path(), Objects.requireNonNull(spot.stat()));
    }

    /** Walks to an absolute path and records all on the way and what is at its end; empty if the walk ends early. */
    Optional<Place> add(Path spelled) throws IOException {
        return add(terrain.way(spelled));
    }

    /** The same for a way that holds. */
    Optional<Place> add(Terrain.Way way) {
        terrain.record(way);
        Optional<Place> place = place(way);
        if (place.isPresent() && place.get().path().getNameCount() > 0) {
            entries.putIfAbsent(place.get().path(), place.get().stat());
        }
        return place;
    }

    /** As {@link #add}, but a file at the end is not recorded, only how to get there. */
    Optional<Place> addWay(Path spelled) throws IOException {
        Terrain.Way way = terrain.way(spelled);
        terrain.record(way);
        return place(way);
    }

    /** Looks without recording anything. */
    Optional<Place> look(Path spelled) throws IOException {
        return place(terrain.way(spelled));
    }

    /** As {@link #look(Path)} of {@code name} from a directory. */
    Optional<Place> look(Path directory, String name) throws IOException {
        return place(terrain.below(terrain.directory(directory), name));
    }

    /** What is at the end of a way that holds. */
    static Optional<Place> place(Terrain.Way way) {
        Terrain.Spot end = way.end();
        return end == null ? Optional.empty() : Optional.of(new Place(end.path(), Objects.requireNonNull(end.stat())));
    }
}
