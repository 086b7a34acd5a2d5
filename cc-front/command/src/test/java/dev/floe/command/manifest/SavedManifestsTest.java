package dev.floe.command.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.FileStat;
import dev.floe.command.FileStat.FileKind;
import dev.floe.command.inputs.HashedNameSet;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.inputs.LookupDependencies;
import dev.floe.command.inputs.LookupDependencies.DirectoryWatch;
import dev.floe.command.manifest.SavedManifestCodec.SavedManifest;
import dev.floe.store.Digest;

/** What one process saves of manifests, and another reads. */
final class SavedManifestsTest {
    private static final String PROGRAM = "this one";
    private static final ManifestKey KEY = key(1);
    private static final Input.Directory DIRECTORY = new Input.Directory(Path.of("/a"), 0755);
    private static final Input.Link LINK = new Input.Link(Path.of("/a/\u00fcber"), "../b");
    private static final Input.File TWIN = new Input.File(Path.of("/a/x.h"), 0644, Digest.ofBytes(new byte[]{1}), -7,
            true, 2);
    private static final SavedManifest MANIFEST = new SavedManifest(new InputSet(List.of(DIRECTORY, TWIN, LINK)), true,
            new LookupDependencies(HashedNameSet.spelled(List.of("opt.h", "opt.h.gch")),
                    List.of(new DirectoryWatch(Path.of("/usr/include"), 12345)),
                    List.of(new Input.Link(Path.of("/lib"), "usr/lib")),
                    Map.of(TWIN.path(), new FileStat(FileKind.REGULAR, 0100644, 1, -7, 8, 9, 10, null),
                            LINK.path(), new FileStat(FileKind.LINK, 0120777, 4, 1, 2, 3, 4, "../b"))));

    @TempDir
    Path directory;

    private static ManifestKey key(int number) {
        return new ManifestKey(Digest.ofBytes(ByteBuffer.allocate(4).putInt(number).array()));
    }

    private Path file() {
        return directory.resolve("inputs");
    }

    private SavedManifests saved(Map<ManifestKey, SavedManifest> manifests) throws IOException {
        SavedManifests.write(file(), PROGRAM, manifests);
        return SavedManifests.read(file(), PROGRAM);
    }

    @Test
    void bringsBackWhatWasSaved() throws IOException {
        SavedManifests saved = saved(Map.of(KEY, MANIFEST));
        assertThat(saved.find(KEY)).contains(MANIFEST);
        assertThat(saved.find(KEY).orElseThrow().footprint().names().spelled()).containsExactly("opt.h", "opt.h.gch");
        assertThat(saved.find(key(2))).isEmpty();
    }

    @Test
    void namesThatAreNotSpelledAreTheSame() throws IOException {
        LookupDependencies many = new LookupDependencies(HashedNameSet.of(List.of("a", "b", "c")), List.of(), List.of(),
                Map.of());
        SavedManifest manifest = new SavedManifest(new InputSet(List.of()), false, many);
        assertThat(saved(Map.of(KEY, manifest)).find(KEY)).contains(manifest);
    }

    @Test
    void anInputOfManyCommandsIsOneObject() throws IOException {
        SavedManifests saved = saved(Map.of(KEY, MANIFEST, key(2), MANIFEST));
        assertThat(saved.find(KEY).orElseThrow().inputs().inputs().getFirst())
                .isSameAs(saved.find(key(2)).orElseThrow().inputs().inputs().getFirst());
    }

    @Test
    void anotherProgramReadsNothing() throws IOException {
        saved(Map.of(KEY, MANIFEST));
        assertThat(SavedManifests.read(file(), "another").find(KEY)).isEmpty();
        assertThat(SavedManifests.read(directory.resolve("none"), PROGRAM).find(KEY)).isEmpty();
    }

    @Test
    void aDamagedFileHasNothing() throws IOException {
        saved(Map.of(KEY, MANIFEST));
        byte[] bytes = Files.readAllBytes(file());
        bytes[bytes.length / 2] ^= 1;
        Files.write(file(), bytes);
        assertThat(SavedManifests.read(file(), PROGRAM).find(KEY)).isEmpty();
    }

    @Test
    void thoseOfAnEarlierProcessAreAddedWhileThereIsRoom() throws IOException {
        SavedManifests saved = saved(Map.of(KEY, MANIFEST, key(2), MANIFEST, key(3), MANIFEST));
        SavedManifest other = new SavedManifest(new InputSet(List.of()), false, MANIFEST.footprint());
        Map<ManifestKey, SavedManifest> manifests = new LinkedHashMap<>(Map.of(KEY, other));
        saved.addTo(manifests, 2);
        assertThat(manifests).hasSize(2).containsEntry(KEY, other);
        saved.addTo(manifests, 9);
        assertThat(manifests).hasSize(3).containsEntry(key(2), MANIFEST).containsEntry(key(3), MANIFEST);
    }

    @Test
    void decodesNoPartsAndNothingMore() {
        ByteBuffer whole = encoded(new LinkedHashSet<>());
        for (int length = 0; length < whole.limit(); length++) {
            assertThat(SavedManifestCodec.decode(whole.slice(0, length), _ -> DIRECTORY)).as(length + " bytes")
                    .isEmpty();
        }
        ByteBuffer longer = ByteBuffer.allocate(whole.limit() + 1).put(whole.duplicate()).rewind();
        assertThat(SavedManifestCodec.decode(longer, _ -> DIRECTORY)).isEmpty();
    }

    /** @param table gets the inputs */
    private static ByteBuffer encoded(LinkedHashSet<Input> table) {
        return SavedManifestCodec.encode(MANIFEST, input -> {
            table.add(input);
            return new ArrayList<>(table).indexOf(input);
        });
    }

    @Test
    void decodesOrRefusesAnyBytes() {
        LinkedHashSet<Input> inputs = new LinkedHashSet<>();
        byte[] manifest = encoded(inputs).array();
        byte[] table = SavedManifestCodec.table(inputs).array();
        int refused = 0;
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            ByteBuffer damagedTable = ByteBuffer.wrap(seed % 2 == 0 ? damaged(table, random) : table);
            ByteBuffer damagedManifest = ByteBuffer.wrap(seed % 2 == 0 ? manifest : damaged(manifest, random));
            int size = SavedManifestCodec.tableSize(damagedTable);
            Optional<SavedManifest> decoded = SavedManifestCodec.decode(damagedManifest, place -> {
                if (place < 0 || place >= size) {
                    throw new IllegalArgumentException("no such place");
                }
                return SavedManifestCodec.input(damagedTable, place);
            });
            refused += decoded.isEmpty() ? 1 : 0;
        }
        assertThat(refused).isGreaterThan(500);
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] result = bytes.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            result[random.nextInt(result.length)] = (byte) random.nextInt();
        }
        return result;
    }
}
