package dev.floe.command.inputs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;

import dev.floe.command.FileStat;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.HostAccess;
import dev.floe.store.Digest;

/** Makes an input set of what a search has recorded. */
public final class InputSetBuilder {
    private record Inode(long device, long number) {}

    private final NavigableMap<Path, FileStat> entries;
    private final Map<Path, Digest> digests;
    private final HostAccess machine;

    /**
     * @param entries what lies where, by real path
     * @param digests those of files that are known already; more are added
     */
    public InputSetBuilder(NavigableMap<Path, FileStat> entries, Map<Path, Digest> digests, HostAccess machine) {
        this.entries = entries;
        this.digests = digests;
        this.machine = machine;
    }

    /**
     * The set. Files with equal bytes keep their times, because compilers take files for the same by bytes, time or
     * inode.
     *
     * @param keepAll whether every file keeps its time
     */
    public InputSet set(boolean keepAll) throws IOException {
        Map<Digest, Integer> copies = new HashMap<>();
        Map<Inode, Integer> links = new HashMap<>();
        for (Map.Entry<Path, FileStat> entry : entries.entrySet()) {
            if (entry.getValue().kind() == FileKind.REGULAR) {
                copies.merge(digest(entry.getKey(), entry.getValue()), 1, Integer::sum);
                links.merge(inode(entry.getValue()), 1, Integer::sum);
            }
        }
        Map<Inode, Integer> groups = new HashMap<>();
        List<Input> inputs = new ArrayList<>(entries.size());
        for (Map.Entry<Path, FileStat> entry : entries.entrySet()) {
            Path path = entry.getKey();
            FileStat stat = entry.getValue();
            switch (stat.kind()) {
                case DIRECTORY -> inputs.add(new Input.Directory(path, stat.permissions()));
                case LINK -> inputs.add(new Input.Link(path, Objects.requireNonNull(stat.target())));
                case REGULAR -> {
                    Digest digest = digest(path, stat);
                    boolean linked = Objects.requireNonNull(links.get(inode(stat))) > 1;
                    int group = linked ? groups.computeIfAbsent(inode(stat), i -> groups.size() + 1) : 0;
                    boolean keepTime = keepAll || Objects.requireNonNull(copies.get(digest)) > 1;
                    inputs.add(new Input.File(path, stat.permissions(), digest, stat.mtimeNanos(), keepTime, group));
                }
                case OTHER -> {
                }
            }
        }
        return new InputSet(inputs);
    }

    private Digest digest(Path path, FileStat stat) throws IOException {
        Digest digest = digests.get(path);
        if (digest == null) {
            digest = machine.digest(path, stat);
            digests.put(path, digest);
        }
        return digest;
    }

    private static Inode inode(FileStat stat) {
        return new Inode(stat.device(), stat.inode());
    }
}
