package dev.floe.command.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;

import dev.floe.command.FileStat;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.inputs.HashedNameSet;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.inputs.LookupDependencies;
import dev.floe.command.inputs.LookupDependencies.DirectoryWatch;
import dev.floe.store.Digest;

/**
 * Manifests as bytes, for a later process on the same machine. A table has the inputs of all of them: their number, the
 * offset of each, and each as its kind and its parts. A manifest has the places of its inputs in the table, and its
 * lookup dependencies.
 */
final class SavedManifestCodec {
    /** About what an input takes in a table; only its path and the text of a link may be longer. */
    static final int MAX_USUAL_INPUT_BYTES = 256;

    private static final int DIRECTORY = 0;
    private static final int LINK = 1;
    private static final int FILE = 2;

    /** The parts of a manifest. */
    record SavedManifest(InputSet inputs, boolean readsClock, LookupDependencies footprint) {}

    private SavedManifestCodec() {}

    /** @param place of an input in the table */
    static ByteBuffer encode(SavedManifest manifest, ToIntFunction<Input> place) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 14);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeBoolean(manifest.readsClock());
            out.writeInt(manifest.inputs().inputs().size());
            for (Input input : manifest.inputs().inputs()) {
                out.writeInt(place.applyAsInt(input));
            }
            LookupDependencies footprint = manifest.footprint();
            PortableManifest.write(footprint, UnaryOperator.identity(), out);
            out.writeInt(footprint.twins().size());
            for (Map.Entry<Path, FileStat> twin : footprint.twins().entrySet()) {
                PortableManifest.text(out, twin.getKey().toString());
                write(out, twin.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    /**
     * The inverse of {@link #encode}; empty if the bytes are no manifest.
     *
     * @param input at a place of the table; may throw what {@link ByteBuffer} and {@link Path} throw
     */
    static Optional<SavedManifest> decode(ByteBuffer from, IntFunction<Input> input) {
        try {
            boolean readsClock = from.get() != 0;
            List<Input> inputs = new ArrayList<>();
            for (int left = count(from, Integer.BYTES); left > 0; left--) {
                inputs.add(input.apply(from.getInt()));
            }
            long[] hashes = new long[count(from, Long.BYTES)];
            for (int i = 0; i < hashes.length; i++) {
                hashes[i] = from.getLong();
            }
            List<String> spelled = new ArrayList<>();
            for (int left = count(from, Integer.BYTES); left > 0; left--) {
                spelled.add(text(from));
            }
            List<DirectoryWatch> watches = new ArrayList<>();
            for (int left = count(from, Long.BYTES); left > 0; left--) {
                watches.add(new DirectoryWatch(Path.of(text(from)), from.getLong()));
            }
            List<Input.Link> links = new ArrayList<>();
            for (int left = count(from, 2 * Integer.BYTES); left > 0; left--) {
                links.add(new Input.Link(Path.of(text(from)), text(from)));
            }
            Map<Path, FileStat> twins = new HashMap<>();
            for (int left = count(from, Long.BYTES); left > 0; left--) {
                twins.put(Path.of(text(from)), stat(from));
            }
            HashedNameSet names = spelled.isEmpty() ? HashedNameSet.ofHashes(hashes) : HashedNameSet.spelled(spelled);
            SavedManifest manifest = new SavedManifest(new InputSet(inputs), readsClock,
                    new LookupDependencies(names, watches, links, twins));
            return from.hasRemaining() ? Optional.empty() : Optional.of(manifest);
        } catch (BufferUnderflowException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** @param inputs by their places */
    static ByteBuffer table(Collection<Input> inputs) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
        ByteBuffer offsets = ByteBuffer.allocate(Integer.BYTES * (1 + inputs.size())).putInt(inputs.size());
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Input input : inputs) {
                offsets.putInt(offsets.capacity() + out.size());
                write(out, input);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteBuffer.allocate(offsets.capacity() + bytes.size()).put(offsets.flip()).put(bytes.toByteArray())
                .flip();
    }

    /** How many inputs a table has. */
    static int tableSize(ByteBuffer table) {
        int count = table.remaining() < Integer.BYTES ? 0 : table.getInt(0);
        return count < 0 || count > table.remaining() / Integer.BYTES - 1 ? 0 : count;
    }

    /**
     * The input at a place.
     *
     * @throws BufferUnderflowException if there is none
     * @throws IllegalArgumentException if there is something else
     */
    static Input input(ByteBuffer table, int place) {
        int offset = table.getInt(Integer.BYTES * (1 + place));
        if (offset < 0 || offset > table.limit()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer from = table.duplicate().position(offset);
        int kind = from.get();
        Path path = Path.of(text(from));
        return switch (kind) {
            case DIRECTORY -> new Input.Directory(path, from.getInt());
            case LINK -> new Input.Link(path, text(from));
            case FILE -> new Input.File(path, from.getInt(),
                    new Digest(from.getLong(), from.getLong(), from.getLong(), from.getLong(), from.getLong()),
                    from.getLong(), from.get() != 0, from.getInt());
            default -> throw new IllegalArgumentException("an input of kind " + kind);
        };
    }

    private static void write(DataOutputStream out, Input input) throws IOException {
        out.writeByte(switch (input) {
            case Input.Directory _ -> DIRECTORY;
            case Input.Link _ -> LINK;
            case Input.File _ -> FILE;
        });
        PortableManifest.text(out, input.path().toString());
        switch (input) {
            case Input.Directory directory -> out.writeInt(directory.mode());
            case Input.Link link -> PortableManifest.text(out, link.target());
            case Input.File file -> {
                out.writeInt(file.mode());
                Digest digest = file.digest();
                for (long part : new long[]{digest.a(), digest.b(), digest.c(), digest.d(), digest.size()}) {
                    out.writeLong(part);
                }
                out.writeLong(file.mtimeNanos());
                out.writeBoolean(file.keepTime());
                out.writeInt(file.group());
            }
        }
    }

    private static void write(DataOutputStream out, FileStat stat) throws IOException {
        out.writeByte(stat.kind().ordinal());
        out.writeInt(stat.mode());
        for (long part : new long[]{stat.size(), stat.mtimeNanos(), stat.ctimeNanos(), stat.device(), stat.inode()}) {
            out.writeLong(part);
        }
        String target = stat.target();
        if (target != null) {
            PortableManifest.text(out, target);
        }
    }

    private static FileStat stat(ByteBuffer from) {
        int ordinal = from.get();
        if (ordinal < 0 || ordinal >= FileKind.values().length) {
            throw new IllegalArgumentException("a file of kind " + ordinal);
        }
        FileKind kind = FileKind.values()[ordinal];
        return new FileStat(kind, from.getInt(), from.getLong(), from.getLong(), from.getLong(), from.getLong(),
                from.getLong(), kind == FileKind.LINK ? text(from) : null);
    }

    private static String text(ByteBuffer from) {
        byte[] bytes = new byte[count(from, 1)];
        from.get(bytes);
        return new String(bytes, UTF_8);
    }

    /** @param least what each takes at least */
    private static int count(ByteBuffer from, int least) {
        int count = from.getInt();
        if (count < 0 || count > from.remaining() / least) {
            throw new IllegalArgumentException("a list of " + Integer.toUnsignedLong(count));
        }
        return count;
    }
}
