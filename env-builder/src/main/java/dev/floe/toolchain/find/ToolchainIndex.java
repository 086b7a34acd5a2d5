package dev.floe.toolchain.find;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.floe.store.FailureText;
import dev.floe.store.FileStamp;
import dev.floe.toolchain.Family;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.ToolchainId;

/**
 * Remembers, in a file, which compiler is which toolchain, for as long as nothing that the toolchain was made of has
 * changed. Thread-safe; the file is written by one process.
 */
public final class ToolchainIndex {
    /** What is known of a compiler without looking into it again; {@code programs} as in {@link Found#programs()}. */
    public record Known(ToolchainId id, Family family, String version, Platform host, String target,
            Map<String, Path> programs) {
        public Known {
            programs = Map.copyOf(programs);
        }
    }

    /** A toolchain and its drivers, real paths. */
    public record Compilers(Known known, List<Path> drivers) {
        public Compilers {
            drivers = List.copyOf(drivers);
        }

        /** The driver for C, if there is one. */
        public Optional<Path> c() {
            return drivers.stream().filter(driver -> !isCxx(driver) && !name(driver).contains("cpp")).findFirst();
        }

        /** The driver for C++, if there is one. clang is one program, and compiles C++ when it is called by a link of that name. */
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
    record Remembered(Known known, List<Path> drivers, Map<Path, FileStamp> stamps, Set<Path> absent) {
        boolean holds() {
            for (Map.Entry<Path, FileStamp> stamp : stamps.entrySet()) {
                try {
                    boolean link = stamp.getValue().isSymbolicLink();
                    Path path = stamp.getKey();
                    if (!stamp.getValue().equals(link ? FileStamp.ofLink(path) : FileStamp.of(path))) {
                        return false;
                    }
                } catch (IOException _) {
                    return false;
                }
            }
            return absent.stream().noneMatch(Files::exists);
        }
    }

    private static final System.Logger LOG = System.getLogger(ToolchainIndex.class.getName());

    private final Path file;
    private final ConcurrentHashMap<Path, Remembered> byDriver = new ConcurrentHashMap<>();

    private ToolchainIndex(Path file) {
        this.file = file;
    }

    /** Opens the index in {@code file}; one that is missing or damaged is an empty one, since it can be made again. */
    public static ToolchainIndex open(Path file) throws IOException {
        ToolchainIndex index = new ToolchainIndex(file);
        try {
            for (Remembered remembered : IndexText.read(Files.readString(file))) {
                index.put(remembered);
            }
        } catch (NoSuchFileException _) {
            // the first start
        } catch (IllegalArgumentException | CharacterCodingException e) {
            LOG.log(System.Logger.Level.WARNING, "index of toolchains is damaged and begun anew: {0} ({1})", file,
                    FailureText.of(e));
            index.byDriver.clear();
        }
        return index;
    }

    /**
     * The toolchain of a compiler, if it is known and not one file of it has changed. Costs some microseconds a file.
     *
     * @param compiler a driver or a link to one
     */
    public Optional<Known> lookup(Path compiler) {
        Path real;
        try {
            real = compiler.toRealPath();
        } catch (IOException _) {
            return Optional.empty();
        }
        Remembered remembered = byDriver.get(real);
        if (remembered == null) {
            return Optional.empty();
        }
        if (!remembered.holds()) {
            remembered.drivers().forEach(driver -> byDriver.remove(driver, remembered));
            return Optional.empty();
        }
        return Optional.of(remembered.known());
    }

    /** The drivers of a toolchain; looks at no file. */
    public Optional<Compilers> byId(ToolchainId id) {
        return byDriver.values().stream().filter(each -> each.known().id().equals(id)).findFirst()
                .map(each -> new Compilers(each.known(), each.drivers()));
    }

    /** All toolchains that are known and have not changed. */
    public List<Compilers> all() {
        return remembered().stream().filter(Remembered::holds)
                .map(each -> new Compilers(each.known(), each.drivers())).toList();
    }

    /** Remembers a toolchain under all its drivers, and writes the file. */
    public synchronized Known remember(Found found) throws IOException {
        Known known = new Known(found.toolchain().id(), found.toolchain().family(), found.toolchain().version(),
                found.toolchain().host(), found.toolchain().target(), found.programs());
        put(new Remembered(known, found.drivers(), found.stamps(), found.absent()));
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
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(part, IndexText.write(remembered()));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private List<Remembered> remembered() {
        return new ArrayList<>(new LinkedHashSet<>(byDriver.values()));
    }

    private void put(Remembered remembered) {
        remembered.drivers().forEach(driver -> byDriver.put(driver, remembered));
    }
}
