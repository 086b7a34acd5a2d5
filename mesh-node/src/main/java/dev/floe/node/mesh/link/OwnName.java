package dev.floe.node.mesh.link;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/**
 * Knows this machine's own name, and leaves all other names to the system. Libraries look it up when they start, for properties that nothing
 * here uses; on a machine that no name service knows they would wait some twenty seconds for that.
 */
public final class OwnName extends InetAddressResolverProvider {
    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver system = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                return host.equals(configuration.lookupLocalHostName())
                        ? Stream.of(InetAddress.getByAddress(host, InetAddress.getLoopbackAddress().getAddress()))
                        : system.lookupByName(host, policy);
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                return system.lookupByAddress(address);
            }
        };
    }

    @Override
    public String name() {
        return "Floe: this machine's own name";
    }
}
