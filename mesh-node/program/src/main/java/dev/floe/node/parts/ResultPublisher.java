package dev.floe.node.parts;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.cache.MeshCache;
import dev.floe.node.cache.keys.ResultBuilder;
import dev.floe.node.executor.Executor;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.store.FailureText;

/** Hands what the executor made to the mesh's cache. */
record ResultPublisher(ResultBuilder maker, MeshCache cache) implements Executor.ResultSink {
    private static final Logger LOG = LogManager.getLogger(ResultPublisher.class);

    @Override
    public Optional<ResultBuilder.BuiltResult> make(Offer offer, List<ResultBuilder.OutputFileOnDisk> files,
            Path output, Path error, Duration compute,
            @Nullable WireObservation observation) {
        if (!cache.sharesJob(offer)) {
            return Optional.empty();
        }
        try {
            ResultBuilder.BuiltResult kept = maker.make(offer, files, output, error, compute, observation);
            return cache.signed(kept.key(), kept.result())
                    .map(signed -> new ResultBuilder.BuiltResult(kept.key(), signed));
        } catch (IOException e) {
            LOG.debug("job={} its result is not kept: {}", offer.jobId(), FailureText.of(e));
            return Optional.empty();
        }
    }

    @Override
    public void keep(ResultBuilder.BuiltResult kept) {
        cache.keep(kept.key(), kept.result());
    }
}
