package dev.floe.node.submitter.remote;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.command.proof.MissingInputs;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.submitter.cache.ResultRecorder;
import dev.floe.node.submitter.completion.JobCompletion;
import dev.floe.node.submitter.completion.RequestOutcome;
import dev.floe.node.submitter.context.CompileTask;
import dev.floe.node.submitter.context.JobRecordBuilder;
import dev.floe.node.submitter.context.RequestContext;
import dev.floe.node.submitter.context.StreamOpener;
import dev.floe.node.submitter.context.SubmitterServices;
import dev.floe.node.submitter.schedule.ExecutorSelector;
import dev.floe.node.submitter.schedule.SubmitterScheduler;
import dev.floe.node.submitter.wrapper.OutputWriteException;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.ranking.Candidate;
import dev.floe.store.FailureText;

/** The offers of one command to one executor after the other, until one has done it or it is done here. */
public final class OfferSequence implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(OfferSequence.class);
    private static final int MAX_LOST = 3;
    private static final Duration MAX_HERE = Duration.ofHours(24);

    private final RequestContext request;
    private final SubmitterServices.ExecutorAccess executors;
    private final String self;
    private final JobRecordBuilder account;
    private final CompileTask task;
    private final PlacementRequestFactory jobs;
    private final SubmitterScheduler.PendingJob waiting;
    private final InputDictionary dictionary;
    private final RemoteJobClient remote;
    private boolean confirms; // whether a local compile is to show what a peer said

    /** @param waiting for the job; it ends when an executor has accepted it */
    public OfferSequence(RequestContext request, CompileTask task, PlacementRequestFactory jobs,
            SubmitterScheduler.PendingJob waiting,
            ResultRecorder recorder, InputDictionary dictionary) {
        this.request = request;
        this.executors = request.services().executors();
        this.self = request.services().jobs().node();
        this.account = request.account();
        this.task = task;
        this.jobs = jobs;
        this.waiting = waiting;
        this.dictionary = dictionary;
        this.remote = new RemoteJobClient(executors.timeouts(), request.wrapper(), account, task,
                request.memory().readHere(),
                recorder);
    }

    /** Offers the job to one executor after the other. */
    public RequestOutcome run(Offer offer, PlacementRequest job) throws IOException {
        ExecutorSelector rounds = new ExecutorSelector(executors.scheduler(), job, request.insists(),
                request.wrapper().disconnected());
        request.services().results().audits().distrusted().forEach(rounds::exclude);
        Offered offered = askInTurn(rounds, offer, job);
        if (offered instanceof Offered.End(RequestOutcome outcome)) {
            return outcome;
        }
        String why = ((Offered.GaveUp) offered).why();
        // This node's own queue cannot free what keeps the slots.
        boolean stuck = rounds.end() == ExecutorSelector.NoExecutorReason.FULL_HERE_TOO;
        if (offer.keep() && !confirms && !request.insists() && !stuck) {
            Optional<RequestOutcome> here = here(offer, why);
            if (here.isPresent()) {
                return here.get();
            }
        }
        remote.close();
        return new RequestOutcome.Local(why, JobCompletion.SlotPolicy.WORK, waiting::close);
    }

    /** What offers have come to. */
    private sealed interface Offered {
        record End(RequestOutcome outcome) implements Offered {}

        /** No executor has brought the job to an end. */
        record GaveUp(String why) implements Offered {}
    }

    @Override
    public void close() throws IOException {
        remote.close();
    }

    /** Compiles on this node as on a peer, so that the result can be kept; empty if that did not succeed. */
    private Optional<RequestOutcome> here(Offer offer, String why) throws IOException {
        Optional<StreamOpener> own = executors.own().get();
        if (own.isEmpty()) {
            return Optional.empty();
        }
        RemoteJobClient.RemoteJobResult result;
        account.begins(JobStep.SCHEDULE, self);
        try {
            result = remote.attempt(own.get(), offer, Optional.empty(), MAX_HERE, _ -> waiting.close());
        } catch (OutputWriteException e) {
            account.attempt(self, FailureText.of(e));
            return Optional.empty();
        }
        if (result instanceof RemoteJobClient.RemoteJobResult.Ended ended && ended.exit() == 0) {
            account.attempt(self, "done");
            return Optional.of(
                    new RequestOutcome.Written(Decision.LOCAL, why, self, ended.afterwards()));
        }
        account.attempt(self, switch (result) {
            case RemoteJobClient.RemoteJobResult.Unproven unproven -> "missed " + unproven.shortfall().first();
            case RemoteJobClient.RemoteJobResult.Ended ended -> "exit " + ended.exit();
            case RemoteJobClient.RemoteJobResult.Rejected(String reason, var state) -> "refused: " + reason;
            case RemoteJobClient.RemoteJobResult.Returned(String reason) -> "returned: " + reason;
            case RemoteJobClient.RemoteJobResult.Lost(String reason, boolean tooSlow) -> "lost: " + reason;
        });
        return result instanceof RemoteJobClient.RemoteJobResult.Unproven unproven
                ? Optional.of(new RequestOutcome.Incomplete(unproven.shortfall()))
                : Optional.empty();
    }

    private Offered askInTurn(ExecutorSelector rounds, Offer offer, PlacementRequest job) throws IOException {
        int lost = 0;
        String last = "";
        for (Candidate candidate = rounds.next(); candidate != null; candidate = rounds.next()) {
            if (candidate.node().self()) {
                last = "this machine is expected to finish first";
                break;
            }
            Optional<SubmitterScheduler.PeerAddress> route = executors.scheduler().route(candidate.node().id());
            if (route.isEmpty()) {
                executors.scheduler().abandoned(candidate.node().id(), job);
                continue;
            }
            if (executors.connections().reachability().reason(route.get().address()).isPresent()) {
                executors.scheduler().abandoned(route.get().id(), job);
                rounds.exclude(route.get().id());
                last = route.get().name() + " is not reached from this node; floe nodes says why";
                continue;
            }
            Offer adapted = jobs.adapt(offer, candidate.way().processor());
            if (route.get().unavailable().contains(adapted.running())) {
                executors.scheduler().abandoned(route.get().id(), job);
                rounds.exclude(route.get().id());
                last = route.get().name() + " takes no jobs for this toolchain; floe nodes says why";
                continue;
            }
            RemoteJobClient.RemoteJobResult result;
            account.begins(JobStep.SCHEDULE, "");
            try {
                result = remote.attempt(
                        () -> executors.connections().open(route.get().address(), PeerConnections.ConnectionClass.JOBS,
                                "/job"),
                        adapted,
                        Optional.of(remote.encoderFor(dictionary, route.get().id())),
                        jobs.patience(request.insists(), candidate.run()), state -> {
                            account.begins(JobStep.UPLOAD, route.get().name());
                            executors.scheduler().answered(route.get().id(), job, state);
                            waiting.close();
                        });
            } catch (OutputWriteException e) {
                executors.scheduler().abandoned(route.get().id(), job);
                account.attempt(route.get().name(), FailureText.of(e));
                return new Offered.GaveUp(
                        "what " + route.get().name() + " made cannot be written: " + FailureText.of(e));
            } catch (IOException | RuntimeException e) {
                executors.scheduler().abandoned(route.get().id(), job);
                throw e;
            }
            switch (result) {
                case RemoteJobClient.RemoteJobResult.Ended ended -> {
                    return ended(ended, candidate, route.get());
                }
                case RemoteJobClient.RemoteJobResult.Unproven(MissingInputs shortfall, var state, Duration run) -> {
                    executors.scheduler().finished(candidate, jobs.source(), jobs.flags(), state, run);
                    account.attempt(route.get().name(), "missed " + shortfall.first());
                    return new Offered.End(new RequestOutcome.Incomplete(shortfall));
                }
                case RemoteJobClient.RemoteJobResult.Rejected(String reason, var state) -> {
                    executors.scheduler().refused(route.get().id(), job, state);
                    account.attempt(route.get().name(), "refused: " + reason);
                    last = route.get().name() + " refused: " + reason;
                }
                case RemoteJobClient.RemoteJobResult.Returned(String reason) -> {
                    executors.scheduler().abandoned(route.get().id(), job);
                    account.attempt(route.get().name(), "returned: " + reason);
                    last = route.get().name() + ": " + reason;
                    rounds.exclude(route.get().id());
                }
                case RemoteJobClient.RemoteJobResult.Lost(String reason, boolean tooSlow) -> {
                    executors.scheduler().failed(route.get().id(), job);
                    account.attempt(route.get().name(), "lost: " + reason);
                    if (tooSlow) {
                        return new Offered.GaveUp(
                                route.get().name() + " took longer than "
                                        + jobs.patience(request.insists(), candidate.run()).toSeconds() + " s");
                    }
                    LOG.info("job={} lost on node={} reason=\"{}\"", account.id(), route.get().name(), reason);
                    last = route.get().name() + ": " + reason;
                    lost++;
                    rounds.exclude(route.get().id());
                }
            }
            if (lost >= MAX_LOST) {
                break;
            }
        }
        return new Offered.GaveUp(last.isEmpty() ? rounds.end().text : last);
    }

    private Offered ended(RemoteJobClient.RemoteJobResult.Ended ended, Candidate by,
            SubmitterScheduler.PeerAddress route) {
        executors.scheduler().finished(by, jobs.source(), jobs.flags(), ended.state(), ended.run());
        if (ended.exit() != 0) {
            account.attempt(route.name(), "exit " + ended.exit());
            confirms = true;
            return new Offered.GaveUp(route.name() + " exited with " + ended.exit() + "; repeated locally to confirm");
        }
        account.attempt(route.name(), "done");
        return new Offered.End(new RequestOutcome.Written(Decision.REMOTE,
                by.way().emulated() ? "compiled remotely under emulation" : "compiled remotely", route.name(),
                ended.afterwards()));
    }
}
