package dev.floe.node.builds;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.floe.store.files.AtomicFiles;

/**
 * Lines of job records in numbered files, oldest first. The oldest are removed once all are too large; and
 * beside them a file with the summaries of builds.
 *
 * <p>The summaries say up to which segment they count, and replace the older ones by a rename. So whenever the node
 * dies, the summaries and the segments after them together hold each job once. A last line that was cut off is ended by
 * a line break before the next one, and is skipped by whoever reads it. One thread writes; any may read.
 */
final class JobSegments implements Closeable {
    private static final Pattern NAME = Pattern.compile("jobs-(\\d{8})\\.jsonl");
    private static final String SUMMARIES = "summaries.jsonl";
    private static final String THROUGH = "through";
    private static final int MAX_LINE = 4 << 20;

    private final Path directory;
    private final long segmentBytes;
    private final int maxSegments;
    private long current;
    private @Nullable FileChannel channel;

    /** A reader of lines. */
    @FunctionalInterface
    interface LineConsumer {
        void accept(String line);
    }

    /** @param maxSegments that are kept, beside the one that is written to */
    JobSegments(Path directory, long segmentBytes, int maxSegments) {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.maxSegments = maxSegments;
    }

    /** The numbers of the segments, oldest first. */
    NavigableSet<Long> numbers() throws IOException {
        NavigableSet<Long> numbers = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    numbers.add(Long.parseLong(name.group(1)));
                }
            }
        } catch (NoSuchFileException _) {
            // nothing was written yet
        }
        return numbers;
    }

    /** The lines of a segment; none if it has been removed meanwhile. */
    void read(long number, LineConsumer lines) throws IOException {
        read(file(number), lines);
    }

    private static void read(Path file, LineConsumer lines) throws IOException {
        // Bytes of a damaged line must not stop the reader.
        var decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        try (BufferedReader in = new BufferedReader(new InputStreamReader(Files.newInputStream(file), decoder))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.isEmpty() && line.length() <= MAX_LINE) {
                    lines.accept(line);
                }
            }
        } catch (NoSuchFileException _) {
            // removed meanwhile, or never written
        }
    }

    /** @return the last segment that the summaries count; 0 if there are none, or their head is damaged */
    long readSummaries(LineConsumer lines) throws IOException {
        List<String> all = new ArrayList<>();
        read(directory.resolve(SUMMARIES), all::add);
        long through = all.isEmpty() ? 0 : through(all.getFirst());
        if (through > 0) {
            all.stream().skip(1).forEach(lines::accept);
        }
        return through;
    }

    private static long through(String head) {
        try {
            return JsonFields.parse(head).number(THROUGH);
        } catch (IOException _) {
            return 0; // all segments are counted instead
        }
    }

    /** Appends lines; each ends with a line break. */
    void append(byte[] lines) throws IOException {
        FileChannel to = channel;
        if (to == null) {
            to = open();
            channel = to;
        }
        ByteBuffer bytes = ByteBuffer.wrap(lines);
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    private FileChannel open() throws IOException {
        Files.createDirectories(directory);
        NavigableSet<Long> numbers = numbers();
        current = numbers.isEmpty() ? 1 : numbers.last();
        FileChannel to = FileChannel.open(file(current), StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            long size = to.size();
            ByteBuffer last = ByteBuffer.allocate(1);
            boolean torn = size > 0 && to.read(last, size - 1) == 1 && last.get(0) != '\n';
            to.position(size);
            if (torn) {
                to.write(ByteBuffer.wrap(new byte[]{'\n'}));
            }
            return to;
        } catch (IOException e) {
            to.close();
            throw e;
        }
    }

    /** Whether the segment that is written to has its size. */
    boolean isFull() throws IOException {
        FileChannel to = channel;
        return to != null && to.size() >= segmentBytes;
    }

    /** Begins a new segment; {@code summaries} count all that was written so far. */
    void rotate(Collection<String> summaries) throws IOException {
        close();
        List<String> lines = new ArrayList<>();
        lines.add("{\"" + THROUGH + "\":" + current + "}");
        lines.addAll(summaries);
        AtomicFiles.writeLines(directory.resolve(SUMMARIES), lines);
        Files.write(file(current + 1), new byte[0], StandardOpenOption.CREATE);
        NavigableSet<Long> numbers = numbers();
        while (numbers.size() > maxSegments + 1) {
            Files.deleteIfExists(file(numbers.removeFirst()));
        }
    }

    private Path file(long number) {
        return directory.resolve(String.format("jobs-%08d.jsonl", number));
    }

    /** The next append opens the last segment again. */
    @Override
    public void close() throws IOException {
        FileChannel to = channel;
        channel = null;
        if (to != null) {
            to.close();
        }
    }
}
