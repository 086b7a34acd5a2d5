package dev.floe.node.execute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.store.ContentStore;

/** One command replayed in a directory of its own: the tree made, the sandbox run, its outputs found. */
public final class Replay {
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
        Files.createDirectory(directory.resolve(Sandbox.SCRATCH));
        Files.createDirectory(directory.resolve(Sandbox.RESULTS));
        return JobTree.make(ground, toolchain, offer, store, sandbox.runner());
    }

    SandboxProcess start(JobTree tree, Offer offer) throws IOException {
        return sandbox.start(tree, offer, limits, directory);
    }

    /**
     * Waits until no process of the command is left.
     *
     * @throws IOException if it takes too long, or the sandbox fails
     */
    void await(SandboxProcess process) throws IOException {
        process.await(limits.time());
    }

    /** @throws IOException if the command did not end by itself */
    Result collect(JobTree tree, Offer offer) throws IOException {
        Path results = directory.resolve(Sandbox.RESULTS);
        Path error = results.resolve("stderr");
        Optional<Report> read = Report.read(results);
        if (read.isEmpty()) {
            throw new IOException("the sandbox failed: " + SandboxProcess.message(error));
        }
        Report report = read.get();
        List<Output> files = OutputIndex.read(results, tree.writable());
        return new Result(report.exit(), report.userMicros(), report.systemMicros(), report.maxRssBytes(),
                results.resolve("stdout"), error,
                offer.standIn() == null ? files : Signatures.exchange(files, offer.standIn()));
    }

    /** All of it, for those who need not watch. */
    public Result run(HeldToolchain toolchain, Offer offer, ContentStore store) throws IOException {
        JobTree tree = prepare(toolchain, offer, store);
        await(start(tree, offer));
        return collect(tree, offer);
    }
}
