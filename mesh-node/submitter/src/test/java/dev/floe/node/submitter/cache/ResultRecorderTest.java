package dev.floe.node.submitter.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.observation.PathSet;
import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.cache.claims.ResultClaim;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.node.submitter.context.CommandCacheKeys;
import dev.floe.node.submitter.context.OneRequest;

/** What is kept of a new result, and who is told. */
final class ResultRecorderTest {
    @TempDir
    Path directory;
    private OneRequest request;

    @BeforeEach
    void open() throws IOException {
        directory = directory.toRealPath();
        request = new OneRequest(directory);
    }

    @AfterEach
    void close() throws IOException {
        request.close();
    }

    private InputLookup manifests() {
        return new InputLookup(request.context(), request.resolved(), request.policy());
    }

    private ResultRecorder recorder(Optional<CommandCacheKeys> keys, Optional<ResultClaim> claim) {
        return new ResultRecorder(request.context(), request.policy(), manifests(), keys, claim, Optional.empty());
    }

    /** Of a compile that looked at the source alone. */
    private static WireObservation observation(String gap) throws IOException {
        BitSet source = new BitSet();
        source.set(0);
        return new WireObservation(gap, PathSet.encode(List.of()), List.of(), List.of(), List.of(),
                PathSet.encode(List.of()), PathSet.encode(List.of()), source.toByteArray());
    }

    @Test
    void keepsACopyOnlyIfTheBuildMayWriteAndTheKeysAreKnown() throws IOException {
        assertThat(recorder(Optional.of(request.keys()), Optional.empty()).ownCopy()).isPresent();
        assertThat(recorder(Optional.empty(), Optional.empty()).ownCopy()).isEmpty();
        request.node.cacheUses = Set.of(CacheMode.READ);
        assertThat(recorder(Optional.of(request.keys()), Optional.empty()).ownCopy()).isEmpty();
    }

    @Test
    void whatAnObservedCompileDependedOnIsFoundTheNextTime() throws IOException {
        CommandCacheKeys keys = request.keys();
        recorder(Optional.of(keys), Optional.empty()).made(keys.first(), request.task(), observation(""));
        assertThat(manifests().findObserved()).hasValueSatisfying(known -> assertThat(known.keys()).isEqualTo(keys));
    }

    @Test
    void aCompileThatWasNotWhollyObservedTeachesNothing() throws IOException {
        CommandCacheKeys keys = request.keys();
        recorder(Optional.of(keys), Optional.empty()).made(keys.first(), request.task(), null);
        recorder(Optional.of(keys), Optional.empty()).made(keys.first(), request.task(), observation("cc1 is static"));
        assertThat(manifests().findObserved()).isEmpty();
    }

    @Test
    void aServedResultTeachesAsItsCompileDid() throws IOException {
        CommandCacheKeys keys = request.keys();
        recorder(Optional.of(keys), Optional.empty()).served(request.task(),
                new LookupResult.Hit(keys.first(), request.observedResult(), "n1", true));
        assertThat(manifests().findObserved()).hasValueSatisfying(known -> assertThat(known.keys()).isEqualTo(keys));
    }

    @Test
    void whoWaitsIsToldOfTheResult() throws IOException {
        CommandCacheKeys keys = request.keys();
        ResultClaim claim = ((LookupResult.Claimed) request.node.cache().lookup(keys.first())).claim();
        LookupResult.InFlight waiting = (LookupResult.InFlight) request.node.cache().lookup(keys.first());
        request.keep(keys.exact(), request.result());
        recorder(Optional.of(keys), Optional.of(claim)).made(keys.exact(), request.task(), null);
        assertThat(waiting.waiting().await(Duration.ofSeconds(60), new CompletableFuture<>()))
                .hasValueSatisfying(hit -> assertThat(hit.key()).isEqualTo(keys.exact()));
    }
}
