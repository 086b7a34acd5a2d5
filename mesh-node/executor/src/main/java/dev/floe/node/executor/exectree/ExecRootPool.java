package dev.floe.node.executor.exectree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.store.FailureText;
import dev.floe.store.files.TreeDeleter;

/** Trees that no job uses at the moment, for the next job that is like their last. Safe for threads. */
public final class ExecRootPool {
    private static final Logger LOG = LogManager.getLogger(ExecRootPool.class);
    private static final int MAX_IDLE = 32;
    /** Of the heap, to know what stands in idle trees: inputs of peers, who may have sent very many. */
    static final long MAX_IDLE_BYTES = 32L << 20;

    private final Path directory;
    private final Deque<ExecRootLease> idle = new ArrayDeque<>(); // the last used first; guarded by itself
    private long made; // guarded by idle

    /**
     * A tree that one job uses.
     *
     * @param likeness of the jobs for which it was made: those with the same have most of their inputs in common
     */
    public record ExecRootLease(ReusableExecRoot tree, LocalToolchain toolchain, String likeness) {}

    /** @param directory where trees are made, in the file system of the store; it does not exist yet */
    public ExecRootPool(Path directory) {
        this.directory = directory;
    }

    public void start() throws IOException {
        Files.createDirectory(directory);
    }

    /** A tree for a job, one that stands already if there is any with this toolchain. */
    public ExecRootLease take(LocalToolchain toolchain, String likeness) throws IOException {
        Path fresh;
        synchronized (idle) {
            Optional<ExecRootLease> found = first(
                    loan -> loan.toolchain() == toolchain && loan.likeness().equals(likeness))
                    .or(() -> first(loan -> loan.toolchain() == toolchain));
            if (found.isPresent()) {
                return new ExecRootLease(found.get().tree(), toolchain, likeness);
            }
            fresh = directory.resolve(Long.toString(made++));
        }
        return new ExecRootLease(ReusableExecRoot.fresh(fresh), toolchain, likeness);
    }

    private Optional<ExecRootLease> first(Predicate<ExecRootLease> fits) {
        for (Iterator<ExecRootLease> each = idle.iterator(); each.hasNext();) {
            ExecRootLease loan = each.next();
            if (fits.test(loan)) {
                each.remove();
                return Optional.of(loan);
            }
        }
        return Optional.empty();
    }

    /**
     * Takes back a tree.
     *
     * @param usable whether it was made whole and no process uses it any more; otherwise it is removed
     * @param held   whether a toolchain is still in use here
     */
    public void takeBack(ExecRootLease loan, boolean usable, Predicate<LocalToolchain> held) {
        if (usable) {
            give(loan, held);
        } else {
            remove(loan);
        }
    }

    /**
     * Takes back a tree that no process uses any more.
     *
     * @param held whether a toolchain is still in use here; trees of others are removed
     */
    void give(ExecRootLease loan, Predicate<LocalToolchain> held) {
        List<ExecRootLease> tooMany = new ArrayList<>();
        synchronized (idle) {
            idle.addFirst(loan);
            idle.removeIf(each -> !held.test(each.toolchain()) && tooMany.add(each));
            while (idle.size() > MAX_IDLE || heapBytes() > MAX_IDLE_BYTES) {
                tooMany.add(idle.removeLast());
            }
        }
        tooMany.forEach(ExecRootPool::remove);
    }

    private long heapBytes() {
        return idle.stream().mapToLong(loan -> loan.tree().heapBytes()).sum();
    }

    private static void remove(ExecRootLease loan) {
        try {
            TreeDeleter.delete(loan.tree().root());
        } catch (IOException e) {
            LOG.warn("cannot remove the exec root of a finished job; the next start removes it: {}", FailureText.of(e));
        }
    }
}
