package dev.floe.node.submitter;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.command.CompileCommand;
import dev.floe.command.LocalReason;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.proof.ExtraInputs;
import dev.floe.command.proof.LearnedInputDiscovery;
import dev.floe.command.proof.MissingInputs;
import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.submitter.cache.InputLookup;
import dev.floe.node.submitter.cache.ResultLookup;
import dev.floe.node.submitter.cache.ResultLookup.Answer;
import dev.floe.node.submitter.cache.ResultRecorder;
import dev.floe.node.submitter.compilers.ResolvedCommand;
import dev.floe.node.submitter.completion.JobCompletion;
import dev.floe.node.submitter.completion.RequestOutcome;
import dev.floe.node.submitter.completion.RequestStage;
import dev.floe.node.submitter.context.AuditQueue;
import dev.floe.node.submitter.context.CachePolicy;
import dev.floe.node.submitter.context.CommandCacheKeys;
import dev.floe.node.submitter.context.CompileTask;
import dev.floe.node.submitter.context.OfferFactory;
import dev.floe.node.submitter.context.RequestContext;
import dev.floe.node.submitter.remote.InputDictionary;
import dev.floe.node.submitter.remote.OfferSequence;
import dev.floe.node.submitter.remote.PlacementRequestFactory;
import dev.floe.node.submitter.schedule.SubmitterScheduler;
import dev.floe.node.submitter.wrapper.OutputWriteException;
import dev.floe.placement.PlacementRequest;
import dev.floe.store.FailureText;

/**
 * One attempt at a request, with the inputs that earlier attempts have shown to be missing. {@link #run} is a list of
 * stages; the first one that has an outcome ends it. Closed when the wrapper has been told the outcome.
 */
final class CompileAttempt implements AutoCloseable {
    private static final int WAIT_FACTOR = 3;
    private static final Duration MAX_EXTRA_WAIT = Duration.ofSeconds(5);

    private final RequestContext request;
    private final ResolvedCommand resolved;
    private final CompileCommand command;
    private final ExtraInputs lesson;
    private final PlacementRequestFactory jobs;
    private final InputDictionary dictionary;
    private final InputLookup manifests;
    private final ResultLookup results;
    private CachePolicy policy;
    private @Nullable ResultRecorder recorder; // set when the inputs are known
    private @Nullable OfferSequence offers;
    private SubmitterScheduler.@Nullable PendingJob waiting;

    /** What is known when the inputs are; the last are those that the mesh does not know yet. */
    private record Prepared(CompileTask task, Offer offer, Optional<CommandCacheKeys> keys,
            Optional<DiscoveryResult.InputsFound> unannounced) {}

    private @Nullable Prepared prepared; // set by the stage that finds the inputs

    /** @param resolved with what the lesson adds to the command */
    CompileAttempt(RequestContext request, ResolvedCommand resolved, ExtraInputs lesson, PlacementRequestFactory jobs,
            CachePolicy policy,
            InputDictionary dictionary) {
        this.request = request;
        this.resolved = resolved;
        this.command = resolved.command();
        this.lesson = lesson;
        this.jobs = jobs;
        this.policy = policy;
        this.dictionary = dictionary;
        this.manifests = new InputLookup(request, resolved, policy);
        this.results = new ResultLookup(request, resolved, policy);
    }

    RequestOutcome run() throws IOException {
        RequestStage[] stages = {this::serveObservedResult, this::runHereIfFastest, this::discoverInputs,
                this::serveResult};
        for (RequestStage stage : stages) {
            Optional<RequestOutcome> outcome = stage.run();
            if (outcome.isPresent()) {
                return outcome.get();
            }
        }
        return execute();
    }

    /** Serves the result of an earlier compile that looked only at what is the same now. */
    private Optional<RequestOutcome> serveObservedResult() throws IOException {
        Optional<InputLookup.Observed> observed = manifests.findObserved();
        if (observed.isEmpty()) {
            return Optional.empty();
        }
        InputSet inputs = observed.get().inputs();
        CompileTask task = new CompileTask(command, new DiscoveryResult.InputsFound(inputs, false, Optional::empty),
                resolved.machine(), request.memory().directories(), request.memory().checks());
        try {
            if (!(results.serveObserved(task, observed.get().keys()) instanceof Answer.Served(LookupResult.Hit hit))) {
                return Optional.empty();
            }
            manifests.served(observed.get());
            request.account().inputs(inputs.inputs().size());
            return Optional.of(cached(hit, inputs));
        } catch (OutputWriteException e) {
            return Optional.of(notWritten(e));
        }
    }

    /** Without the cache, a command that belongs to this node is not read at all. */
    private Optional<RequestOutcome> runHereIfFastest() throws IOException {
        if (policy.isOn() || request.insists()) {
            return Optional.empty();
        }
        PlacementRequest job = jobs.before(request.account().id());
        SubmitterScheduler.PendingJob queued = wait(job);
        if (request.services().executors().scheduler().tryReserveLocal(job)) {
            return Optional.of(
                    new RequestOutcome.Local("this machine is expected to finish first", JobCompletion.SlotPolicy.WORK,
                            queued::close));
        }
        queued.close();
        return Optional.empty();
    }

    private SubmitterScheduler.PendingJob wait(PlacementRequest job) {
        SubmitterScheduler.PendingJob queued = request.services().executors().scheduler().registerPending(job);
        waiting = queued;
        return queued;
    }

