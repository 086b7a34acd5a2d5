package dev.floe.node.submitter.remote;

import static dev.floe.node.submitter.LyingExecutor.accepted;
import static dev.floe.node.submitter.LyingExecutor.object;
import static dev.floe.node.submitter.LyingExecutor.returning;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.JobReturned;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.ResendInputs;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.submitter.LyingExecutor;
import dev.floe.node.submitter.completion.RequestOutcome;
import dev.floe.node.submitter.completion.RequestOutcome.Local;
import dev.floe.node.submitter.completion.RequestOutcome.Written;
import dev.floe.node.submitter.context.OneRequest;
import dev.floe.node.submitter.wrapper.HelloFrame.Mode;
import dev.floe.placement.ranking.IneligibleNode;
import dev.floe.placement.ranking.Ranking;

/** Who is asked after whom, and when the offers end. */
final class OfferSequenceTest {
    private static final int NO_SPACE = 28;

    @TempDir
    Path directory;
    private @Nullable OneRequest opened;
    private String object;

    @BeforeEach
    void find() throws IOException {
        directory = directory.toRealPath();
        object = directory.resolve("M.o").toString();
    }

    @AfterEach
    void close() throws IOException {
        if (opened != null) {
            opened.close();
        }
    }

    private OneRequest open(Mode mode) throws IOException {
        OneRequest request = new OneRequest(directory, mode, Set.of());
        opened = request;
        return request;
    }

    private String local(OneRequest request, boolean keep) throws IOException {
        RequestOutcome outcome = OfferedJob.run(request, keep);
        assertThat(outcome).isInstanceOf(Local.class);
        return ((Local) outcome).reason();
    }

    private static List<JobRecord.Attempt> attempts(OneRequest request) {
        return request.context().account().end(Decision.LOCAL, "", "", 0).attempts();
    }

    private LyingExecutor own() {
        return new LyingExecutor(returning(object(object)));
    }

    @Test
    void withoutAPeerTheCommandIsLocal() throws IOException {
        assertThat(local(open(Mode.AUTO), false)).isEqualTo("no node is eligible");
    }

    @Test
    void aPeerThatThisNodeDoesNotReachIsOfferedNothing() throws IOException {
        OneRequest request = open(Mode.AUTO);
        AtomicInteger offers = new AtomicInteger();
        request.node.addPeer("n1", (_, _) -> offers.incrementAndGet());
        var connections = request.context().services().executors().connections();
        request.node.scheduler().route(request.node.scheduler().named("n1").orElseThrow())
                .ifPresent(way -> connections.reachability().failed(way.address(), "no answer"));
        assertThat(local(request, false)).isEqualTo("n1 is not reached from this node; floe nodes says why");
        assertThat(offers).hasValue(0);
    }

    @Test
    void theOfferSaysHowLongItTravels() throws IOException {
        OneRequest request = open(Mode.AUTO);
        List<Long> travel = new ArrayList<>();
        request.node.addPeer("n1", (conversation, offer) -> {
            travel.add(offer.travelMillis());
            returning(object(object)).answer(conversation, offer);
        });
        OfferedJob.run(request, false);
        assertThat(travel).as("the guess for a path that nobody has measured").containsExactly(1L);
    }

    @Test
    void aPeerThatRefusesIsAskedAgainWhenItHasRoom() throws IOException {
        OneRequest request = open(Mode.AUTO);
        AtomicInteger offers = new AtomicInteger();
        request.node.addPeer("n1", (conversation, offer) -> {
            if (offers.incrementAndGet() > 1) {
                returning(object(object)).answer(conversation, offer);
                return;
            }
            request.node.hear(3, 8);
            conversation.send(new OfferAnswer(AdmissionVerdict.REFUSED, List.of(), 0, "full",
                    new WireState(1, 2, 2, 6, 0, 0, 1L << 33, false)));
            conversation.finish();
        });
        assertThat(OfferedJob.run(request, false)).isInstanceOfSatisfying(Written.class,
                written -> assertThat(written.node()).isEqualTo("n1"));
        assertThat(attempts(request)).containsExactly(new JobRecord.Attempt("n1", "refused: full"),
                new JobRecord.Attempt("n1", "done"));
    }

