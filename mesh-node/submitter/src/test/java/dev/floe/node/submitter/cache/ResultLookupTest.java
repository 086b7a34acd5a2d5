package dev.floe.node.submitter.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.cache.claims.ResultClaim;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.submitter.cache.ResultLookup.Answer;
import dev.floe.node.submitter.context.OneRequest;
import dev.floe.node.submitter.roots.UserFileAccess;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResult.OutputFile;
import dev.floe.store.actioncache.ResultContent;

/** Which result is served, under which key, and who makes one that is missing. */
final class ResultLookupTest {
    private static final Duration SOON = Duration.ofMinutes(5);

    @TempDir
    Path directory;
    private OneRequest request;
    private final List<ResultLookup> lookups = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        directory = directory.toRealPath();
        request = new OneRequest(directory);
    }

    @AfterEach
    void close() throws IOException {
        lookups.forEach(ResultLookup::close);
        request.close();
    }

    private ResultLookup lookup() {
        ResultLookup made = new ResultLookup(request.context(), request.resolved(), request.policy());
        lookups.add(made);
        return made;
    }

    private Answer serve(ResultLookup stage) throws IOException {
        return stage.serve(request.task(), request.keys(), SOON);
    }

    private String cacheText() {
        return request.context().account().end(Decision.LOCAL, "", "", 0).cache();
    }

    @Test
    void theFirstWhoMissesAResultMayMakeIt() throws IOException {
        ResultLookup lookup = lookup();
        assertThat(serve(lookup)).isInstanceOf(Answer.Absent.class);
        assertThat(lookup.claim().map(ResultClaim::key)).contains(request.keys().first());
    }

    @Test
    void aClaimEndsWithItsStage() throws IOException {
        ResultLookup lookup = lookup();
        serve(lookup);
        assertThat(request.node.cache().lookup(request.keys().first())).isInstanceOf(LookupResult.InFlight.class);
        lookup.close();
        assertThat(request.node.cache().lookup(request.keys().first())).isInstanceOf(LookupResult.Claimed.class);
    }

    @Test
    void whoMayOnlyReadClaimsNothing() throws IOException {
        request.node.cacheUses = Set.of(CacheMode.READ);
        ResultLookup lookup = lookup();
        assertThat(serve(lookup)).isInstanceOf(Answer.Absent.class);
        assertThat(lookup.claim()).isEmpty();
        assertThat(cacheText()).isEqualTo("miss: not held");
    }

    @Test
    void whoMayOnlyWriteIsServedNothing() throws IOException {
        request.keep(request.keys().first(), request.result());
        request.node.cacheUses = Set.of(CacheMode.WRITE);
        assertThat(serve(lookup())).isInstanceOf(Answer.Absent.class);
        assertThat(request.wrapper.files()).isEmpty();
    }

    @Test
    void aResultThatAnotherBuildMakesIsWaitedFor() throws Exception {
        ResultLookup lookup = lookup();
        ResultClaim other = ((LookupResult.Claimed) request.node.cache().lookup(request.keys().first())).claim();
        Thread maker = Thread.ofVirtual().start(() -> {
            try {
                request.keep(request.keys().first(), request.result());
                other.done(request.keys().first());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(serve(lookup)).isInstanceOf(Answer.Served.class);
        maker.join();
        assertThat(lookup.claim()).isEmpty();
    }

    @Test
    void aResultThatItsMakerGivesUpIsAbsent() throws IOException {
        ResultClaim other = ((LookupResult.Claimed) request.node.cache().lookup(request.keys().first())).claim();
        Thread.ofVirtual().start(other::close);
        assertThat(serve(lookup())).isInstanceOf(Answer.Absent.class);
        assertThat(request.wrapper.files()).isEmpty();
    }

    @Test
    void theResultOfThisPlaceServesIfThereIsNoPortableOne() throws IOException {
        request.keep(request.keys().exact(), request.result());
        assertThat(request.keys().portable()).isPresent();
        ActionKey exact = request.keys().exact();
        assertThat(serve(lookup())).isInstanceOfSatisfying(Answer.Served.class,
                served -> assertThat(served.hit().key()).isEqualTo(exact));
        assertThat(cacheText()).isEqualTo("hit: held here");
    }

    @Test
    void aResultWithAFileThatTheCommandWouldNotMakeIsDropped() throws IOException {
        OutputFile makefile = new OutputFile("@d/Makefile", 0644, new ResultContent.Inline(new byte[1]), "");
        ActionResult good = request.result();
        request.keep(request.keys().first(), new ActionResult(good.output(), good.error(),
                List.of(good.files().getFirst(), makefile), "n1", Duration.ZERO));
        assertThat(serve(lookup())).isInstanceOf(Answer.Absent.class);
        assertThat(request.wrapper.files()).isEmpty();
        assertThat(cacheText()).endsWith("Makefile, which this command would not make");
        assertThat(request.node.cache().find(request.keys().first())).isEmpty();
    }

    @Test
    void aResultOfWhichBytesAreGoneIsAbsentAndNothingIsWritten() throws IOException {
        byte[] large = new byte[100_000];
        Digest digest = Digest.ofBytes(large);
        request.node.store().put(large);
        OutputFile object = new OutputFile("@d/M.o", 0644, new ResultContent.Stored(digest), "");
        ActionResult good = request.result();
        ActionResult stored = new ActionResult(good.output(), good.error(), List.of(object), "n1", Duration.ZERO);
        HitDelivery delivery = new HitDelivery(request.context().services().results(),
                request.wrapper.client(new UserFileAccess(true, Optional.empty(), false)),
                request.context().account(), request.command());
        LookupResult.Hit hit = new LookupResult.Hit(request.keys().first(), stored, "n1", false);
        request.node.store().remove(digest);
        assertThat(delivery.deliver(hit, request.task(), false)).isInstanceOf(Answer.Absent.class);
        assertThat(request.wrapper.files()).isEmpty();
    }

    @Test
    void aResultThatMissedWhatCannotBeSentIsAbsent() throws IOException {
        Path program = directory.resolve("tool");
        Files.writeString(program, "");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        request.keep(request.keys().first(), request.observedResult(Path.of("tool")));
        assertThat(serve(lookup())).isInstanceOf(Answer.Absent.class);
        assertThat(cacheText()).isEqualTo("miss: " + program + " was missed when the result was made");
    }

    @Test
    void aResultThatMissedWhatCanBeSentIsUnproven() throws IOException {
        Path header = Files.writeString(directory.resolve("opt.h"), "");
        request.keep(request.keys().first(), request.observedResult(Path.of("opt.h")));
        assertThat(serve(lookup())).isInstanceOfSatisfying(Answer.Unproven.class,
                unproven -> assertThat(unproven.missing().paths()).containsExactly(header));
    }

    @Test
    void theResultOfAnObservedCompileIsNoReasonToClaim() throws IOException {
        ResultLookup lookup = lookup();
        assertThat(lookup.serveObserved(request.task(), request.keys())).isInstanceOf(Answer.Absent.class);
        assertThat(lookup.claim()).isEmpty();
        request.keep(request.keys().exact(), request.result());
        assertThat(lookup.serveObserved(request.task(), request.keys())).isInstanceOf(Answer.Served.class);
    }
}
