package dev.floe.command.discovery.includes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.command.discovery.scan.SourceScanResult;
import dev.floe.store.Digest;

/**
 * A file as it is spelled, what it was found to have, and where its inclusions led along one search list. Belongs to a
 * {@link PathLookupCache}.
 */
public final class ScannedFile {
    /** What a file holds. */
    public record TextScan(Digest digest, SourceScanResult traits) {}

    /** One inclusion, and where it led when it was last followed. */
    final class Include {
        private final String operand;
        private List<PathResolution> tried = List.of();
        private @Nullable ScannedFile found;

        private Include(String operand) {
            this.operand = operand;
        }

        String operand() {
            return operand;
        }

        /** The text that it leads to; each place that was tried before is looked at again. */
        @Nullable
        ScannedFile found(IncludeScanner reach) throws IOException {
            if (!reach.lookups().areValid(tried)) {
                List<PathResolution> ways = new ArrayList<>();
                found = reach.resolve(operand, directory, ways);
                tried = ways;
            }
            return found;
        }
    }

    private static final TextScan UNREAD = new TextScan(Digest.ofBytes(new byte[0]), SourceScanResult.NONE);

    private final Path spelled;
    private final Path directory;
    private @Nullable PathResolution way;
    private TextScan reading = UNREAD;
    private List<Include> includes = List.of();
    private List<PathResolution> siblingLookups = List.of();
    private long reached; // the last search that came by it

    ScannedFile(Path spelled) {
        this.spelled = spelled;
        this.directory = Objects.requireNonNull(spelled.getParent());
    }

    public Path spelled() {
        return spelled;
    }

    /** The directory in which its quoted inclusions look first, as it is spelled. */
    public Path directory() {
        return directory;
    }

    public SourceScanResult traits() {
        return reading.traits();
    }

    public TextScan reading() {
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
    public PathResolution way(PathLookupCache lookups) throws IOException {
        PathResolution known = way;
        if (known == null || !lookups.isValid(known)) {
            known = lookups.way(spelled);
            way = known;
        }
        return known;
    }

    Optional<InputTreeRecorder.ResolvedPath> place(PathLookupCache lookups) throws IOException {
        return InputTreeRecorder.place(way(lookups));
    }

    /** Where it leads to write one of these behind its name. */
    public List<PathResolution> siblingLookups(List<String> suffixes, PathLookupCache lookups)
            throws IOException {
        if (siblingLookups.size() != suffixes.size() || !lookups.areValid(siblingLookups)) {
            List<PathResolution> ways = new ArrayList<>();
            for (String suffix : suffixes) {
                ways.add(lookups.way(spelled.resolveSibling(spelled.getFileName() + suffix)));
            }
            siblingLookups = ways;
        }
        return siblingLookups;
    }

    /** It has been read. */
    void read(TextScan now) {
        if (!now.digest().equals(reading.digest())) {
            reading = now;
            includes = now.traits().includes().stream().map(Include::new).toList();
        }
    }
}
