package dev.floe.command.manifest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.command.inputs.Input;
import dev.floe.command.manifest.SavedManifestCodec.SavedManifest;
import dev.floe.store.Digest;
import dev.floe.store.files.SavedEntries;

/**
 * The manifests that an earlier process has saved. Nothing of the file is decoded before it is looked up. Each input is
 * in the file once, in a table, and manifests name it by its place there. A manifest says only what must hold, so one
 * of long ago does no harm: it counts if everything is as it says now. Safe for threads.
 */
final class SavedManifests {
    /** A file without manifests. */
    static final SavedManifests NONE = new SavedManifests(SavedEntries.NONE, ByteBuffer.allocate(0));

    private static final int MAX_BYTES = 16 << 20;
    private static final byte[] TABLE = {}; // a manifest's key is not empty

    private final SavedEntries entries;
    private final ByteBuffer table;
    private final @Nullable Input[] decoded; // by place; a race only decodes one twice

    private SavedManifests(SavedEntries entries, ByteBuffer table) {
        this.entries = entries;
        this.table = table;
        this.decoded = new Input[SavedManifestCodec.tableSize(table)];
    }

    /**
     * Reads a file; one that is damaged, or of another program, has no manifests.
     *
     * @param program identifies the program; another one may find other inputs
     */
    static SavedManifests read(Path file, String program) throws IOException {
        SavedEntries entries = SavedEntries.read(file, program, MAX_BYTES);
        return entries.find(TABLE).map(table -> new SavedManifests(entries, table)).orElse(NONE);
    }

    /** What was saved for a command. */
    Optional<SavedManifest> find(ManifestKey key) {
        return entries.size() == 0
                ? Optional.empty()
                : entries.find(bytes(key)).flatMap(saved -> SavedManifestCodec.decode(saved, this::input));
    }

    private static byte[] bytes(ManifestKey key) {
        return key.digest().toString().getBytes(US_ASCII);
    }

    /** Adds those that a map does not have, until it has that many. */
    void addTo(Map<ManifestKey, SavedManifest> manifests, int maxManifests) {
        Map<ByteBuffer, ByteBuffer> saved = new HashMap<>();
        entries.addTo(saved, entries.size());
        saved.remove(ByteBuffer.wrap(TABLE));
        for (Map.Entry<ByteBuffer, ByteBuffer> entry : saved.entrySet()) {
            if (manifests.size() >= maxManifests) {
                return;
            }
            ManifestKey key = new ManifestKey(Digest.parse(US_ASCII.decode(entry.getKey()).toString()));
            if (!manifests.containsKey(key)) {
                SavedManifestCodec.decode(entry.getValue(), this::input)
                        .ifPresent(manifest -> manifests.put(key, manifest));
            }
        }
    }

    private Input input(int place) {
        if (place < 0 || place >= decoded.length) {
            throw new BufferUnderflowException();
        }
        Input known = decoded[place];
        if (known == null) {
            known = SavedManifestCodec.input(table, place);
            decoded[place] = known;
        }
        return known;
    }

    /**
     * Replaces a file; manifests for which there is no room are left out.
     *
     * @param manifests the most wanted first
     */
    static void write(Path file, String program, Map<ManifestKey, SavedManifest> manifests) throws IOException {
        Map<Input, Integer> places = new LinkedHashMap<>();
        Map<ByteBuffer, ByteBuffer> entries = new HashMap<>();
        long size = 0;
        for (Map.Entry<ManifestKey, SavedManifest> manifest : manifests.entrySet()) {
            int before = places.size();
            ByteBuffer bytes = SavedManifestCodec.encode(manifest.getValue(),
                    input -> places.computeIfAbsent(input, _ -> places.size()));
            size += bytes.remaining() + (places.size() - before) * (long) SavedManifestCodec.MAX_USUAL_INPUT_BYTES;
            if (size > MAX_BYTES / 2) {
                break;
            }
            entries.put(ByteBuffer.wrap(bytes(manifest.getKey())), bytes);
        }
        if (!entries.isEmpty()) {
            entries.put(ByteBuffer.wrap(TABLE), SavedManifestCodec.table(places.keySet()));
            SavedEntries.write(file, program, entries);
        }
    }
}
