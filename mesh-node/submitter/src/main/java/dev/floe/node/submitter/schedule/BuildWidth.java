package dev.floe.node.submitter.schedule;

/**
 * The width of a build: how many of its commands may run at once, so that all reachable slots are busy.
 *
 * <p>A slot of another node counts {@value #REMOTE_PERCENT} percent: while one result travels back and the next inputs
 * travel there, the slot needs another job ({@code scripts/bench/run-width} measures it). Slots of this machine count
 * as they are, because its commands need no transfer. The width is never below the slots of this machine.
 *
 * @param local       slots of this machine for its own commands, at least 1
 * @param remote      slots of other nodes that this machine's jobs hold or would get
 * @param memoryBytes of this machine: each command that waits for a result takes some of it
 */
public record BuildWidth(int local, int remote, long memoryBytes) {
    /** No width is greater, whatever the mesh has, unless this machine alone has more slots. */
    public static final int MAX_WIDTH = 1000;

    static final int REMOTE_PERCENT = 125;
    /** What a waiting command takes, with the shell and make above it. */
    static final long COMMAND_BYTES = 4 << 20;

    public BuildWidth {
        if (local < 1 || remote < 0) {
            throw new IllegalArgumentException(local + " local slots and " + remote + " remote ones cannot be");
        }
    }

    /** Commands at once. */
    public int width() {
        long wanted = local + Math.ceilDiv((long) remote * REMOTE_PERCENT, 100);
        long bound = Math.min(MAX_WIDTH, memoryBytes / COMMAND_BYTES);
        return (int) Math.max(local, Math.min(wanted, bound));
    }
}
