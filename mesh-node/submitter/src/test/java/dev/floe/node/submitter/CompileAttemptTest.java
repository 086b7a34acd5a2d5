package dev.floe.node.submitter;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.LocalReason;
import dev.floe.command.LocalReason.ReasonCode;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.proof.ExtraInputs;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.submitter.completion.RequestOutcome;
import dev.floe.node.submitter.completion.RequestOutcome.Incomplete;
import dev.floe.node.submitter.completion.RequestOutcome.Local;
import dev.floe.node.submitter.completion.RequestOutcome.Written;
import dev.floe.node.submitter.context.OneRequest;
import dev.floe.node.submitter.context.RequestContext;
import dev.floe.node.submitter.context.SubmittingNode;
import dev.floe.node.submitter.remote.InputDictionary;
import dev.floe.node.submitter.wrapper.HelloFrame.Mode;

/** The stages of one attempt: what ends it, and which of them are not reached then. */
final class CompileAttemptTest {
    private static final int NO_SPACE = 28;

    @TempDir
    Path directory;
    private final AtomicInteger discoveries = new AtomicInteger();
    private @Nullable OneRequest opened;
    private @Nullable RequestContext context;

    @BeforeEach
    void find() throws IOException {
        directory = directory.toRealPath();
    }

    @AfterEach
    void close() throws IOException {
        if (opened != null) {
            opened.close();
        }
    }

    private OneRequest open(OneRequest request) {
        opened = request;
        context = request.context();
        request.node.discovery = (_, _, _, _) -> {
            discoveries.incrementAndGet();
            return request.found();
        };
        return request;
    }

    private RequestContext context() {
        return requireNonNull(context);
    }

    private OneRequest withCache() throws IOException {
        return open(new OneRequest(directory));
    }

    private OneRequest withoutCache(Mode mode) throws IOException {
        return open(new OneRequest(directory, mode, Set.of()));
    }

    private RequestOutcome run(OneRequest request) throws IOException {
        try (CompileAttempt attempt = new CompileAttempt(context(), request.resolved(), ExtraInputs.NONE,
                request.placement(), request.policy(), new InputDictionary())) {
            return attempt.run();
        }
    }

    private JobRecord record() {
        return context().account().end(Decision.LOCAL, "", "", 0);
    }

    @Test
    void inputsThatAreNotKnownKeepTheCommandLocal() throws IOException {
        OneRequest request = withCache();
        LocalReason reason = new LocalReason(ReasonCode.OUTPUT_KIND, "M.c");
        request.node.discovery = (_, _, _, _) -> new DiscoveryResult.InputsUnknown(reason);
        assertThat(run(request)).isInstanceOfSatisfying(Local.class,
                local -> assertThat(local.reason()).isEqualTo("inputs: " + reason));
    }

    @Test
    void withoutCacheACommandThatIsFastestHereIsNotRead() throws IOException {
        OneRequest request = withoutCache(Mode.AUTO);
        request.node.addSelf();
        assertThat(run(request)).isInstanceOfSatisfying(Local.class,
                local -> assertThat(local.reason()).isEqualTo("this machine is expected to finish first"));
        assertThat(discoveries).hasValue(0);
    }

    @Test
    void aUserWhoInsistsIsNotServedHere() throws IOException {
        OneRequest request = withoutCache(Mode.REMOTE);
        request.node.addSelf();
        request.node.addPeer("n1", LyingExecutor.returning(LyingExecutor.object(directory.resolve("M.o").toString())));
        assertThat(run(request)).isInstanceOfSatisfying(Written.class, written -> {
            assertThat(written.decision()).isEqualTo(Decision.REMOTE);
            assertThat(written.node()).isEqualTo("n1");
        });
        assertThat(discoveries).hasValue(1);
    }