    @Test
    void aPeerThatHasForgottenTheNumbersGetsAllInputs() throws IOException {
        OneRequest request = open(Mode.AUTO);
        List<String> all = request.inputs().inputs().stream().map(input -> input.path().toString()).toList();
        List<List<String>> listed = new ArrayList<>();
        request.node.addPeer("n1", (conversation, offer) -> {
            listed.add(offer.inputs().stream().map(WireInput::path).toList());
            conversation.send(new ResendInputs(offer.glossary()));
            conversation.flush();
            Offer again = conversation.receive(Offer.class);
            listed.add(again.inputs().stream().map(WireInput::path).toList());
            assertThat(again.glossary()).isZero();
            returning(object(object)).answer(conversation, again);
        });
        assertThat(OfferedJob.run(request, false)).isInstanceOf(Written.class);
        assertThat(listed).containsExactly(all, all);
    }

    @Test
    void afterThreeLossesTheCommandIsLocal() throws IOException {
        OneRequest request = open(Mode.AUTO);
        for (int i = 1; i <= 5; i++) {
            request.node.addAbsentPeer("n" + i);
        }
        assertThat(local(request, false)).matches("n[1-5]: .*");
        assertThat(attempts(request)).hasSize(3).allMatch(attempt -> attempt.result().startsWith("lost: "))
                .extracting(JobRecord.Attempt::node).doesNotHaveDuplicates();
    }

    @Test
    void afterALossAnotherPeerIsAsked() throws IOException {
        OneRequest request = open(Mode.AUTO);
        AtomicInteger offers = new AtomicInteger();
        LyingExecutor.Script losesTheFirst = (conversation, offer) -> {
            if (offers.incrementAndGet() > 1) {
                returning(object(object)).answer(conversation, offer);
            }
        };
        request.node.addPeer("n1", losesTheFirst);
        request.node.addPeer("n2", losesTheFirst);
        assertThat(OfferedJob.run(request, false)).isInstanceOf(Written.class);
        assertThat(attempts(request)).extracting(JobRecord.Attempt::node).containsExactlyInAnyOrder("n1", "n2");
        assertThat(request.wrapper.files()).containsOnlyKeys(object);
    }

    @Test
    void aPeerThatLeavesAndReturnsTheJobHasNotLostIt() throws IOException {
        OneRequest request = open(Mode.AUTO);
        LyingExecutor.Script returns = accepted((conversation, _) -> {
            conversation.send(new JobReturned("the node leaves the mesh", LyingExecutor.STATE));
            conversation.finish();
        });
        for (int i = 1; i <= 4; i++) {
            request.node.addPeer("n" + i, returns);
        }
        assertThat(local(request, false)).matches("n[1-4]: the node leaves the mesh");
        assertThat(attempts(request)).as("more than may lose a job").hasSize(4)
                .allMatch(attempt -> attempt.result().equals("returned: the node leaves the mesh"));
        assertThat(request.node.scheduler().rank(request.placement().with("here/2", request.task().found()), false)
                .pausing()).as("nodes that pause because they have failed").isEmpty();
    }

    @Test
    void aGuessIsNotOfferedToAPeerThatDoesNotObserve() throws IOException {
        OneRequest request = open(Mode.AUTO);
        DiscoveryResult.InputsFound found = request.found();
        request.node.addPeer("n1", returning(object(object)));
        DiscoveryResult.InputsFound guess = new DiscoveryResult.InputsFound(found.inputs(), false, found.footprint(),
                Optional.of("M.c: NAME"));
        Ranking ranking = request.node.scheduler().rank(request.placement().with("here/1", guess), false);
        assertThat(ranking.candidates()).isEmpty();
        assertThat(ranking.ineligible()).extracting(IneligibleNode::text)
                .containsExactly("is of an older version without observe, which the job needs");
        assertThat(request.node.scheduler().rank(request.placement().with("here/1", found), false).candidates())
                .hasSize(1);
    }

