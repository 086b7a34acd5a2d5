package dev.floe.node.submit;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.node.cache.Claim;
import dev.floe.node.cache.Lookup;
import dev.floe.node.record.Step;

/** The second of the cache's three parts: looks for a result, waits for another build that makes it, and writes its outputs. */
final class ResultLookup implements AutoCloseable {
    private final RequestContext request;
    private final CachePolicy policy;
    private final Delivery delivery;
    private @Nullable Claim claim; // this node's right to make the result, while it is open

    /** What the cache did for the command. */
    sealed interface Answer {
        /** The outputs are written. */
        record Served(Lookup.Hit hit) implements Answer {}

        /** There is no result, or none that can be used. */
        record Absent() implements Answer {}

        /** There is one, but its compile missed what is here now. */
        record Unproven(dev.floe.front.proof.Shortfall missing) implements Answer {}
    }

    private static final Answer ABSENT = new Answer.Absent();

    ResultLookup(RequestContext request, ResolvedCommand resolved, CachePolicy policy) {
        this.request = request;
        this.policy = policy;
        this.delivery = new Delivery(request.site(), request.hands(), request.account(), resolved.command(),
                request.memory().readHere());
    }

    /** Serves the result of an observed compile. One that cannot be used is no reason to wait or to claim. */
    Answer serveObserved(CompileTask task, ResultKeys keys) throws IOException {
        request.account().lap(Step.DISCOVER);
        for (var key : keys.all()) {
            Optional<Lookup.Hit> hit = request.site().cache().findAlso(key);
            if (hit.isPresent() && delivery.deliver(hit.get(), task, false) instanceof Answer.Served served) {
                return served;
            }
        }
        request.account().lap(Step.CACHE);
        return ABSENT;
    }

    /**
     * Serves a result; if another build is making it, waits for that.
     *
     * @param limit how long to wait
     */
    Answer serve(CompileTask task, ResultKeys keys, Duration limit) throws IOException {
        if (!policy.reads()) {
            return ABSENT;
        }
        Lookup lookup = policy.writes()
                ? request.site().cache().lookup(keys.first())
                : request.site().cache().find(keys.first()).<Lookup>map(hit -> hit).orElse(new Lookup.Miss("not held"));
        Answer answer = switch (lookup) {
            case Lookup.Hit hit -> delivery.deliver(hit, task, false);
            case Lookup.Mine(Claim mine) -> {
                claim = mine;
                yield ABSENT;
            }
            case Lookup.Busy(var waiting) -> {
                Optional<Lookup.Hit> hit = waiting.await(limit, request.hands().gone());
                yield hit.isPresent() ? delivery.deliver(hit.get(), task, true) : ABSENT;
            }
            case Lookup.Miss(String reason) -> {
                request.account().cache("miss: " + reason);
                yield ABSENT;
            }
        };
        if (answer instanceof Answer.Absent && keys.portable().isPresent()) {
            Optional<Lookup.Hit> exact = request.site().cache().findAlso(keys.exact());
            answer = exact.isPresent() ? delivery.deliver(exact.get(), task, false) : ABSENT;
        }
        request.account().lap(Step.CACHE);
        return answer;
    }

    /** This node's right to make the result; empty if it has none. */
    Optional<Claim> claim() {
        return Optional.ofNullable(claim);
    }

    @Override
    public void close() {
        if (claim != null) {
            claim.close();
        }
    }
}
