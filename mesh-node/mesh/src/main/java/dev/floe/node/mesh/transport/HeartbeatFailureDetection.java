package dev.floe.node.mesh.transport;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import org.jgroups.Address;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.FD_ALL3;

/**
 * The group's failure detection by heartbeats, which also says who has been silent for this node. That is earlier than
 * the group drops a member, and a member that only this node does not hear is never dropped.
 */
final class HeartbeatFailureDetection extends FD_ALL3 {
    private final LongSupplier nanoClock;
    private final Map<Address, Long> heard = new ConcurrentHashMap<>(); // nanoseconds of the clock

    HeartbeatFailureDetection(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        // Its messages are those of the class above.
        setId(ClassConfigurator.getProtocolId(FD_ALL3.class));
    }

    @Override
    protected void update(Address sender, boolean logged, boolean onlyNew) {
        super.update(sender, logged, onlyNew);
        if (sender != null && !onlyNew) {
            heard.put(sender, nanoClock.getAsLong());
        }
    }

    @Override
    protected void retainKeys(List<Address> present) {
        super.retainKeys(present);
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