    @Test
    void aPeerThatHasLostTheJobIsNotAskedAgainEvenIfTheUserInsists() throws IOException {
        OneRequest request = open(Mode.REMOTE);
        request.node.addAbsentPeer("n1");
        assertThat(local(request, false)).startsWith("n1: ");
        assertThat(attempts(request)).hasSize(1);
    }

    @Test
    void aPeerThatTakesNoJobsForTheToolchainIsNotAsked() throws IOException {
        OneRequest request = open(Mode.AUTO);
        request.node.addPeerWithoutToolchain("n1");
        assertThat(local(request, false))
                .isEqualTo("n1 takes no jobs for this toolchain; floe nodes says why");
        assertThat(attempts(request)).isEmpty();
    }

    @Test
    void aPeerThatHasMadeWrongResultsIsNotAsked() throws IOException {
        OneRequest request = open(Mode.AUTO);
        request.node.distrusted = Set.of(request.node.addPeer("n1", returning(object(object))));
        assertThat(local(request, false)).isEqualTo("no node is eligible");
        assertThat(attempts(request)).isEmpty();
        assertThat(request.wrapper.files()).isEmpty();
    }

    @Test
    void outputsThatCannotBeWrittenAreNotMadeAgainElsewhere() throws IOException {
        OneRequest request = open(Mode.AUTO);
        request.node.addPeer("n1", returning(object(object)));
        request.node.addPeer("n2", returning(object(object)));
        request.wrapper.refuseToWrite(NO_SPACE);
        assertThat(local(request, false)).matches("what n[12] made cannot be written: .*");
        assertThat(attempts(request)).hasSize(1);
    }

    @Test
    void aJobThatIsKeptIsMadeHereIfNoPeerTakesIt() throws IOException {
        OneRequest request = open(Mode.AUTO);
        request.node.ownExecutor = Optional.of(own());
        assertThat(OfferedJob.run(request, true)).isInstanceOfSatisfying(Written.class, written -> {
            assertThat(written.decision()).isEqualTo(Decision.LOCAL);
            assertThat(written.reason()).isEqualTo("no node is eligible");
            assertThat(written.node()).isEqualTo("here");
        });
    }

    @Test
    void aJobThatIsNotKeptIsLeftToTheWrapper() throws IOException {
        OneRequest request = open(Mode.AUTO);
        request.node.ownExecutor = Optional.of(own());
        assertThat(local(request, false)).isEqualTo("no node is eligible");
        assertThat(request.wrapper.files()).isEmpty();
    }

    @Test
    void theOwnExecutorDoesNotServeAUserWhoInsists() throws IOException {
        OneRequest request = open(Mode.REMOTE);
        request.node.ownExecutor = Optional.of(own());
        assertThat(local(request, true)).isEqualTo("no node is eligible");
        assertThat(request.wrapper.files()).isEmpty();
    }

    @Test
    void theOwnExecutorDoesNotConfirmAFailure() throws IOException {
        OneRequest request = open(Mode.AUTO);
        request.node.addPeer("n1", accepted((conversation, _) -> LyingExecutor.end(conversation, 1)));
        request.node.ownExecutor = Optional.of(own());
        assertThat(local(request, true)).isEqualTo("n1 exited with 1; repeated locally to confirm");
        assertThat(request.wrapper.files()).isEmpty();
    }

    @Test
    void aFailureOfTheOwnExecutorLeavesTheCommandToTheWrapper() throws IOException {
        OneRequest request = open(Mode.AUTO);
        request.node.ownExecutor = Optional.of(
                new LyingExecutor(accepted((conversation, _) -> LyingExecutor.end(conversation, 1))));
        assertThat(local(request, true)).isEqualTo("no node is eligible");
        assertThat(attempts(request)).containsExactly(new JobRecord.Attempt("here", "exit 1"));
    }
}
