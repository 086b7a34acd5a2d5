package dev.floe.store.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The entries of a cache that an earlier process has written to a file: keys and values as bytes. The file is read as a
 * whole and nothing of it is decoded until it is looked up, because a node starts often and uses a few entries. A file
 * that is damaged, too long, or of another format has no entries. Immutable.
 *
 * <p>The file is a checksum of all that follows, the format as text, the number of entries, an index sorted by the
 * checksum of the key, and for each entry the key and the value, both after their length.
 */
public final class SavedEntries {
    /** A file without entries. */
    public static final SavedEntries NONE = new SavedEntries(ByteBuffer.allocate(0), 0, 0);

    private static final int INDEX_ENTRY_BYTES = 2 * Integer.BYTES;

    private final ByteBuffer bytes;
    private final int index;
    private final int count;

    private SavedEntries(ByteBuffer bytes, int index, int count) {
        this.bytes = bytes;
        this.index = index;
        this.count = count;
    }

    /**
     * Reads a file; it has no entries if there is none, or if it is not what {@link #write} has written.
     *
     * @param format   of keys and values, and whatever else they depend on
     * @param maxBytes of the file
     */
    public static SavedEntries read(Path file, String format, long maxBytes) throws IOException {
        try {
            if (Files.size(file) > maxBytes) {
                return NONE;
            }
            return parse(ByteBuffer.wrap(Files.readAllBytes(file)), format);
        } catch (NoSuchFileException | BufferUnderflowException _) {
            return NONE;
        }
    }

    private static SavedEntries parse(ByteBuffer bytes, String format) {
        int expected = bytes.getInt();
        CRC32C sum = new CRC32C();
        sum.update(bytes.duplicate());
        byte[] name = format.getBytes(UTF_8);
        if ((int) sum.getValue() != expected || bytes.getInt() != name.length || bytes.remaining() < name.length) {
            return NONE;
        }
        byte[] found = new byte[name.length];
        bytes.get(found);
        int count = bytes.getInt();
        boolean fits = count >= 0 && count <= bytes.remaining() / INDEX_ENTRY_BYTES;
        return fits && Arrays.equals(name, found) ? new SavedEntries(bytes, bytes.position(), count) : NONE;
    }

    /** The value of a key, from its position to its limit; empty if there is none. */
    public Optional<ByteBuffer> find(byte[] key) {
        int sum = sum(key);
        for (int i = first(sum); i < count && sumAt(i) == sum; i++) {
            ByteBuffer entry = bytes.duplicate().position(bytes.getInt(index + i * INDEX_ENTRY_BYTES + Integer.BYTES));
            ByteBuffer known = next(entry);
            if (known.equals(ByteBuffer.wrap(key))) {
                return Optional.of(next(entry));
            }
        }
        return Optional.empty();
    }

    /** The place of the first entry whose key has at least this checksum. */
    private int first(int sum) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sumAt(middle) < sum) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int sumAt(int i) {
        return bytes.getInt(index + i * INDEX_ENTRY_BYTES);
    }

    private static ByteBuffer next(ByteBuffer from) {
        int length = from.getInt();
        ByteBuffer part = from.slice(from.position(), length);
        from.position(from.position() + length);
        return part;
    }

    public int size() {
        return count;
    }

    /** Adds those entries to a map that it does not have, until the map has that many. */
    public void addTo(Map<ByteBuffer, ByteBuffer> entries, int maxEntries) {
        for (int i = 0; i < count && entries.size() < maxEntries; i++) {
            ByteBuffer entry = bytes.duplicate().position(bytes.getInt(index + i * INDEX_ENTRY_BYTES + Integer.BYTES));
            ByteBuffer key = next(entry);
            entries.putIfAbsent(key, next(entry));
        }
    }

    /**
     * Replaces a file, which only its owner may read.
     *
     * @param entries whose keys and values are read from their positions to their limits
     */
    public static void write(Path file, String format, Map<ByteBuffer, ByteBuffer> entries) throws IOException {
        List<Map.Entry<ByteBuffer, ByteBuffer>> sorted = new ArrayList<>(entries.entrySet());
        sorted.sort(Comparator.comparingInt(entry -> sum(array(entry.getKey()))));
        byte[] name = format.getBytes(UTF_8);
        int offset = 3 * Integer.BYTES + name.length + sorted.size() * INDEX_ENTRY_BYTES;
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(contents);
        out.writeInt(name.length);
        out.write(name);
        out.writeInt(sorted.size());
        for (Map.Entry<ByteBuffer, ByteBuffer> entry : sorted) {
            out.writeInt(sum(array(entry.getKey())));
            out.writeInt(offset);
            offset += 2 * Integer.BYTES + entry.getKey().remaining() + entry.getValue().remaining();
        }
        for (Map.Entry<ByteBuffer, ByteBuffer> entry : sorted) {
            out.writeInt(entry.getKey().remaining());
            out.write(array(entry.getKey()));
            out.writeInt(entry.getValue().remaining());
            out.write(array(entry.getValue()));
        }
        CRC32C sum = new CRC32C();
        sum.update(contents.toByteArray());
        ByteBuffer whole = ByteBuffer.allocate(Integer.BYTES + contents.size());
        whole.putInt((int) sum.getValue()).put(contents.toByteArray());
        AtomicFiles.write(file, whole.array(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static byte[] array(ByteBuffer buffer) {
        byte[] array = new byte[buffer.remaining()];
        buffer.duplicate().get(array);
        return array;
    }

    private static int sum(byte[] key) {
        CRC32C sum = new CRC32C();
        sum.update(key);
        return (int) sum.getValue();
    }
}
