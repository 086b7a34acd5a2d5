package dev.floe.node.submit;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.front.CompileCommand;
import dev.floe.front.Discovery;
import dev.floe.front.InputSet;
import dev.floe.front.Reason;
import dev.floe.front.proof.LearnedInputs;
import dev.floe.front.proof.Lesson;
import dev.floe.front.proof.Shortfall;
import dev.floe.node.cache.Lookup;
import dev.floe.node.record.JobRecord.Decision;
import dev.floe.node.record.Step;
import dev.floe.node.submit.ResultLookup.Answer;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.placement.Job;
import dev.floe.store.FailureText;

/**
 * One attempt at a request, with the inputs that earlier attempts have shown to be missing. {@link #run} is a list of stages; the first
 * one that has an outcome ends it. Closed when the wrapper has been told the outcome.
 */
final class CompileAttempt implements AutoCloseable {
    private static final int WAIT_FACTOR = 3;
    private static final Duration LONGEST_EXTRA_WAIT = Duration.ofSeconds(5);

    private final RequestContext request;
    private final ResolvedCommand resolved;
    private final CompileCommand command;
    private final Lesson lesson;
    private final Jobs jobs;
    private final Glossary glossary;
    private final InputLookup manifests;
    private final ResultLookup results;
    private CachePolicy policy;
    private @Nullable ResultRecorder recorder; // set when the inputs are known
    private @Nullable OfferSequence offers;
    private Outlook.@Nullable Waiting waiting;

    /** One stage of an attempt. */
    @FunctionalInterface
    private interface Stage {
        /** Empty if the next stage follows. */
        Optional<RequestOutcome> run() throws IOException;
    }

    /** What is known when the inputs are; the last are those that the mesh does not know yet. */
    private record Prepared(CompileTask task, Offer offer, Optional<ResultKeys> keys,
            Optional<Discovery.Found> unannounced) {}

    private @Nullable Prepared prepared; // set by the stage that finds the inputs

    /** @param resolved with what the lesson adds to the command */
    CompileAttempt(RequestContext request, ResolvedCommand resolved, Lesson lesson, Jobs jobs, CachePolicy policy,
            Glossary glossary) {
        this.request = request;
        this.resolved = resolved;
        this.command = resolved.command();
        this.lesson = lesson;
        this.jobs = jobs;
        this.policy = policy;
        this.glossary = glossary;
        this.manifests = new InputLookup(request, resolved, policy);
        this.results = new ResultLookup(request, resolved, policy);
    }

