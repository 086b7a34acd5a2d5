package dev.floe.toolchain.index;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.floe.store.FailureText;
import dev.floe.store.FileStamp;
import dev.floe.store.files.AtomicFiles;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.ToolchainId;
import dev.floe.toolchain.files.FileAccess;
import dev.floe.toolchain.locate.FoundToolchain;

/**
 * Remembers, in a file, which compiler is which toolchain, for as long as nothing that the toolchain was made of has
 * changed. Thread-safe; the file is written by one process.
 */
public final class ToolchainIndex {
    /**
     * What is known of a compiler without looking into it again; {@code programs} as in {@link
     * FoundToolchain#programs()}.
     */
    public record KnownToolchain(ToolchainId id, ToolchainFamily family, String version, Platform host, String target,
            Map<String, Path> programs) {
        public KnownToolchain {
            programs = Map.copyOf(programs);
        }
    }

    /** A toolchain and its drivers, real paths. */
    public record Compilers(KnownToolchain known, List<Path> drivers) {
        public Compilers {
            drivers = List.copyOf(drivers);
        }

        /** The driver for C, if there is one. */
        public Optional<Path> c() {
            return drivers.stream().filter(driver -> !isCxx(driver) && !name(driver).contains("cpp")).findFirst();
        }

        /**
         * The driver for C++, if there is one. clang is one program, and compiles C++ when it is called by a link of
         * that name.
         */
        public Optional<Path> cxx() {
            return drivers.stream().filter(Compilers::isCxx).findFirst()
                    .or(() -> c().map(driver -> driver.resolveSibling(name(driver).replace("clang", "clang++")))
                            .filter(link -> isCxx(link) && Files.exists(link)));
        }

        private static boolean isCxx(Path driver) {
            return name(driver).contains("++");
        }

        private static String name(Path driver) {
            return driver.getFileName().toString();
        }
    }

    /** A toolchain with all that must be as it was. */
    record RememberedToolchain(KnownToolchain known, List<Path> drivers, Map<Path, FileStamp> stamps,
            Set<Path> absent) {
        boolean holds(FileAccess files) {
            try {
                List<Map.Entry<Path, FileStamp>> then = List.copyOf(stamps.entrySet());
                List<Path> paths = new ArrayList<>(then.stream().map(Map.Entry::getKey).toList());
                paths.addAll(absent);
                List<Optional<FileStamp>> now = files.lstat(paths);
                for (int i = 0; i < then.size(); i++) {
                    if (!now.get(i).equals(Optional.of(then.get(i).getValue()))) {
                        return false;
                    }
                }
                for (int i = then.size(); i < paths.size(); i++) {
                    if (now.get(i).isPresent() && files.stat(paths.get(i)).isPresent()) {
                        return false;
                    }
                }
                return true;
            } catch (IOException _) {
                return false;
            }
        }
    }

    private static final System.Logger LOG = System.getLogger(ToolchainIndex.class.getName());

    private final @Nullable Path file;
    private final ConcurrentHashMap<Path, RememberedToolchain> byDriver = new ConcurrentHashMap<>();

    /** An index that is empty until it is started. */
    public ToolchainIndex(Path file) {
        this.file = file;
    }

    private ToolchainIndex() {
        this.file = null;
    }

    /** Makes an index and starts it. */
    static ToolchainIndex open(Path file) throws IOException {
        ToolchainIndex index = new ToolchainIndex(file);
        index.start();
        return index;
    }

    /**
     * Reads the file; if it is missing, damaged or of another release, the index stays empty, since it can be made
     * again.
     */
    public void start() throws IOException {
        if (file == null) {
            return;
        }
        try {
            String text = Files.readString(file);
            if (ToolchainIndexFile.isOfOtherVersion(text)) {
                LOG.log(System.Logger.Level.DEBUG, "index of toolchains of another release: {0}", file);
                return;
            }
            for (RememberedToolchain remembered : ToolchainIndexFile.read(text)) {
                put(remembered);
            }
        } catch (NoSuchFileException _) {
            // the first start
        } catch (IllegalArgumentException | CharacterCodingException e) {
            LOG.log(System.Logger.Level.WARNING, "index of toolchains is damaged and started again: {0} ({1})", file,
                    FailureText.of(e));
            byDriver.clear();
        }
    }

    /** An index that is not kept. */
    public static ToolchainIndex inMemory() {
        return new ToolchainIndex();
    }

    /**
     * The toolchain of a compiler, if it is known and not one file of it has changed; one that has changed is
     * forgotten. Costs some microseconds a file.
     *
     * @param compiler a driver or a link to one
     */
    public Optional<KnownToolchain> lookup(Path compiler) {
        try {
            Path real = FileAccess.LOCAL.real(compiler);
            RememberedToolchain remembered = byDriver.get(real);
            if (remembered == null) {
                return Optional.empty();
            }
            if (remembered.holds(FileAccess.LOCAL)) {
                return Optional.of(remembered.known());
            }
            remembered.drivers().forEach(driver -> byDriver.remove(driver, remembered));
            return Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /**
     * The same for a caller with other files, by identity: a file is the same if it has the same inode and times.
     *
     * @param real the real path of a driver in these files
     */
    public Optional<KnownToolchain> lookup(Path real, FileAccess files) {
        return Optional.ofNullable(byDriver.get(real)).filter(remembered -> remembered.holds(files))
                .map(RememberedToolchain::known);
    }

    /**
     * The paths at which {@link #lookup(Path)} looks besides the way to the compiler; looks at no file.
     *
     * @param real the real path of a driver
     */
    public List<Path> dependencies(Path real) {
        RememberedToolchain remembered = byDriver.get(real);
        return remembered == null
                ? List.of()
                : Stream.concat(remembered.stamps().keySet().stream(), remembered.absent().stream()).toList();
    }

    /** The drivers of a toolchain; looks at no file. */
    public Optional<Compilers> byId(ToolchainId id) {
        return byDriver.values().stream().filter(each -> each.known().id().equals(id)).findFirst()
                .map(each -> new Compilers(each.known(), each.drivers()));
    }

    /** All toolchains that are known and have not changed. */
    public List<Compilers> all() {
        return remembered().stream().filter(each -> each.holds(FileAccess.LOCAL))
                .map(each -> new Compilers(each.known(), each.drivers())).toList();
    }

    /** Remembers a toolchain under all its drivers, and writes the file. */
    public synchronized KnownToolchain remember(FoundToolchain found) throws IOException {
        KnownToolchain known = new KnownToolchain(found.toolchain().id(), found.toolchain().family(),
                found.toolchain().version(),
                found.toolchain().host(), found.toolchain().target(), found.programs());
        put(new RememberedToolchain(known, found.drivers(), found.stamps(), found.absent()));
        write();
        return known;
    }

    /** The inverse of {@link #remember}; nothing if it is not known. */
    public synchronized void forget(ToolchainId id) throws IOException {
        if (byDriver.values().removeIf(each -> each.known().id().equals(id))) {
            write();
        }
    }

    private void write() throws IOException {
        if (file == null) {
            return;
        }
        AtomicFiles.writeString(file, ToolchainIndexFile.write(remembered()));
    }

    private List<RememberedToolchain> remembered() {
        return new ArrayList<>(new LinkedHashSet<>(byDriver.values()));
    }

    private void put(RememberedToolchain remembered) {
        remembered.drivers().forEach(driver -> byDriver.put(driver, remembered));
    }
}
