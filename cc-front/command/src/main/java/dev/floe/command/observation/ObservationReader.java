package dev.floe.command.observation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Reader of the file that the observer library writes; record.h beside the library has its format. The file comes from
 * a sandbox, so any bytes can be in it: what does not follow the format is refused, and sizes are checked before
 * anything is allocated.
 */
public final class ObservationReader {
    /** The most bytes that a file may have; as the library, so that a longer one is none of its. */
    static final int MAX_FILE_BYTES = 16 * 1024 * 1024;

    static final int MAX_RECORDS = 300_000;
    static final int FILE_HEADER_BYTES = 64;
    static final int RECORD_HEADER_BYTES = 16;

    private static final byte[] MAGIC = "FLOEOBS1".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_NAME_BYTES = 16 * 1024;

    private final ObservationBuilder observation = new ObservationBuilder();
    private final Map<Integer, String> programs = new HashMap<>(); // by the offset of their image record
    private final ByteBuffer bytes;
    private int lastImage;
    private @Nullable String lastProgram; // the same program mostly says the next thing, too

    private ObservationReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads the record of a job that has ended. Without a file the observation has a gap.
     *
     * @throws MalformedObservationException if the file is no record
     * @throws IOException                   if it cannot be read
     */
    public static Observation read(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Observation.none("no program has left a record");
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new MalformedObservationException("the record is not a regular file");
        }
        try (SeekableByteChannel channel = Files.newByteChannel(file,
                Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            ByteBuffer header = readFully(channel, FILE_HEADER_BYTES);
            if (header.remaining() < FILE_HEADER_BYTES) {
                throw new MalformedObservationException("the file is too short");
            }
            long used = Integer.toUnsignedLong(header.getInt(12));
            int records = (int) Math.min(used, MAX_FILE_BYTES - FILE_HEADER_BYTES);
            ByteBuffer whole = ByteBuffer.allocate(FILE_HEADER_BYTES + records).order(ByteOrder.LITTLE_ENDIAN);
            whole.put(header);
            whole.put(readFully(channel, records));
            return parse(whole.flip().order(ByteOrder.LITTLE_ENDIAN));
        } catch (NoSuchFileException gone) {
            return Observation.none("no program has left a record");
        }
    }

    /**
     * Reads a record from memory, up to the limit of a buffer that has an array.
     *
     * @throws MalformedObservationException if it is none
     */
    static Observation parse(ByteBuffer file) throws MalformedObservationException {
        return new ObservationReader(file.slice().order(ByteOrder.LITTLE_ENDIAN)).parse();
    }

    private static ByteBuffer readFully(SeekableByteChannel channel, int size) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // reads on
        }
        return buffer.flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    private Observation parse() throws MalformedObservationException {
        if (bytes.limit() < FILE_HEADER_BYTES || bytes.limit() > MAX_FILE_BYTES) {
            throw new MalformedObservationException("a record of " + bytes.limit() + " bytes");
        }
        byte[] magic = new byte[MAGIC.length];
        bytes.get(0, magic);
        long used = Integer.toUnsignedLong(bytes.getInt(12));
        boolean full = bytes.getInt(16) != 0;
        if (!Arrays.equals(magic, MAGIC)) {
            throw new MalformedObservationException("the file is no record of the observer");
        }
        if (full) {
            observation.addGap("the record was full");
        }
        if (used % 8 != 0 || !full && used > bytes.limit() - FILE_HEADER_BYTES) {
            throw new MalformedObservationException("the file is shorter than its records");
        }
        int end = (int) Math.min(bytes.limit(), FILE_HEADER_BYTES + used);
        int offset = FILE_HEADER_BYTES;
        for (int count = 0; offset < end; count++) {
            if (count == MAX_RECORDS) {
                observation.addGap("there are too many records");
                break;
            }
            int size = recordSize(offset, end, full);
            if (size == 0) {
                observation.addGap("a record was cut off");
                break;
            }
            add(offset);
            offset += size;
        }
        return observation.build();
    }

    /** The size of a record whose parts lie before the end; 0 if its program did not come to write it. */
    private int recordSize(int offset, int end, boolean full) throws MalformedObservationException {
        if (end - offset < RECORD_HEADER_BYTES || bytes.get(offset + 2) == 0) {
            return 0;
        }
        int size = unsignedShort(offset) * 8;
        int texts = unsignedShort(offset + 12) + unsignedShort(offset + 14);
        if (size < RECORD_HEADER_BYTES + texts || size > RECORD_HEADER_BYTES + texts + 7
                || size > end - offset && !full) {
            throw new MalformedObservationException("a record of wrong size at " + offset);
        }
        return size > end - offset ? 0 : size;
    }

    private void add(int offset) throws MalformedObservationException {
        RecordKind kind = RecordKind.of(bytes.get(offset + 2));
        int detail = bytes.get(offset + 3) & 0xff;
        int image = bytes.getInt(offset + 4);
        int number = bytes.getInt(offset + 8);
        String text = text(offset + RECORD_HEADER_BYTES, unsignedShort(offset + 12));
        if (kind == RecordKind.IMAGE) {
            programs.put(offset, text);
            lastImage = 0;
        }
        String program = programOf(image);
        if (program == null || image == offset != (kind == RecordKind.IMAGE)) {
            throw new MalformedObservationException("a record of no program at " + offset);
        }
        switch (kind) {
            case IMAGE -> observation.processes().image(number, text);
            case END -> observation.processes().end(number);
            case FORKED -> observation.processes().forked(number, program);
            case EXECUTE -> observation.processes().execute(number, text);
            case NOT_EXECUTED -> observation.processes().notExecuted(number);
            case SPAWNED -> observation.processes().spawned(number, text);
            case REAPED -> observation.processes().reaped(number);
            case VARIABLE -> observation.addVariable(text, detail != 0);
            case QUERY -> observation.addQuery(SystemQuery.of(detail), program);
            case GAP -> observation.addGap(ObservationBuilder.reasonOf(detail, program));
            case READ, LISTED, SEEN, WRITTEN, REMOVED, MISSED -> {
                if (!text.startsWith("/")) {
                    throw new MalformedObservationException("a path that is not absolute at " + offset);
                }
                observation.addPath(kind, text, detail);
            }
        }
        if (kind == RecordKind.IMAGE || kind == RecordKind.EXECUTE || kind == RecordKind.SPAWNED) {
            observation.addExecuted(text);
        }
    }

    private @Nullable String programOf(int image) {
        if (image != lastImage) {
            lastImage = image;
            lastProgram = programs.get(image);
        }
        return lastProgram;
    }

    /** A text that is not UTF-8 makes a gap, because it cannot be looked up by name elsewhere. */
    private String text(int offset, int length) throws MalformedObservationException {
        if (length > MAX_NAME_BYTES) {
            throw new MalformedObservationException("a name of " + length + " bytes");
        }
        String text = new String(bytes.array(), bytes.arrayOffset() + offset, length, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            observation.addGap("a name is not UTF-8");
        }
        if (text.indexOf('\0') >= 0) {
            throw new MalformedObservationException("a zero byte in a name at " + offset);
        }
        return text;
    }

    private int unsignedShort(int offset) {
        return Short.toUnsignedInt(bytes.getShort(offset));
    }
}
