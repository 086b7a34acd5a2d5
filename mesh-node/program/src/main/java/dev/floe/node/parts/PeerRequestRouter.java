package dev.floe.node.parts;

import java.io.IOException;
import java.util.Map;

import dev.floe.node.cache.MeshCache;
import dev.floe.node.rpc.PeerServer;
import dev.floe.node.rpc.stream.PeerStream;

/** Hands what peers ask for to the part that answers. */
final class PeerRequestRouter implements PeerServer.Service {
    static final String JOB = "/job";

    private final Map<String, PeerServer.Service> services;
    private final MeshCache cache;

    /** @param services by their paths, but for those of the cache */
    PeerRequestRouter(Map<String, PeerServer.Service> services, MeshCache cache) {
        this.services = Map.copyOf(services);
        this.cache = cache;
    }

    @Override
    public boolean isTimed(String path) {
        return path.equals(JOB);
    }

    @Override
    public void serve(PeerStream exchange) throws IOException {
        PeerServer.Service service = services.get(exchange.path());
        if (service != null) {
            service.serve(exchange);
        } else if (MeshCache.serves(exchange.path())) {
            cache.serve(exchange);
        } else {
            throw new IOException("a request for " + exchange.path() + ", which this version does not know");
        }
    }
}
