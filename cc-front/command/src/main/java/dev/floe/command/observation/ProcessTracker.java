package dev.floe.command.observation;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Follows the processes of a job through its record, to find programs that were started without a record of their own,
 * and processes that did not end in an orderly way. Records of one process are in their order; those of a parent and
 * its child may not be.
 */
final class ProcessTracker {
    private static final class Process {
        private @Nullable String running; // its program; null before the first and after the end
        private @Nullable String executing; // what it is about to become
        private @Nullable String spawned; // what it was made for, if it was
        private int starts; // programs that began without an execute in this process
        private int spawns;
        private boolean spoke; // whether it has a record that it made itself
    }

    private final Map<Integer, Process> processes = new HashMap<>();
    private final Consumer<String> gaps;
    private boolean hasRoot;

    ProcessTracker(Consumer<String> gaps) {
        this.gaps = gaps;
    }

    /** A program has begun; the first of all is the job's command. */
    void image(int id, String program) {
        Process process = speaking(id);
        if (process.executing != null) {
            process.executing = null;
        } else {
            reportIfRunning(process);
            process.starts += hasRoot ? 1 : 0;
        }
        hasRoot = true;
        process.running = program;
    }

    void end(int id) {
        speaking(id).running = null;
    }

    /** The process is a copy of one that runs the program. */
    void forked(int id, String program) {
        Process process = speaking(id);
        reportIfRunning(process);
        process.running = program;
    }

    void execute(int id, String path) {
        speaking(id).executing = path;
    }

    void notExecuted(int id) {
        process(id).executing = null;
    }

    void spawned(int id, String path) {
        Process process = process(id);
        process.spawned = path;
        process.spawns++;
    }

    /** A parent has learned that its child has ended; the child must have been heard of. */
    void reaped(int id) {
        Process process = process(id);
        if (!process.spoke && process.spawns == 0) {
            gaps.accept("a process was started in a way that is not observed");
        }
        process.spoke = false;
    }

    /** Reports the gaps that show when no record follows. */
    void finish() {
        if (!hasRoot) {
            gaps.accept("no program has left a record");
        }
        for (Process process : processes.values()) {
            if (process.executing != null) {
                gaps.accept(process.executing + " was executed and has left no record");
            } else {
                reportIfRunning(process);
            }
            if (process.starts < process.spawns) {
                gaps.accept(process.spawned + " was executed and has left no record");
            } else if (process.starts > process.spawns) {
                gaps.accept("a program was started in a way that is not observed");
            }
        }
    }

    private Process speaking(int id) {
        Process process = process(id);
        process.spoke = true;
        return process;
    }

    private Process process(int id) {
        return processes.computeIfAbsent(id, any -> new Process());
    }

    private void reportIfRunning(Process process) {
        if (process.running != null) {
            gaps.accept(process.running + " has not ended in an orderly way");
        }
    }
}
