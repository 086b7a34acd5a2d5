package dev.floe.node.toolchains.imported;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.store.FailureText;
import dev.floe.store.files.AtomicFiles;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.index.ToolchainIndex;

/**
 * The list of what was imported, in a file: a line a toolchain, words separated by tabs, its drivers last. Safe for
 * threads.
 */
public final class ImportedToolchains {
    private static final Logger LOG = LogManager.getLogger(ImportedToolchains.class);
    private static final int HEAD = 6;

    private final Path file;
    private final Map<ToolchainId, ImportedToolchain> all = new ConcurrentSkipListMap<>();

    /** A list that is empty until it is started. */
    public ImportedToolchains(Path file) {
        this.file = file;
    }

    /**
     * Reads the file, if there is one; a line that is damaged is left out.
     *
     * @throws IOException if the file cannot be read
     */
    public void start() throws IOException {
        try {
            for (String line : Files.readAllLines(file)) {
                read(line);
            }
        } catch (NoSuchFileException _) {
            // nothing was imported yet
        }
    }

    private void read(String line) {
        try {
            String[] words = line.split("\t", -1);
            ToolchainIndex.KnownToolchain known = new ToolchainIndex.KnownToolchain(new ToolchainId(words[0]),
                    ToolchainFamily.parse(words[1]),
                    words[2], Platform.parse(words[3]), words[4], Map.of());
            List<Path> drivers = Arrays.stream(words).skip(HEAD).map(Path::of).toList();
            all.put(known.id(), new ImportedToolchain(new ToolchainIndex.Compilers(known, drivers), words[HEAD - 1]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            LOG.warn("a line of {} is damaged; import that environment again: {}", file, FailureText.of(e));
        }
    }

    public List<ImportedToolchain> all() {
        return List.copyOf(all.values());
    }

    public Optional<ImportedToolchain> find(ToolchainId id) {
        return Optional.ofNullable(all.get(id));
    }

    synchronized void add(ImportedToolchain taken) throws IOException {
        all.put(taken.compilers().known().id(), taken);
        write();
    }

    /** Whether it was there. */
    public synchronized boolean remove(ToolchainId id) throws IOException {
        boolean was = all.remove(id) != null;
        if (was) {
            write();
        }
        return was;
    }

    private void write() throws IOException {
        List<String> lines = new ArrayList<>();
        for (ImportedToolchain each : all.values()) {
            ToolchainIndex.KnownToolchain known = each.compilers().known();
            List<String> words = new ArrayList<>(List.of(known.id().hex(), known.family().text(), known.version(),
                    known.host().toString(), known.target(), each.file().replaceAll("\\p{Cntrl}", "?")));
            each.compilers().drivers().forEach(driver -> words.add(driver.toString()));
            lines.add(String.join("\t", words));
        }
        lines.add("");
        AtomicFiles.writeDurably(file, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }
}
