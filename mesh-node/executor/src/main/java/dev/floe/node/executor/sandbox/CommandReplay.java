package dev.floe.node.executor.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.node.executor.exectree.ExecRoot;
import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.executor.exectree.ObservedTree;
import dev.floe.node.executor.exectree.ObserverChoice;
import dev.floe.node.executor.exectree.ReusableExecRoot;
import dev.floe.node.executor.exectree.WireObservations;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.store.content.ContentStore;

/** One command replayed in a directory of its own: the tree made, the sandbox run, its outputs found. */
public final class CommandReplay {
    private static final String RECORD = "record";

    private final Sandbox sandbox;
    private final JobLimits limits;
    private final Path directory;

    /** A file that the command created. */
    public record ReplayOutput(String path, Path file, int mode, long size) {}

    /**
     * What the command left.
     *
     * @param output      its standard output, in a file; {@code error} likewise
     * @param observation what it looked for in vain; null if the offer does not ask for it
     */
    public record ReplayResult(int exit, ReplayUsage usage, Path output, Path error,
            List<ReplayOutput> files, @Nullable WireObservation observation) {
        public ReplayResult {
            files = List.copyOf(files);
        }

        public long userMicros() {
            return usage.userMicros();
        }

        public long systemMicros() {
            return usage.systemMicros();
        }

        public long maxRssBytes() {
            return usage.maxRssBytes();
        }
    }

    /** What a command used of its machine. */
    record ReplayUsage(long userMicros, long systemMicros, long maxRssBytes) {}

    /**
     * @param directory does not exist yet, in the file system of the store; the caller removes it with all that is in
     *                  it
     */
    public CommandReplay(Sandbox sandbox, JobLimits limits, Path directory) {
        this.sandbox = sandbox;
        this.limits = limits;
        this.directory = directory;
    }

    /** The command's tree, made and not yet run. */
    ExecRoot prepare(LocalToolchain toolchain, Offer offer, ContentStore store) throws IOException {
        Files.createDirectory(directory);
        return prepare(ReusableExecRoot.fresh(directory.resolve("root")), toolchain, offer, store);
    }

    /** The same on a tree that may stand already, outside of the directory, which is there. */
    public ExecRoot prepare(ReusableExecRoot ground, LocalToolchain toolchain, Offer offer, ContentStore store)
            throws IOException {
        Files.createDirectory(directory.resolve(Sandbox.RESULTS));
        ExecRoot tree = ExecRoot.make(ground, toolchain, offer, store, sandbox.runner());
        if (offer.observe()) {
            tree.observe(toolchain, offer, sandbox.observers());
        }
        return tree;
    }

    public SandboxProcess start(ExecRoot tree, Offer offer) throws IOException {
        return sandbox.start(tree, offer, limits, directory);
    }

    /**
     * Waits until no process of the command is left.
     *
     * @throws IOException if it takes too long, or the sandbox fails
     */
    public void await(SandboxProcess process) throws IOException {
        process.await(limits.time());
    }

    /** @throws IOException if the command did not end by itself */
    public ReplayResult collect(ExecRoot tree, Offer offer) throws IOException {
        Path results = directory.resolve(Sandbox.RESULTS);
        Path error = Sandbox.printed(results, "stderr");
        Optional<RunnerReport> read = RunnerReport.read(results);
        if (read.isEmpty()) {
            throw new IOException("the sandbox failed: " + SandboxProcess.message(error));
        }
        RunnerReport report = read.get();
        List<ReplayOutput> files = OutputIndex.read(results, tree.writable());
        return new ReplayResult(report.exit(),
                new ReplayUsage(report.userMicros(), report.systemMicros(), report.maxRssBytes()),
                Sandbox.printed(results, "stdout"), error,
                offer.standIn() == null ? files : OutputIdentRewriter.exchange(files, offer.standIn()),
                tree.observer().map(observer -> observation(observer, results, tree.observed(offer))).orElse(null));
    }

    private static WireObservation observation(ObserverChoice observer, Path results, ObservedTree tree) {
        return switch (observer) {
            case ObserverChoice.Fits _ -> WireObservations.read(results.resolve(RECORD), tree);
            case ObserverChoice.NoObserver(String why) -> WireObservations.gap(why);
        };
    }

    /** All of it, for those who need not watch. */
    public ReplayResult run(LocalToolchain toolchain, Offer offer, ContentStore store) throws IOException {
        ExecRoot tree = prepare(toolchain, offer, store);
        await(start(tree, offer));
        return collect(tree, offer);
    }
}