    private Optional<RequestOutcome> discoverInputs() throws IOException {
        Optional<InputLookup.Inputs> known = manifests.find(lesson);
        DiscoveryResult discovery = known.isPresent() ? known.get().found() : discover();
        if (discovery instanceof DiscoveryResult.InputsUnknown(LocalReason reason)) {
            request.account().lap(JobStep.SCAN);
            return Optional.of(new RequestOutcome.Local("inputs: " + reason, JobCompletion.SlotPolicy.WORK));
        }
        DiscoveryResult.InputsFound found = LearnedInputDiscovery.add((DiscoveryResult.InputsFound) discovery, lesson,
                resolved.machine());
        request.account().lap(JobStep.SCAN);
        request.account().inputs(found.inputs().inputs().size());
        prepare(found, known);
        return Optional.empty();
    }

    private DiscoveryResult discover() throws IOException {
        String id = resolved.toolchainId();
        boolean keeps = policy.isOn() || manifests.keepsDiscovered();
        return resolved.toolchain().gap().isPresent()
                ? request.memory().discovery().discoverListed(command, id, resolved.machine(), keeps)
                : request.memory().discovery().discover(command, id, resolved.machine(), keeps);
    }

    private void prepare(DiscoveryResult.InputsFound found, Optional<InputLookup.Inputs> known) {
        if (found.readsClock()) {
            policy = policy.dependingOnTime();
        }
        policy.whyOff().ifPresent(why -> request.account().cache("not cached: " + why));
        Offer offer = OfferFactory.makeUnlisted(request.account().id(), request.services().jobs().node(), command,
                resolved.toolchain().id(), found.inputs(), jobs.predicted(),
                PlacementRequestFactory.TYPICAL_MEMORY_BYTES, policy.sharing(), policy.writes()).observed(true);
        Optional<CommandCacheKeys> keys = policy.isOn()
                ? Optional.of(known.flatMap(InputLookup.Inputs::keys).orElseGet(() -> {
                    CommandCacheKeys made = CommandCacheKeys.of(offer.listing(OfferFactory.wire(found.inputs())));
                    manifests.remember(found, made);
                    return made;
                }))
                : Optional.empty();
        if (known.isEmpty() && !policy.isOn()) {
            manifests.rememberDiscovered(found);
        }
        prepared = new Prepared(new CompileTask(command, found, resolved.machine(), request.memory().directories(),
                request.memory().checks()), offer, keys, known.isPresent() ? Optional.empty() : Optional.of(found));
    }

    /** Serves the result of these inputs. */
    private Optional<RequestOutcome> serveResult() throws IOException {
        Prepared ready = prepared();
        Answer answer;
        try {
            answer = ready.keys().isPresent()
                    ? results.serve(ready.task(), ready.keys().get(),
                            jobs.predicted().multipliedBy(WAIT_FACTOR).plus(MAX_EXTRA_WAIT))
                    : new Answer.Absent();
        } catch (OutputWriteException e) {
            return Optional.of(notWritten(e));
        }
        ResultRecorder recording = new ResultRecorder(request, policy, manifests, ready.keys(), results.claim(),
                ready.unannounced());
        recorder = recording;
        return switch (answer) {
            case Answer.Served(LookupResult.Hit hit) -> {
                recording.served(ready.task(), hit);
                yield Optional.of(cached(hit, ready.task().inputs()));
            }
            case Answer.Unproven(MissingInputs missing) -> Optional.of(new RequestOutcome.Incomplete(missing));
            case Answer.Absent _ -> Optional.empty();
        };
    }

    /** Offers the job to one executor after the other; the last resort is this node. */
    private RequestOutcome execute() throws IOException {
        Prepared ready = prepared();
        if (recorder == null) {
            throw new IllegalStateException("the cache was not asked");
        }
        PlacementRequest job = jobs.with(request.account().id(), ready.task().found());
        OfferSequence sequence = new OfferSequence(request, ready.task(), jobs, wait(job), recorder, dictionary);
        offers = sequence;
        return sequence.run(ready.offer(), job);
    }

    private Prepared prepared() {
        if (prepared == null) {
            throw new IllegalStateException("the inputs are not known");
        }
        return prepared;
    }

    private RequestOutcome cached(LookupResult.Hit hit, InputSet inputs) {
        return new RequestOutcome.Written(Decision.CACHED, "cache hit", request.services().jobs().node(),
                () -> audit(hit, inputs));
    }

    /** Has the result made again, if it is drawn. */
    private void audit(LookupResult.Hit hit, InputSet inputs) {
        if (request.services().results().audits().isSampled(request.account().id())) {
            Offer offer = OfferFactory.make(request.account().id(), request.services().jobs().node(), command,
                    resolved.toolchain().id(), inputs, hit.result().compute(),
                    PlacementRequestFactory.TYPICAL_MEMORY_BYTES, policy.sharing(), false);
            request.services().results().audits()
                    .add(new AuditQueue.ServedResult(offer, hit.key(), hit.result(), command.source().toString(),
                            request.memory().readHere()));
        }
    }

    private static RequestOutcome notWritten(OutputWriteException reason) {
        return new RequestOutcome.Local("a cached result cannot be written: " + FailureText.of(reason),
                JobCompletion.SlotPolicy.WORK);
    }

    @Override
    public void close() throws IOException {
        try {
            if (offers != null) {
                offers.close();
            }
        } finally {
            manifests.close();
            if (waiting != null) {
                waiting.close();
            }
            if (recorder != null) {
                recorder.close();
            }
            results.close();
        }
    }
}
