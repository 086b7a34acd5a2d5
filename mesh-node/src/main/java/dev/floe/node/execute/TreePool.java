package dev.floe.node.execute;

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

/** Trees that no job uses at the moment, for the next job that is like their last. Safe for threads. */
final class TreePool {
    private static final Logger LOG = LogManager.getLogger(TreePool.class);
    private static final int MOST_IDLE = 32;

    private final Path directory;
    private final Deque<Loan> idle = new ArrayDeque<>(); // the last used first; guarded by itself
    private long made; // guarded by idle

    /**
     * A tree that one job uses.
     *
     * @param likeness of the jobs for which it was made: those with the same have most of their inputs in common
     */
    record Loan(StandingTree tree, HeldToolchain toolchain, String likeness) {}

    /** @param directory where trees are made, in the file system of the store; it does not exist yet */
    TreePool(Path directory) throws IOException {
        this.directory = Files.createDirectory(directory);
    }

    /** A tree for a job, one that stands already if there is any with this toolchain. */
    Loan take(HeldToolchain toolchain, String likeness) throws IOException {
        Path fresh;
        synchronized (idle) {
            Optional<Loan> found = first(loan -> loan.toolchain() == toolchain && loan.likeness().equals(likeness))
                    .or(() -> first(loan -> loan.toolchain() == toolchain));
            if (found.isPresent()) {
                return new Loan(found.get().tree(), toolchain, likeness);
            }
            fresh = directory.resolve(Long.toString(made++));
        }
        return new Loan(StandingTree.fresh(fresh), toolchain, likeness);
    }

    private Optional<Loan> first(Predicate<Loan> fits) {
        for (Iterator<Loan> each = idle.iterator(); each.hasNext();) {
            Loan loan = each.next();
            if (fits.test(loan)) {
                each.remove();
                return Optional.of(loan);
            }
        }
        return Optional.empty();
    }

    /**
     * Takes back a tree that no process uses any more.
     *
     * @param held whether a toolchain is still in use here; trees of others are removed
     */
    void give(Loan loan, Predicate<HeldToolchain> held) {
        List<Loan> tooMany = new ArrayList<>();
        synchronized (idle) {
            idle.addFirst(loan);
            idle.removeIf(each -> !held.test(each.toolchain()) && tooMany.add(each));
            if (idle.size() > MOST_IDLE) {
                tooMany.add(idle.removeLast());
            }
        }
        tooMany.forEach(TreePool::remove);
    }

    /** Removes a tree whose job did not end as it should. */
    static void remove(Loan loan) {
        try {
            Trees.delete(loan.tree().root());
        } catch (IOException e) {
            LOG.warn("cannot remove a finished job's tree; it goes at the next start: {}", FailureText.of(e));
        }
    }
}