    RequestOutcome run() throws IOException {
        Stage[] stages = {this::serveObservedResult, this::runHereIfFastest, this::discoverInputs, this::serveResult};
        for (Stage stage : stages) {
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
        CompileTask task = new CompileTask(command, new Discovery.Found(inputs, false, Optional::empty),
                resolved.machine(), request.memory().directories());
        try {
            if (!(results.serveObserved(task, observed.get().keys()) instanceof Answer.Served(Lookup.Hit hit))) {
                return Optional.empty();
            }
            manifests.served(observed.get());
            request.account().inputs(inputs.inputs().size());
            return Optional.of(cached(hit, inputs));
        } catch (OutputException e) {
            return Optional.of(notWritten(e));
        }
    }

    /** Without the cache, a command that belongs to this node is not read at all. */
    private Optional<RequestOutcome> runHereIfFastest() throws IOException {
        if (policy.isOn() || request.insists()) {
            return Optional.empty();
        }
        Job job = jobs.before(request.account().id());
        Outlook.Waiting queued = wait(job);
        if (request.site().outlook().chooseHere(job)) {
            return Optional.of(
                    new RequestOutcome.Local("fastest here", Completion.Weight.WORK, queued::close));
        }
        queued.close();
        return Optional.empty();
    }

    private Outlook.Waiting wait(Job job) {
        Outlook.Waiting queued = request.site().outlook().waiting(job);
        waiting = queued;
        return queued;
    }

    private Optional<RequestOutcome> discoverInputs() throws IOException {
        Optional<InputLookup.Inputs> known = manifests.find(lesson);
        Discovery discovery = known.isPresent() ? known.get().found() : discover();
        if (discovery instanceof Discovery.Unknown(Reason reason)) {
            request.account().lap(Step.DISCOVER);
            return Optional.of(new RequestOutcome.Local("inputs: " + reason, Completion.Weight.WORK));
        }
        Discovery.Found found = LearnedInputs.add((Discovery.Found) discovery, lesson, resolved.machine());
        request.account().lap(Step.DISCOVER);
        request.account().inputs(found.inputs().inputs().size());
        prepare(found, known);
        return Optional.empty();
    }

    private Discovery discover() throws IOException {
        String id = resolved.toolchainId();
        return resolved.toolchain().gap().isPresent()
                ? request.memory().discovery().discoverListed(command, id, resolved.machine(), policy.isOn())
                : request.memory().discovery().discover(command, id, resolved.machine(), policy.isOn());
    }

    private void prepare(Discovery.Found found, Optional<InputLookup.Inputs> known) {
        if (found.readsClock()) {
            policy = policy.dependingOnTime();
        }
        policy.whyOff().ifPresent(why -> request.account().cache("not cached: " + why));
        Offer offer = offer(found.inputs(), jobs.predicted(), policy.writes()).observed(true);
        Optional<ResultKeys> keys = policy.isOn()
                ? Optional.of(known.flatMap(InputLookup.Inputs::keys).orElseGet(() -> {
                    ResultKeys made = ResultKeys.of(offer);
                    manifests.remember(found, made);
                    return made;
                }))
                : Optional.empty();
        prepared = new Prepared(new CompileTask(command, found, resolved.machine(), request.memory().directories()),
                offer, keys, known.isPresent() ? Optional.empty() : Optional.of(found));
    }

    private Offer offer(InputSet inputs, Duration predicted, boolean keep) {
        return Offers.make(request.account().id(), request.site().name(), command, resolved.toolchain().id(), inputs,
                predicted, Jobs.TYPICAL_MEMORY_BYTES, policy.sharing(), keep);
    }

    /** Serves the result of these inputs. */
    private Optional<RequestOutcome> serveResult() throws IOException {
        Prepared ready = prepared();
        Answer answer;
        try {
            answer = ready.keys().isPresent()
                    ? results.serve(ready.task(), ready.keys().get(),
                            jobs.predicted().multipliedBy(WAIT_FACTOR).plus(LONGEST_EXTRA_WAIT))
                    : new Answer.Absent();
        } catch (OutputException e) {
            return Optional.of(notWritten(e));
        }
        ResultRecorder recording = new ResultRecorder(request, policy, manifests, ready.keys(), results.claim(),
                ready.unannounced());
        recorder = recording;
        return switch (answer) {
            case Answer.Served(Lookup.Hit hit) -> {
                recording.served(ready.task(), hit);
                yield Optional.of(cached(hit, ready.task().inputs()));
            }
            case Answer.Unproven(Shortfall missing) -> Optional.of(new RequestOutcome.Incomplete(missing));
            case Answer.Absent _ -> Optional.empty();
        };
    }

    /** Offers the job to one executor after the other; the last resort is this node. */
    private RequestOutcome execute() throws IOException {
        Prepared ready = prepared();
        if (recorder == null) {
            throw new IllegalStateException("the cache was not asked");
        }
        Job job = jobs.with(request.account().id(), ready.task().inputs());
        OfferSequence sequence = new OfferSequence(request, ready.task(), jobs, wait(job), recorder, glossary);
        offers = sequence;
        return sequence.run(ready.offer(), job);
    }

    private Prepared prepared() {
        if (prepared == null) {
            throw new IllegalStateException("the inputs are not known");
        }
        return prepared;
    }

    private RequestOutcome cached(Lookup.Hit hit, InputSet inputs) {
        return new RequestOutcome.Written(Decision.CACHED, "the result was known", request.site().name(),
                () -> audit(hit, inputs));
    }

    /** Has the result made again, if it is drawn. */
    private void audit(Lookup.Hit hit, InputSet inputs) {
        if (request.site().audits().draws(request.account().id())) {
            Offer offer = offer(inputs, hit.result().compute(), false);
            request.site().audits().add(new Audits.Served(offer, hit.key(), hit.result(), command.source().toString(),
                    request.memory().readHere()));
        }
    }

    private static RequestOutcome notWritten(OutputException reason) {
        return new RequestOutcome.Local("a cached result cannot be written: " + FailureText.of(reason),
                Completion.Weight.WORK);
    }

    @Override
    public void close() throws IOException {
        try {
            if (offers != null) {
                offers.close();
            }
        } finally {
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
