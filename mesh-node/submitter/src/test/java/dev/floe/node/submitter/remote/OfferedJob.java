package dev.floe.node.submitter.remote;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.submitter.cache.InputLookup;
import dev.floe.node.submitter.cache.ResultRecorder;
import dev.floe.node.submitter.completion.RequestOutcome;
import dev.floe.node.submitter.context.OfferFactory;
import dev.floe.node.submitter.context.OneRequest;
import dev.floe.node.submitter.context.SubmittingNode;
import dev.floe.placement.PlacementRequest;

/** One command's job, offered to the peers of its node. */
final class OfferedJob {
    private OfferedJob() {}

    /** @param keep whether the executor is to keep the result */
    static RequestOutcome run(OneRequest request, boolean keep) throws IOException {
        PlacementRequest job = request.placement().with("here/1", request.task().found());
        Offer offer = OfferFactory.makeUnlisted("here/1", "here", request.command(), SubmittingNode.TOOLCHAIN,
                request.inputs(), Duration.ofSeconds(1), 1, request.command().sharing(), keep);
        InputLookup manifests = new InputLookup(request.context(), request.resolved(), request.policy());
        ResultRecorder recorder = new ResultRecorder(request.context(), request.policy(), manifests, Optional.empty(),
                Optional.empty(), Optional.empty());
        try (OfferSequence offers = new OfferSequence(request.context(), request.task(), request.placement(),
                request.node.scheduler().registerPending(job), recorder, new InputDictionary())) {
            return offers.run(offer, job);
        }
    }
}
