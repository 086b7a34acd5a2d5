package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

final class LocalHostnameResolverTest {
    private static final LookupPolicy ANY = LookupPolicy.of(LookupPolicy.IPV4 | LookupPolicy.IPV6);

    private final CountDownLatch answers = new CountDownLatch(1);
    private final InetAddressResolver resolver = LocalHostnameResolver.resolver(new InetAddressResolver() {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
            if (host.equals("silent")) {
                awaitAnswers();
            }
            if (host.equals("nobody")) {
                throw new UnknownHostException(host);
            }
            return Stream.of(InetAddress.getByAddress(host, new byte[]{10, 1, 2, 3}));
        }

        @Override
        public String lookupByAddress(byte[] address) {
            return "other";
        }
    }, () -> this.own);
    private String own = "board";

    private void awaitAnswers() {
        try {
            answers.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void takesWhatTheSystemSays() throws UnknownHostException {
        assertThat(resolver.lookupByName("board", ANY).map(InetAddress::getHostAddress)).containsExactly("10.1.2.3");
        assertThat(resolver.lookupByName("other", ANY).map(InetAddress::getHostAddress)).containsExactly("10.1.2.3");
        assertThat(resolver.lookupByAddress(new byte[4])).isEqualTo("other");
    }

    @Test
    void takesTheLoopbackForAnOwnNameThatNobodyKnowsOrAnswersFor() throws UnknownHostException {
        for (String name : new String[]{"nobody", "silent"}) {
            own = name;
            assertThat(resolver.lookupByName(name, ANY)).singleElement()
                    .satisfies(address -> assertThat(address.isLoopbackAddress()).isTrue());
        }
        answers.countDown();
    }

    @Test
    void leavesOtherUnknownNamesUnknown() {
        assertThatThrownBy(() -> resolver.lookupByName("nobody", ANY)).isInstanceOf(UnknownHostException.class);
    }
}
