package dev.floe.placement.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
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
    private final Map<Integer, Integer> held = new HashMap<>();
    private final Map<Integer, Double> refusedAt = new HashMap<>();
    private int running;
    private int lastServed = -1;
    private double queuedWork;
    private double meanRun = 1;
    private long sequence;

    /** @param inputsHere when the inputs have arrived at the executor, simulated seconds */
    private record SimulatedLease(Work work, double inputsHere, Runnable done) {}

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
                new AdmissionPolicy.AdmissionRequest(500_000_000, seconds(roundTrip), seconds(fetch),
                        held.getOrDefault(submitter, 0)));
        double inputsHere = clock.now() + roundTrip + fetch;
        switch (decision) {
            case AdmissionPolicy.AdmissionDecision.Accept() -> {
                held.merge(submitter, 1, Integer::sum);
                start(new SimulatedLease(work, inputsHere, done));
            }
            case AdmissionPolicy.AdmissionDecision.Queue(Duration _) -> {
                held.merge(submitter, 1, Integer::sum);
                queue.add(new SimulatedLease(work, inputsHere, done));
                queuedWork += work.predicted();
            }
            case AdmissionPolicy.AdmissionDecision.Refuse(AdmissionPolicy.RejectionReason _) ->
                refusedAt.put(submitter, clock.now());
        }
        return decision;
    }

    private void start(SimulatedLease lease) {
        running++;
        double fetching = Math.max(0, lease.inputsHere - clock.now());
        clock.after(fetching + lease.work.seconds() / machine.speed(), () -> end(lease));
    }

    private void end(SimulatedLease lease) {
        running--;
        held.computeIfPresent(lease.work.submitter(), (submitter, leases) -> leases == 1 ? null : leases - 1);
        meanRun += 0.1 * (lease.work.seconds() - meanRun);
        if (!queue.isEmpty()) {
            SimulatedLease next = takeNext();
            queuedWork = queue.isEmpty() ? 0 : queuedWork - next.work.predicted();
            start(next);
        }
        lease.done.run();
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
