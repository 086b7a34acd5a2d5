package dev.floe.node.mesh.transport;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jgroups.Address;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.FD_ALL3;

/**
 * The group's failure detection by heartbeats, which also says who has been silent for this node. That is earlier than
 * the group drops a member, and a member that only this node does not hear is never dropped. A heartbeat of a node that
 * is no member comes from one that was dropped and has not noticed, or from one whose group has this node by mistake.
 */
final class HeartbeatFailureDetection extends FD_ALL3 {
    private final LongSupplier nanoClock;
    private final Consumer<Address> onStranger;
    private final Map<Address, Long> heard = new ConcurrentHashMap<>(); // nanoseconds of the clock
    private volatile Set<Address> present = Set.of(); // replaced at each change of the members

    /** {@code onStranger} runs at each heartbeat of a node that is no member; it must be quick. */
    HeartbeatFailureDetection(LongSupplier nanoClock, Consumer<Address> onStranger) {
        this.nanoClock = nanoClock;
        this.onStranger = onStranger;
        // Its messages are those of the class above.
        setId(ClassConfigurator.getProtocolId(FD_ALL3.class));
    }

    @Override
    protected void update(Address sender, boolean isHeartbeat, boolean onlyNew) {
        super.update(sender, isHeartbeat, onlyNew);
        if (sender == null || onlyNew) {
            return;
        }
        heard.put(sender, nanoClock.getAsLong());
        if (isHeartbeat && !present.isEmpty() && !present.contains(sender)) {
            onStranger.accept(sender);
        }
    }

    @Override
    protected void retainKeys(List<Address> members) {
        super.retainKeys(members);
        present = Set.copyOf(members);
        heard.keySet().retainAll(present);
        present.forEach(member -> heard.putIfAbsent(member, nanoClock.getAsLong()));
    }

    /** The members of which nothing has come for longer than {@code silence}. */
    List<Address> silent(Duration silence) {
        long now = nanoClock.getAsLong();
        return heard.entrySet().stream()
                .filter(each -> !each.getKey().equals(local_addr) && now - each.getValue() > silence.toNanos())
                .map(Map.Entry::getKey).toList();
    }
}
