package dev.floe.node.mesh.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Waits but a moment for the address of this machine's own name, and takes the loopback's then. Libraries ask for it
 * when they start, for properties that nothing here uses; on a machine that no name service knows they would wait some
 * twenty seconds. All else is the system's.
 */
public final class LocalHostnameResolver extends InetAddressResolverProvider {
    private static final Duration MOMENT = Duration.ofMillis(500);

    @Override
    public InetAddressResolver get(Configuration configuration) {
        return resolver(configuration.builtinResolver(), configuration::lookupLocalHostName);
    }

    static InetAddressResolver resolver(InetAddressResolver system, Supplier<String> ownName) {
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                return host.equals(ownName.get())
                        ? own(host, policy)
                        : system.lookupByName(host, policy);
            }

            private Stream<InetAddress> own(String host, LookupPolicy policy) throws UnknownHostException {
                CompletableFuture<Stream<InetAddress>> found = new CompletableFuture<>();
                Thread.ofPlatform().daemon().name("look up " + host).start(() -> {
                    try {
                        found.complete(system.lookupByName(host, policy));
                    } catch (UnknownHostException e) {
                        found.completeExceptionally(e);
                    }
                });
                Stream<InetAddress> loopback = Stream
                        .of(InetAddress.getByAddress(host, InetAddress.getLoopbackAddress().getAddress()));
                try {
                    return found.completeOnTimeout(loopback, MOMENT.toMillis(), TimeUnit.MILLISECONDS).join();
                } catch (CompletionException _) {
                    return loopback; // nobody knows it
                }
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
