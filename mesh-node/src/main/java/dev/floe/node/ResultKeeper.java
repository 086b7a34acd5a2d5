package dev.floe.node;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.cache.Maker;
import dev.floe.node.cache.MeshCache;
import dev.floe.node.execute.Executor;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.WireObservation;
import dev.floe.store.FailureText;

/** Hands what the executor made to the mesh's cache. */
record ResultKeeper(Maker maker, MeshCache cache) implements Executor.Keeper {
    private static final Logger LOG = LogManager.getLogger(ResultKeeper.class);

    @Override
    public Optional<Maker.Kept> make(Offer offer, List<Maker.Made> files, Path output, Path error, Duration compute,
            @Nullable WireObservation observation) {
        try {
            Maker.Kept kept = maker.make(offer, files, output, error, compute, observation);
            return cache.signed(kept.key(), kept.result()).map(signed -> new Maker.Kept(kept.key(), signed));
        } catch (IOException e) {
            LOG.debug("job={} its result is not kept: {}", offer.jobId(), FailureText.of(e));
            return Optional.empty();
        }
    }

    @Override
    public void keep(Maker.Kept kept) {
        cache.keep(kept.key(), kept.result());
    }
}