    @Test
    void aResultThatIsHeldIsServed() throws IOException {
        OneRequest request = withCache();
        request.keep(request.keys().first(), request.result());
        assertThat(run(request)).isInstanceOfSatisfying(Written.class, written -> {
            assertThat(written.decision()).isEqualTo(Decision.CACHED);
            assertThat(written.reason()).isEqualTo("cache hit");
            written.afterwards().run();
        });
        assertThat(request.wrapper.files()).containsOnlyKeys(directory.resolve("M.o").toString());
        assertThat(record().cache()).isEqualTo("hit: held here");
        assertThat(request.node.audits).as("it was not drawn").isEmpty();
    }

    @Test
    void aResultThatIsDrawnIsAudited() throws IOException {
        OneRequest request = withCache();
        request.node.isAudited = true;
        request.keep(request.keys().first(), request.result());
        ((Written) run(request)).afterwards().run();
        assertThat(request.node.audits).singleElement().satisfies(served -> {
            assertThat(served.key()).isEqualTo(request.keys().first());
            assertThat(served.offer().keep()).as("what an audit makes is not kept").isFalse();
            assertThat(served.offer().inputs()).hasSize(request.inputs().inputs().size());
        });
    }

    @Test
    void aResultThatCannotBeWrittenKeepsTheCommandLocal() throws IOException {
        OneRequest request = withCache();
        request.keep(request.keys().first(), request.result());
        request.wrapper.refuseToWrite(NO_SPACE);
        assertThat(run(request)).isInstanceOfSatisfying(Local.class,
                local -> assertThat(local.reason()).startsWith("a cached result cannot be written: "));
        assertThat(request.wrapper.files()).isEmpty();
    }

    @Test
    void theInputsOfAnObservedResultAreNotDiscoveredAgain() throws IOException {
        OneRequest request = withCache();
        request.keep(request.keys().first(), request.observedResult(Path.of("opt.h")));
        assertThat(run(request)).isInstanceOf(Written.class);
        assertThat(discoveries).hasValue(1);
        context = request.again();
        assertThat(run(request)).isInstanceOf(Written.class);
        assertThat(discoveries).hasValue(1);
        assertThat(record().inputs()).as("what the compile looked at").isPositive();
    }

    @Test
    void aResultWhoseCompileMissedWhatIsHereIsNotServed() throws IOException {
        OneRequest request = withCache();
        Path header = Files.writeString(directory.resolve("opt.h"), "");
        request.keep(request.keys().first(), request.observedResult(Path.of("opt.h")));
        assertThat(run(request)).isInstanceOfSatisfying(Incomplete.class,
                incomplete -> assertThat(incomplete.missing().paths()).containsExactly(header));
        assertThat(request.wrapper.files()).isEmpty();
    }

    @Test
    void aCommandThatReadsTheClockIsNotServedFromTheCache() throws IOException {
        OneRequest request = withCache();
        request.keep(request.keys().first(), request.result());
        request.node.discovery = (_, _, _, _) -> request.found(true);
        assertThat(run(request)).isInstanceOfSatisfying(Local.class,
                local -> assertThat(local.reason()).isEqualTo("no node is eligible"));
        assertThat(request.wrapper.files()).isEmpty();
        assertThat(record().cache()).startsWith("not cached: __DATE__");
    }

    @Test
    void aNewResultIsMadeHereIfNoPeerCan() throws IOException {
        OneRequest request = withCache();
        String object = directory.resolve("M.o").toString();
        request.node.ownExecutor = Optional.of(
                new LyingExecutor(LyingExecutor.returning(LyingExecutor.object(object))));
        assertThat(run(request)).isInstanceOfSatisfying(Written.class, written -> {
            assertThat(written.decision()).isEqualTo(Decision.LOCAL);
            assertThat(written.node()).isEqualTo(SubmittingNode.NAME);
        });
        assertThat(request.wrapper.files()).containsOnlyKeys(object);
    }

    @Test
    void anAttemptThatIsOverLeavesNoClaim() throws IOException {
        OneRequest request = withCache();
        assertThat(run(request)).isInstanceOf(Local.class);
        assertThat(request.node.cache().lookup(request.keys().first()))
                .isInstanceOf(dev.floe.node.cache.claims.LookupResult.Claimed.class);
    }
}
