package dev.floe.command.observation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writer of records as the library writes them, for what it never writes, too. */
final class RecordWriter {
    static final int IMAGE = 1, END = 2, FORKED = 3, EXECUTE = 4, NOT_EXECUTED = 5, SPAWNED = 6, READ = 7, WRITTEN = 10,
            MISSED = 12, QUERY = 14, GAP = 15;
    static final int FIRST = ObservationReader.FILE_HEADER_BYTES;

    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    private int image = FIRST;

    RecordWriter() {
        bytes.put("FLOEOBS1".getBytes(StandardCharsets.US_ASCII)).position(FIRST);
    }

    /** A program of the process; what follows is said by it. */
    RecordWriter image(int process, String program) {
        image = bytes.position();
        return add(IMAGE, 0, process, program.getBytes(StandardCharsets.UTF_8));
    }

    RecordWriter process(int kind, int process, String path) {
        return add(kind, 0, process, path.getBytes(StandardCharsets.UTF_8));
    }

    RecordWriter path(int kind, int detail, String path) {
        return add(kind, detail, 0, path.getBytes(StandardCharsets.UTF_8));
    }

    RecordWriter add(int kind, int detail, int number, byte[] text) {
        int size = ObservationReader.RECORD_HEADER_BYTES + text.length + 7 & ~7;
        int start = bytes.position();
        bytes.putShort((short) (size / 8)).put((byte) kind).put((byte) detail).putInt(image).putInt(number)
                .putShort((short) text.length).putShort((short) 0).put(text).position(start + size);
        return this;
    }

    ByteBuffer bytes() {
        bytes.putInt(12, bytes.position() - FIRST);
        return bytes.duplicate().flip().order(ByteOrder.LITTLE_ENDIAN);
    }
}
