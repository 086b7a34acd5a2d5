package dev.floe.placement.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

import dev.floe.placement.AdmissionPolicy;
import dev.floe.placement.simulation.Scenario.Work;
import dev.floe.placement.view.NodeLoad;
import dev.floe.placement.view.NodeProfile;
import dev.floe.placement.view.NodeProfile.NodeSpec;

/** A node in its role as executor: admits, queues by turns among submitters, runs, and says what it is doing. */
final class SimulatedExecutor {
    private static final double CONTENDER_REMEMBERED = 1.0;
    private static final double MEMORY = 64e9;

    final String id;
    final Scenario.Machine machine;
    private final SimulatedClock clock;
    private final Scenario.Network network;
    private final ArrayDeque<SimulatedLease> queue = new ArrayDeque<>();
    private final Map<Work, SimulatedLease> leases = new IdentityHashMap<>();
    private final Map<Integer, Integer> held = new HashMap<>();
    private final Map<Integer, Double> refusedAt = new HashMap<>();
    private int running;
    private int lastServed = -1;
    private double queuedWork;
    private double meanRun = 1;
    private long sequence;

    /** A job that the executor has taken; by identity. */
    private static final class SimulatedLease {
        final Work work;
        final double inputsHere; // when the inputs have arrived at the executor, simulated seconds
        final Runnable done;
        boolean isOver;

        SimulatedLease(Work work, double inputsHere, Runnable done) {
            this.work = work;
            this.inputsHere = inputsHere;
            this.done = done;
        }
    }

    SimulatedExecutor(String id, Scenario.Machine machine, SimulatedClock clock, Scenario.Network network) {
        this.id = id;
        this.machine = machine;
        this.clock = clock;
        this.network = network;
    }

    NodeProfile profile(boolean self) {
        return new NodeProfile(id, self, new NodeSpec("x86_64", machine.slots(), machine.speed(), Set.of()),
                Set.of("gcc"), false);
    }

    int free() {
        return machine.slots() - running - queue.size();
    }

    int idleSlots() {
        return machine.slots() - running;
    }

    NodeLoad state() {
        return new NodeLoad(id, 1, ++sequence, free(), seconds(queuedWork), (long) MEMORY);
    }

    /** Answers an offer at once; {@code done} is called when the job, if it was taken, has run. */
    AdmissionPolicy.AdmissionDecision offer(Work work, boolean fromSelf, Runnable done) {
        double fetch = fromSelf ? 0 : network.inputBytes() / network.bytesPerSecond();
        double roundTrip = fromSelf ? 0 : network.roundTrip();
        int submitter = work.submitter();
        refusedAt.values().removeIf(at -> at < clock.now() - CONTENDER_REMEMBERED);
        long contenders = held.keySet().size()
                + refusedAt.keySet().stream().filter(other -> !held.containsKey(other)).count();
        boolean known = held.containsKey(submitter) || refusedAt.containsKey(submitter);
        AdmissionPolicy.AdmissionDecision decision = AdmissionPolicy.decide(
                new AdmissionPolicy.ExecutorLoad(new AdmissionPolicy.SlotLoad(machine.slots(), running, queue.size()),
                        new AdmissionPolicy.QueuedWork(seconds(queuedWork), seconds(meanRun), machine.speed()),
                        new AdmissionPolicy.MemoryRoom((long) MEMORY, 0), (int) contenders + (known ? 0 : 1), false),
                new AdmissionPolicy.AdmissionRequest(500_000_000, seconds(roundTrip + fetch),
                        held.getOrDefault(submitter, 0)));
        double inputsHere = clock.now() + roundTrip + fetch;
        switch (decision) {
            case AdmissionPolicy.AdmissionDecision.Accept() -> {
                held.merge(submitter, 1, Integer::sum);
                start(lease(work, inputsHere, done));
            }
            case AdmissionPolicy.AdmissionDecision.Queue(Duration _) -> {
                held.merge(submitter, 1, Integer::sum);
                queue.add(lease(work, inputsHere, done));
                queuedWork += work.predicted();
            }
            case AdmissionPolicy.AdmissionDecision.Refuse(AdmissionPolicy.RejectionReason _) ->
                refusedAt.put(submitter, clock.now());
        }
        return decision;
    }

    private SimulatedLease lease(Work work, double inputsHere, Runnable done) {
        SimulatedLease lease = new SimulatedLease(work, inputsHere, done);
        leases.put(work, lease);
        return lease;
    }

    private void start(SimulatedLease lease) {
        running++;
        double fetching = Math.max(0, lease.inputsHere - clock.now());
        clock.after(fetching + lease.work.seconds() / machine.realSpeed(), () -> end(lease));
    }

    private void end(SimulatedLease lease) {
        if (lease.isOver) {
            return;
        }
        meanRun += 0.1 * (lease.work.seconds() - meanRun);
        release(lease);
        lease.done.run();
    }

    private void release(SimulatedLease lease) {
        running--;
        forget(lease);
        if (!queue.isEmpty()) {
            SimulatedLease next = takeNext();
            queuedWork = queue.isEmpty() ? 0 : queuedWork - next.work.predicted();
            start(next);
        }
    }

    private void forget(SimulatedLease lease) {
        lease.isOver = true;
        leases.remove(lease.work);
        held.computeIfPresent(lease.work.submitter(), (submitter, count) -> count == 1 ? null : count - 1);
    }

    boolean holds(Work work) {
        return leases.containsKey(work);
    }

    /** The submitter does not want the job any more; nothing happens if it is over. */
    void cancel(Work work) {
        SimulatedLease lease = leases.get(work);
        if (lease == null) {
            return;
        }
        if (queue.remove(lease)) {
            queuedWork = queue.isEmpty() ? 0 : queuedWork - work.predicted();
            forget(lease);
        } else {
            release(lease);
        }
    }

    /** The first lease of the next submitter in turn. */
    private SimulatedLease takeNext() {
        SimulatedLease next = queue.element();
        for (SimulatedLease lease : queue) {
            if (turn(lease) < turn(next)) {
                next = lease;
            }
        }
        for (Iterator<SimulatedLease> all = queue.iterator(); all.hasNext();) {
            if (all.next() == next) {
                all.remove();
                break;
            }
        }
        lastServed = next.work.submitter();
        return next;
    }

    private int turn(SimulatedLease lease) {
        return Math.floorMod(lease.work.submitter() - lastServed - 1, 1 << 20);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(Math.max(0, seconds) * 1e9));
    }
}
