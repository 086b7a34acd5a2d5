package dev.floe.node.executor;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.floe.command.observation.ObserverLibrary;
import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.executor.sandbox.CommandReplay;
import dev.floe.node.executor.sandbox.JobLimits;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.store.Digest;
import dev.floe.store.content.ContentStore;
import dev.floe.store.files.TreeDeleter;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.archive.UnpackedToolchain;

/**
 * A store, a sandbox, and as toolchain a shell with a few tools, so that a job can try what it likes. Jobs work in
 * {@code /w}, where they may write.
 */
public final class Workbench implements AutoCloseable {
    public static final JobLimits LIMITS = new JobLimits(4L << 30, 64 << 20, 256 << 20, 64, Duration.ofMinutes(1));
    private static final List<String> TOOLS = List.of("sh", "cat", "chmod", "ln", "mv", "mkdir", "rm", "touch", "cp",
            "ls", "mkfifo", "stat",
            "sleep", "head", "env");
    /** What {@code ldd} prints, by program. */
    private static final Map<Path, String> LIBRARIES = new ConcurrentHashMap<>();
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

    private final Path directory;
    private final ContentStore store;
    private final LocalToolchain toolchain;
    private final Path runner;
    private @Nullable Sandbox sandbox;
    private int jobs;

    /** @param programs more programs for {@code /bin}, linked statically */
    public Workbench(Path directory, Path... programs) throws IOException {
        this.directory = directory;
        this.store = ContentStore.open(directory.resolve("store"), 1 << 30);
        this.runner = Files.copy(Path.of(System.getProperty("floe.cc")), directory.resolve("floe-run"),
                StandardCopyOption.COPY_ATTRIBUTES);
        copyObservers(directory);
        this.toolchain = new LocalToolchain(shell(directory.resolve("toolchain"), programs));
    }

    /** Puts the observer libraries of the build beside the runner. */
    public static void copyObservers(Path directory) throws IOException {
        for (ObserverLibrary library : ObserverLibrary.values()) {
            Path built = Path.of(System.getProperty("floe.cc")).resolveSibling(library.fileName());
            if (Files.exists(built)) {
                Files.copy(built, directory.resolve(library.fileName()));
            }
        }
    }

    public ContentStore store() {
        return store;
    }

    public LocalToolchain toolchain() {
        return toolchain;
    }

    public Path runner() {
        return runner;
    }

    /** A sandbox; a machine without one skips the test. */
    public Sandbox sandbox() {
        Sandbox known = sandbox;
        return known != null ? known : switch (availability()) {
            case Sandbox.Availability.Available(Sandbox usable) -> {
                sandbox = usable;
                yield usable;
            }
            case Sandbox.Availability.Unavailable(String why) -> {
                assumeTrue(false, why);
                throw new IllegalStateException(why);
            }
        };
    }

    Sandbox.Availability availability() {
        return Sandbox.probe(runner);
    }

    public Path freshDirectory() {
        return directory.resolve("job" + jobs++);
    }

    /** What a shell script in {@code /w} leaves. */
    public CommandReplay.ReplayResult run(String script, WireInput... inputs) throws IOException {
        return run(LIMITS, offer(List.of("/w"), script, inputs));
    }

    public CommandReplay.ReplayResult run(JobLimits limits, Offer offer) throws IOException {
        return new CommandReplay(sandbox(), limits, freshDirectory()).run(toolchain, offer, store);
    }

    /** What it prints, complaints included; its end does not matter. */
    public String tell(String script, WireInput... inputs) throws IOException {
        return Files.readString(run("exec 2>&1; " + script, inputs).output()).strip();
    }

    public static Offer offer(List<String> outputDirectories, String script, WireInput... inputs) {
        List<WireInput> all = new ArrayList<>(Arrays.asList(inputs));
        all.add(directory("/w"));
        return new Offer("bench/1", "bench", "/bin/sh", List.of("sh", "-c", script), "/w",
                List.of("PATH=/bin", "GREETING=a=b"), 022, "", all,
                outputDirectories, 1000, 1 << 20, "", false, "", false);
    }

    public WireInput file(String path, String contents) {
        return file(InputKind.FILE, path, contents, 0, 0);
    }

    public WireInput file(InputKind kind, String path, String contents, long mtimeNanos, int twin) {
        try {
            Digest digest = store.put(contents.getBytes(StandardCharsets.UTF_8));
            return new WireInput(kind, path, 0644, digest.hash(), digest.size(), "", mtimeNanos, twin);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static WireInput link(String path, String target) {
        return new WireInput(InputKind.LINK, path, 0, new byte[0], 0, target, 0, 0);
    }

    public static WireInput directory(String path) {
        return new WireInput(InputKind.DIRECTORY, path, 0755, new byte[0], 0, "", 0, 0);
    }

    /** The tools of this machine, at {@code /bin}, and the libraries that they load. */
    private static UnpackedToolchain shell(Path root, Path... programs) throws IOException {
        Map<String, ToolchainEntry> entries = new TreeMap<>();
        for (Path program : programs) {
            add(root, "bin/" + program.getFileName(), program, entries);
        }
        for (String tool : TOOLS) {
            Path program = Path.of("/bin", tool).toRealPath();
            add(root, "bin/" + tool, program, entries);
            for (Matcher matcher = LIBRARY.matcher(libraries(program)); matcher.find();) {
                add(root, matcher.group(1).substring(1), Path.of(matcher.group(1)), entries);
            }
        }
        return new UnpackedToolchain(
                Toolchain.of(ToolchainFamily.GCC, "1", Platform.current(), "shell", List.copyOf(entries.values())),
                root);
    }

    private static String libraries(Path program) {
        return LIBRARIES.computeIfAbsent(program, _ -> {
            try {
                Process ldd = new ProcessBuilder("ldd", program.toString()).start();
                return new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void add(Path root, String path, Path from, Map<String, ToolchainEntry> entries) throws IOException {
        if (entries.containsKey(path)) {
            return;
        }
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            entries.put(path.substring(0, slash), new ToolchainEntry.DirectoryEntry(path.substring(0, slash)));
        }
        Path target = root.resolve(path);
        Files.createDirectories(root.resolve(path.substring(0, path.lastIndexOf('/'))));
        Files.copy(from, target);
        entries.put(path, new ToolchainEntry.FileEntry(path, ToolchainEntry.FileEntry.PROGRAM, Digest.ofFile(target)));
    }

    @Override
    public void close() throws IOException {
        store.close();
        for (int job = 0; job < jobs; job++) {
            Path tree = directory.resolve("job" + job);
            if (Files.exists(tree)) {
                TreeDeleter.delete(tree);
            }
        }
    }
}
