package dev.floe.node.execute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.WireObservation;
import dev.floe.store.ContentStore;

/** One command replayed in a directory of its own: the tree made, the sandbox run, its outputs found. */
public final class Replay {
    private static final String RECORD = "record";

    private final Sandbox sandbox;
    private final Limits limits;
    private final Path directory;

    /** A file that the command created. */
    public record Output(String path, Path file, int mode, long size) {}

    /**
     * What the command left.
     *
     * @param output      its standard output, in a file; {@code error} likewise
     * @param observation what it looked for in vain; null if the offer does not ask for it
     */
    public record Result(int exit, long userMicros, long systemMicros, long maxRssBytes, Path output, Path error,
            List<Output> files, @Nullable WireObservation observation) {
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
        JobTree tree = JobTree.make(ground, toolchain, offer, store, sandbox.runner());
        if (offer.observe()) {
            tree.observe(toolchain, offer, sandbox.observers());
        }
        return tree;
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
                offer.standIn() == null ? files : Signatures.exchange(files, offer.standIn()),
                tree.observer().map(observer -> observation(observer, results, tree.observed(offer))).orElse(null));
    }

    private static WireObservation observation(ObserverChoice observer, Path results, ObservedTree tree) {
        return switch (observer) {
            case ObserverChoice.Fits _ -> WireObservations.read(results.resolve(RECORD), tree);
            case ObserverChoice.None(String why) -> WireObservations.gap(why);
        };
    }

    /** All of it, for those who need not watch. */
    public Result run(HeldToolchain toolchain, Offer offer, ContentStore store) throws IOException {
        JobTree tree = prepare(toolchain, offer, store);
        await(start(tree, offer));
        return collect(tree, offer);
    }
}
