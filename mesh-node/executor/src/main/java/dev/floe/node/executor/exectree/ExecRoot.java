package dev.floe.node.executor.exectree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.floe.command.observation.ObserverLibrary;
import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.stream.WireDigests;
import dev.floe.store.Digest;
import dev.floe.store.content.ContentStore;

/**
 * The directory tree in which one command is replayed: the toolchain and every input at the paths that they have on the
 * submitter. Files are hard links into the content store and the toolchain, so the whole tree is mounted read-only.
 * Over a directory in which the command may write the sandbox mounts a writable one with copies of its files, and
 * mounts its subdirectories read-only again.
 */
public final class ExecRoot {
    /** Where the sandbox finds the runner and puts its report; not a path that an input may have. */
    public static final String RUNNER = "/.floe-bin/floe-run";
    public static final String REPORT_DIRECTORY = "/.floe";

    /** Begins what the sandbox takes of {@code /dev} from the tree: users build there. */
    private static final String SHARED_MEMORY = "/dev/shm/";
    private static final String TEMPORARY = "/tmp";

    private final ReusableExecRoot ground;
    private final ExecRootPlan plan;
    private final List<String> writable;
    private final Map<Integer, Path> twins = new HashMap<>();
    private @Nullable ObserverChoice observer; // null if the job is not to be observed

    private ExecRoot(ReusableExecRoot ground, ExecRootPlan plan, List<String> writable) {
        this.ground = ground;
        this.plan = plan;
        this.writable = writable;
    }

    /**
     * Makes the tree on {@code ground}, in the file system of {@code store}.
     *
     * @throws IOException if the offer is not to be trusted, an input is missing from the store, or the disk fails; the
     *             ground is of no further use then
     */
    public static ExecRoot make(ReusableExecRoot ground, LocalToolchain toolchain, Offer offer, ContentStore store,
            Path runner)
            throws IOException {
        ExecRootPlan plan = new ExecRootPlan(toolchain.plan());
        for (WireInput input : offer.inputs()) {
            plan.add(input);
        }
        for (String name : List.of("/proc", "/dev", TEMPORARY, REPORT_DIRECTORY, parent(RUNNER))) {
            plan.addDirectory(name);
        }
        ExecRoot tree = new ExecRoot(ground, plan, writable(plan, offer.outputDirectories()));
        ground.retainOnly(plan, store);
        tree.materialize(toolchain, store);
        ground.link(RUNNER, runner);
        return tree;
    }

    /** Puts the observer library that fits the offer's program into the tree. */
    public void observe(LocalToolchain toolchain, Offer offer, Map<ObserverLibrary, Path> libraries)
            throws IOException {
        ObserverChoice choice = new ObserverSelector(plan, ground, libraries).choose(toolchain,
                offer.call().getFirst());
        if (choice instanceof ObserverChoice.Fits(Path library)) {
            ground.link(inside(library), library);
        }
        observer = choice;
    }

    /** Whether the job's program is observed; empty if nobody asked for it. */
    public Optional<ObserverChoice> observer() {
        return Optional.ofNullable(observer);
    }

    /** The tree as the observation of a job tells of it. */
    public ObservedTree observed(Offer offer) {
        return new ObservedTree(plan, offer.inputs(), offer.directory());
    }

    /** The path in the tree of an observer library. */
    public static String inside(Path library) {
        return parent(RUNNER) + "/" + library.getFileName();
    }

    public Path root() {
        return ground.root();
    }

    /** The file system's place of a path inside. */
    public Path outside(String path) {
        return ground.outside(path);
    }

    /** Directories that the command may write to, parents first. */
    public List<String> writable() {
        return writable;
    }

    /** Directories right below a writable one that must not be written to. */
    public List<String> shieldsBelow(String directory) {
        return rightBelow(directory)
                .filter(entry -> entry.getValue() instanceof ExecRootPlan.PlannedEntry.PlannedDirectory)
                .map(Map.Entry::getKey).filter(path -> !writable.contains(path)).toList();
    }

