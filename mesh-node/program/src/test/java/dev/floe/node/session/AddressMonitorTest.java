package dev.floe.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;

final class AddressMonitorTest {
    private static final InetAddress HOME = address("192.168.1.5");
    private static final InetAddress OFFICE = address("10.0.0.7");
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final Set<InetAddress> present = new HashSet<>(Set.of(HOME));
    private InetAddress routable = HOME;
    private final AddressMonitor.HostAddresses host = new AddressMonitor.HostAddresses() {
        @Override
        public InetAddress routable() {
            return routable;
        }

        @Override
        public boolean isPresent(InetAddress address) {
            return present.contains(address);
        }
    };
    private final AddressMonitor monitor = new AddressMonitor(HOME, host);

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private void move(InetAddress to) {
        present.clear();
        present.add(to);
        routable = to;
    }

    @Test
    void anAddressThatHasReplacedTheOldOneCountsWhenItWasSeenTwice() {
        assertThat(monitor.changed()).isEmpty();
        move(OFFICE);
        assertThat(monitor.changed()).isEmpty();
        assertThat(monitor.changed()).hasValue(OFFICE);
    }

    @Test
    void anotherRouteIsNoReasonWhileTheOldAddressIsThere() {
        present.add(OFFICE);
        routable = OFFICE;
        assertThat(monitor.changed()).isEmpty();
        assertThat(monitor.changed()).isEmpty();
        assertThat(monitor.isGone()).isFalse();
    }

    @Test
    void aMachineWithoutANetworkKeepsItsAddressAndComesBackToIt() {
        move(LOOPBACK);
        assertThat(monitor.changed()).isEmpty();
        assertThat(monitor.changed()).isEmpty();
        assertThat(monitor.isGone()).isTrue();
        move(HOME);
        assertThat(monitor.changed()).isEmpty();
        assertThat(monitor.changed()).isEmpty();
    }

    @Test
    void addressesThatPassAreNotTaken() {
        move(OFFICE);
        assertThat(monitor.changed()).isEmpty();
        move(address("169.254.3.3"));
        assertThat(monitor.changed()).isEmpty();
        move(OFFICE);
        assertThat(monitor.changed()).isEmpty();
        assertThat(monitor.changed()).hasValue(OFFICE);
    }

    @Test
    void aNodeThatStartedWithoutANetworkTakesItsFirstAddress() {
        AddressMonitor offline = new AddressMonitor(LOOPBACK, host);
        assertThat(offline.changed()).isEmpty();
        assertThat(offline.changed()).hasValue(HOME);
    }
}
