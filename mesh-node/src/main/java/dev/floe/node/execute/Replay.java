package dev.floe.node.execute;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.store.ContentStore;

/** One command replayed in a directory of its own: the tree made, the sandbox run, its outputs found. */
public final class Replay {
    private static final int MOST_ERROR_BYTES = 4096;
    /** Between two looks at what a command has written. */
    private static final long LOOK_MILLIS = 1000;

    private final Sandbox sandbox;
    private final Limits limits;
    private final Path directory;

    /** A file that the command created. */
    public record Output(String path, Path file, int mode, long size) {}

    /**
     * What the command left.
     *
     * @param output its standard output, in a file; {@code error} likewise
     */
    public record Result(int exit, long userMicros, long systemMicros, long maxRssBytes, Path output, Path error,
            List<Output> files) {
        public Result {
            files = List.copyOf(files);
        }
    }

    /** @param directory does not exist yet, in the file system of the store; the caller removes it with all that is in it */
    public Replay(Sandbox sandbox, Limits limits, Path directory) {
        this.sandbox = sandbox;
        this.limits = limits;
        this.directory = directory;
    }

    /** The command's tree, made and not yet run. */
    JobTree prepare(HeldToolchain toolchain, Offer offer, ContentStore store) throws IOException {
        Files.createDirectory(directory);
        return prepare(StandingTree.fresh(directory.resolve("root")), toolchain, offer, store);
    }

    /** The same on a tree that may stand already, outside of the directory, which is there. */
    JobTree prepare(StandingTree ground, HeldToolchain toolchain, Offer offer, ContentStore store) throws IOException {
        Files.createDirectory(report());
        return JobTree.make(ground, toolchain, offer, store, sandbox.runner());
    }

    Process start(JobTree tree, Offer offer) throws IOException {
        return sandbox.start(tree, offer, limits, report(), output(), error());
    }

    /**
     * Waits for the command's end.
     *
     * @throws IOException if it takes too long, or too much of the disk
     */
    void await(Process process, JobTree tree) throws IOException {
        long end = System.nanoTime() + limits.time().toNanos();
        try {
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() > end) {
                    throw new IOException("the command ran longer than " + limits.time());
                }
                if (DiskUse.exceeds(written(tree), limits.diskBytes())) {
                    throw new IOException("the command wrote more than " + limits.diskBytes() + " bytes in all");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a command ran", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private List<Path> written(JobTree tree) {
        List<Path> directories = new ArrayList<>(List.of(report()));
        tree.writable().forEach(path -> directories.add(tree.outside(path)));
        return directories;
    }

    /** @throws IOException if the command did not end by itself */
    Result collect(JobTree tree, Offer offer) throws IOException {
        Optional<Report> read = Report.read(report());
        if (read.isEmpty()) {
            throw new IOException("the sandbox failed: " + complaint());
        }
        Report report = read.get();
        List<Output> files = Outputs.collect(tree, offer.outputDirectories());
        return new Result(report.exit(), report.userMicros(), report.systemMicros(), report.maxRssBytes(), output(),
                error(), offer.standIn() == null ? files : Signatures.exchange(files, offer.standIn()));
    }

    /** All of it, for those who need not watch. */
    public Result run(HeldToolchain toolchain, Offer offer, ContentStore store) throws IOException {
        JobTree tree = prepare(toolchain, offer, store);
        await(start(tree, offer), tree);
        return collect(tree, offer);
    }

    private Path report() {
        return directory.resolve("report");
    }

    private Path output() {
        return directory.resolve("stdout");
    }

    private Path error() {
        return directory.resolve("stderr");
    }

    private String complaint() throws IOException {
        try (InputStream in = Files.newInputStream(error())) {
            return new String(in.readNBytes(MOST_ERROR_BYTES), StandardCharsets.UTF_8).strip();
        }
    }
}