    /** The contents of the writable directories. {@code collected} are those whose contents are wanted at the end. */
    public ScratchPlan scratchPlan(Collection<String> collected) {
        ScratchPlan scratch = new ScratchPlan();
        for (String directory : writable) {
            scratch.writable(directory, outside(directory), collected.contains(directory));
            rightBelow(directory).forEach(entry -> {
                String name = entry.getKey().substring(directory.length() + 1);
                switch (entry.getValue()) {
                    case ExecRootPlan.PlannedEntry.PlannedDirectory _ -> scratch.directory(name);
                    case ExecRootPlan.PlannedEntry.PlannedLink(String target) -> scratch.link(name, target);
                    case ExecRootPlan.PlannedEntry.ToolchainPart _,ExecRootPlan.PlannedEntry.PlannedInput _ ->
                        scratch.file(name);
                }
            });
        }
        return scratch;
    }

    private Stream<Map.Entry<String, ExecRootPlan.PlannedEntry>> rightBelow(String directory) {
        int prefix = directory.length() + 1;
        return plan.places().subMap(directory + "/", directory + (char) ('/' + 1)).entrySet().stream()
                .filter(entry -> entry.getKey().indexOf('/', prefix) < 0);
    }

    private static List<String> writable(ExecRootPlan plan, Collection<String> outputDirectories) {
        Set<String> result = new TreeSet<>();
        for (String directory : outputDirectories) {
            if (!isSpecial(directory)
                    && plan.at(directory).orElse(null) instanceof ExecRootPlan.PlannedEntry.PlannedDirectory) {
                result.add(directory);
            }
        }
        result.add(TEMPORARY);
        return List.copyOf(result);
    }

    /** What the sandbox itself mounts or runs is never the command's to write to. */
    private static boolean isSpecial(String directory) {
        return directory.equals("/") || !directory.startsWith(SHARED_MEMORY)
                && Stream.of("/dev", "/proc", REPORT_DIRECTORY, parent(RUNNER))
                        .anyMatch(special -> directory.equals(special) || directory.startsWith(special + "/"));
    }

    private void materialize(LocalToolchain toolchain, ContentStore store) throws IOException {
        for (Map.Entry<String, ExecRootPlan.PlannedEntry> entry : plan.places().entrySet()) {
            String path = entry.getKey();
            boolean stands = ground.has(path);
            if (stands && !(entry.getValue() instanceof ExecRootPlan.PlannedEntry.ToolchainPart)) {
                continue;
            }
            Path target = outside(path);
            switch (entry.getValue()) {
                case ExecRootPlan.PlannedEntry.PlannedDirectory _ -> Files.createDirectory(target);
                case ExecRootPlan.PlannedEntry.PlannedLink link ->
                    Files.createSymbolicLink(target, Path.of(link.target()));
                case ExecRootPlan.PlannedEntry.ToolchainPart part -> {
                    Path source = toolchain.verified(part.file());
                    if (stands) {
                        continue;
                    }
                    Files.createLink(target, source);
                }
                case ExecRootPlan.PlannedEntry.PlannedInput input -> place(input.file(), target, store);
            }
            ground.contains(path, entry.getValue());
        }
    }

    private void place(WireInput input, Path target, ContentStore store) throws IOException {
        Digest digest = WireDigests.of(input.hash(), input.size());
        boolean own = input.kind() == JobMessage.InputKind.PRIVATE_FILE;
        Path twin = own && input.twin() > 0 ? twins.get(input.twin()) : null;
        if (twin != null) {
            Files.createLink(target, twin);
        } else if (!(own ? store.copyTo(digest, target) : store.linkTo(digest, target))) {
            throw new NoSuchFileException(input.path(), null, "input " + digest + " is not in the store");
        }
        if (own) {
            Files.setLastModifiedTime(target, FileTime.from(input.mtimeNanos(), TimeUnit.NANOSECONDS));
            twins.putIfAbsent(input.twin(), target);
        }
    }

    static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }
}
