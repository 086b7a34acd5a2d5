package dev.floe.node.submitter.remote;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.command.proof.MissingInputs;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.submitter.cache.ResultRecorder;
import dev.floe.node.submitter.completion.JobCompletion;
import dev.floe.node.submitter.completion.RequestOutcome;
import dev.floe.node.submitter.context.CompileTask;
import dev.floe.node.submitter.context.JobRecordBuilder;
import dev.floe.node.submitter.context.RequestContext;
import dev.floe.node.submitter.context.StreamOpener;
import dev.floe.node.submitter.context.SubmitterServices;
import dev.floe.node.submitter.schedule.ExecutorSelector;
import dev.floe.node.submitter.schedule.PeerAddress;
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
    private final SecondCopyLauncher copies;
    private int lost; // executors that have taken the job and not brought it to an end
    private String last = ""; // what the last executor has said
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
        this.copies = new SecondCopyLauncher(request, jobs, dictionary, remote.offers());
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
            case RemoteJobClient.RemoteJobResult.Overtaken _ -> throw new IllegalStateException("it has no copies");
        });
        return result instanceof RemoteJobClient.RemoteJobResult.Unproven unproven
                ? Optional.of(new RequestOutcome.Incomplete(unproven.shortfall()))
                : Optional.empty();
    }

    private Offered askInTurn(ExecutorSelector rounds, Offer offer, PlacementRequest job) throws IOException {
        for (Candidate candidate = rounds.next(); candidate != null; candidate = rounds.next()) {
            if (candidate.node().self()) {
                last = "this machine is expected to finish first";
                break;
            }
            Optional<PeerAddress> route = executors.scheduler().route(candidate.node().id());
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
            StragglerWatch watch = copies.watch(candidate, offer, job, rounds::isOpen);
            long start = System.nanoTime();
            account.begins(JobStep.SCHEDULE, "");
            try {
                result = remote.attempt(
                        () -> executors.connections().open(route.get().address(), PeerConnections.ConnectionClass.JOBS,
                                "/job"),
                        adapted.travelling(candidate.transfer()),
                        Optional.of(remote.offers().encoderFor(dictionary, route.get().id())),
                        jobs.patience(request.insists(), candidate.run()), new ViewedOffer(route.get(), job), watch);
            } catch (OutputWriteException e) {
                abandoned(route.get(), job, watch);
                String maker = watch.firstCopy().map(copy -> copy.target().name()).orElse(route.get().name());
                account.attempt(maker, FailureText.of(e));
                return new Offered.GaveUp("what " + maker + " made cannot be written: " + FailureText.of(e));
            } catch (IOException | RuntimeException e) {
                abandoned(route.get(), job, watch);
                throw e;
            }
            Duration taken = Duration.ofNanos(System.nanoTime() - start);
            Optional<Offered> end = result instanceof RemoteJobClient.RemoteJobResult.Overtaken overtaken
                    ? overtaken(overtaken, new OfferTarget(candidate, route.get(), job, rounds), taken)
                    : concluded(result, new OfferTarget(candidate, route.get(), job, rounds), "");
            if (!(result instanceof RemoteJobClient.RemoteJobResult.Overtaken)) {
                watch.copy().ifPresent(copy -> cancelled(copy, route.get().name()));
            }
            if (end.isPresent()) {
                return end.get();
            }
            if (lost >= MAX_LOST) {
                break;
            }
        }
        return new Offered.GaveUp(last.isEmpty() ? rounds.end().text : last);
    }

    /** Tells the scheduler what becomes of an offer. */
    private final class ViewedOffer implements RemoteJobClient.OfferProgress {
        private final PeerAddress route;
        private final PlacementRequest job;

        ViewedOffer(PeerAddress route, PlacementRequest job) {
            this.route = route;
            this.job = job;
        }

        @Override
        public void taken(WireState state) {
            account.begins(JobStep.UPLOAD, route.name());
            executors.scheduler().answered(route.id(), job, state);
            waiting.close();
        }

        @Override
        public void transferred(long bytes, Duration time) {
            executors.scheduler().transferred(route.id(), bytes, time);
        }
    }

    /** The node that an offer was made to. */
    private record OfferTarget(Candidate by, PeerAddress route, PlacementRequest job,
            ExecutorSelector rounds) {
        String name() {
            return route.name();
        }
    }

    /** The job is not wanted any more. */
    private void abandoned(PeerAddress route, PlacementRequest job, StragglerWatch watch) {
        executors.scheduler().abandoned(route.id(), job);
        watch.firstCopy().ifPresent(copy -> executors.scheduler().abandoned(copy.target().by().node().id(), job));
    }

    /** The second copy of a job was not needed. */
    private void cancelled(SecondCopy copy, String first) {
        account.sent(copy.sentBytes());
        account.attempt(copy.target().name(), "second copy "
                + (copy.failure().isEmpty() ? "cancelled: " + first + " has ended" : copy.failure()));
    }

    private Optional<Offered> overtaken(RemoteJobClient.RemoteJobResult.Overtaken overtaken, OfferTarget first,
            Duration taken) {
        executors.scheduler().abandoned(first.route().id(), first.job());
        SecondCopy.CopyTarget copy = overtaken.by().target();
        account.sent(overtaken.by().sentBytes());
        String why = first.name() + " took " + taken.toMillis() + " ms, " + first.by().expected().toMillis()
                + " ms were expected";
        account.attempt(first.name(), "overtaken by " + copy.name() + ": " + why);
        PeerAddress route = executors.scheduler().route(copy.by().node().id())
                .orElseGet(() -> new PeerAddress(copy.by().node().id(), copy.name(),
                        first.route().address(), List.of()));
        return concluded(overtaken.result(), new OfferTarget(copy.by(), route, first.job(), first.rounds()),
                ", as a second copy: " + why);
    }

    /**
     * What an executor has made of the job; empty if another is to be asked.
     *
     * @param remark about the job, for its record
     */
    private Optional<Offered> concluded(RemoteJobClient.RemoteJobResult result, OfferTarget to, String remark) {
        PeerAddress route = to.route();
        switch (result) {
            case RemoteJobClient.RemoteJobResult.Ended ended -> {
                return Optional.of(ended(ended, to.by(), route, remark));
            }
            case RemoteJobClient.RemoteJobResult.Unproven(MissingInputs shortfall, var state, Duration run) -> {
                executors.scheduler().finished(to.by(), jobs.source(), jobs.flags(), state, run);
                account.attempt(route.name(), "missed " + shortfall.first());
                return Optional.of(new Offered.End(new RequestOutcome.Incomplete(shortfall)));
            }
            case RemoteJobClient.RemoteJobResult.Rejected(String reason, var state) -> {
                executors.scheduler().refused(route.id(), to.job(), state);
                account.attempt(route.name(), "refused: " + reason);
                last = route.name() + " refused: " + reason;
            }
            case RemoteJobClient.RemoteJobResult.Returned(String reason) -> {
                executors.scheduler().abandoned(route.id(), to.job());
                account.attempt(route.name(), "returned: " + reason);
                last = route.name() + ": " + reason;
                to.rounds().exclude(route.id());
            }
            case RemoteJobClient.RemoteJobResult.Lost(String reason, boolean tooSlow) -> {
                executors.scheduler().failed(route.id(), to.job());
                account.attempt(route.name(), "lost: " + reason);
                if (tooSlow) {
                    return Optional.of(new Offered.GaveUp(route.name() + " took longer than "
                            + jobs.patience(request.insists(), to.by().run()).toSeconds() + " s"));
                }
                LOG.info("job={} lost on node={} reason=\"{}\"", account.id(), route.name(), reason);
                last = route.name() + ": " + reason;
                lost++;
                to.rounds().exclude(route.id());
            }
            case RemoteJobClient.RemoteJobResult.Overtaken _ ->
                throw new IllegalStateException("a copy has no copies");
        }
        return Optional.empty();
    }

    private Offered ended(RemoteJobClient.RemoteJobResult.Ended ended, Candidate by,
            PeerAddress route, String remark) {
        executors.scheduler().finished(by, jobs.source(), jobs.flags(), ended.state(), ended.run());
        if (ended.exit() != 0) {
            account.attempt(route.name(), "exit " + ended.exit());
            confirms = true;
            return new Offered.GaveUp(route.name() + " exited with " + ended.exit() + "; repeated locally to confirm");
        }
        account.attempt(route.name(), "done");
        String how = by.node().self()
                ? "compiled locally"
                : by.way().emulated() ? "compiled remotely under emulation" : "compiled remotely";
        return new Offered.End(new RequestOutcome.Written(by.node().self() ? Decision.LOCAL : Decision.REMOTE,
                how + remark, route.name(), ended.afterwards()));
    }
}
