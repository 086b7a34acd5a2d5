package dev.floe.node.submitter.cache;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.command.proof.MissingInputs;
import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.cache.claims.ResultClaim;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.submitter.compilers.ResolvedCommand;
import dev.floe.node.submitter.context.CachePolicy;
import dev.floe.node.submitter.context.CommandCacheKeys;
import dev.floe.node.submitter.context.CompileTask;
import dev.floe.node.submitter.context.RequestContext;

/**
 * The second of the cache's three parts: looks for a result, waits for another build that makes it, and writes its
 * outputs.
 */
public final class ResultLookup implements AutoCloseable {
    private final RequestContext request;
    private final CachePolicy policy;
    private final HitDelivery delivery;
    private @Nullable ResultClaim claim; // this node's right to make the result, while it is open

    /** What the cache did for the command. */
    public sealed interface Answer {
        /** The outputs are written. */
        record Served(LookupResult.Hit hit) implements Answer {}

        /** There is no result, or none that can be used. */
        record Absent() implements Answer {}

        /** There is one, but its compile missed what is here now. */
        record Unproven(MissingInputs missing) implements Answer {}
    }

    private static final Answer ABSENT = new Answer.Absent();

    public ResultLookup(RequestContext request, ResolvedCommand resolved, CachePolicy policy) {
        this.request = request;
        this.policy = policy;
        this.delivery = new HitDelivery(request.services().results(), request.wrapper(), request.account(),
                resolved.command());
    }

    /** Serves the result of an observed compile. One that cannot be used is no reason to wait or to claim. */
    public Answer serveObserved(CompileTask task, CommandCacheKeys keys) throws IOException {
        request.account().lap(JobStep.SCAN);
        for (var key : keys.all()) {
            Optional<LookupResult.Hit> hit = request.services().results().cache().findUncounted(key);
            if (hit.isPresent() && delivery.deliver(hit.get(), task, false) instanceof Answer.Served served) {
                return served;
            }
        }
        request.account().lap(JobStep.CACHE);
        return ABSENT;
    }

    /**
     * Serves a result; if another build is making it, waits for that.
     *
     * @param limit how long to wait
     */
    public Answer serve(CompileTask task, CommandCacheKeys keys, Duration limit) throws IOException {
        if (!policy.reads()) {
            return ABSENT;
        }
        LookupResult lookup = policy.writes()
                ? request.services().results().cache().lookup(keys.first())
                : request.services().results().cache().find(keys.first()).<LookupResult>map(hit -> hit)
                        .orElse(new LookupResult.Miss("not held"));
        Answer answer = switch (lookup) {
            case LookupResult.Hit hit -> delivery.deliver(hit, task, false);
            case LookupResult.Claimed(ResultClaim mine) -> {
                claim = mine;
                yield ABSENT;
            }
            case LookupResult.InFlight(var waiting) -> {
                Optional<LookupResult.Hit> hit = waiting.await(limit, request.wrapper().disconnected());
                yield hit.isPresent() ? delivery.deliver(hit.get(), task, true) : ABSENT;
            }
            case LookupResult.Miss(String reason) -> {
                request.account().cache("miss: " + reason);
                yield ABSENT;
            }
        };
        if (answer instanceof Answer.Absent && keys.portable().isPresent()) {
            Optional<LookupResult.Hit> exact = request.services().results().cache().findUncounted(keys.exact());
            answer = exact.isPresent() ? delivery.deliver(exact.get(), task, false) : ABSENT;
        }
        request.account().lap(JobStep.CACHE);
        return answer;
    }

    /** This node's right to make the result; empty if it has none. */
    public Optional<ResultClaim> claim() {
        return Optional.ofNullable(claim);
    }

    @Override
    public void close() {
        if (claim != null) {
            claim.close();
        }
    }
}
