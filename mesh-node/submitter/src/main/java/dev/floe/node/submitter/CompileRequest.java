package dev.floe.node.submitter;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.HostAccess;
import dev.floe.command.Invocation;
import dev.floe.command.LocalReason;
import dev.floe.command.parser.CommandClassifier;
import dev.floe.command.parser.ConfigureProbe;
import dev.floe.command.proof.ExtraInputs;
import dev.floe.command.proof.MissingInputs;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.joblog.RunningJobs;
import dev.floe.node.submitter.compilers.CompilerNames;
import dev.floe.node.submitter.compilers.ResolvedCommand;
import dev.floe.node.submitter.compilers.ToolchainResolver;
import dev.floe.node.submitter.completion.JobCompletion;
import dev.floe.node.submitter.completion.JobCompletion.SlotPolicy;
import dev.floe.node.submitter.completion.LocalSlotQueue;
import dev.floe.node.submitter.completion.RequestOutcome;
import dev.floe.node.submitter.completion.RequestStage;
import dev.floe.node.submitter.context.CachePolicy;
import dev.floe.node.submitter.context.RequestContext;
import dev.floe.node.submitter.remote.CommandSubstitutes;
import dev.floe.node.submitter.remote.InputDictionary;
import dev.floe.node.submitter.remote.PlacementRequestFactory;
import dev.floe.node.submitter.wrapper.HelloFrame;
import dev.floe.node.submitter.wrapper.Utf8Strings;
import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;
import dev.floe.node.submitter.wrapper.WrapperProtocolException;
import dev.floe.node.submitter.wrapper.host.DirectHostAccess;
import dev.floe.node.submitter.wrapper.host.WrapperHostAccess;
import dev.floe.store.FailureText;
import dev.floe.store.changes.FileChangeMonitor;

/**
 * One command, from the wrapper's first frame to its last. {@link #run} is a list of stages; the first one that has an
 * outcome ends the request, and {@link #finish} alone tells the wrapper and writes the record:
 *
 * <ol>
 * <li>{@link #classify}: what the command does, and whether another node could do it;
 * <li>{@link #checkWishes}: what the user and the mesh allow;
 * <li>{@link #resolveToolchain}: which toolchain the compiler belongs to;
 * <li>{@link #attempt}, repeated while a compile has missed inputs: look up the cache, discover the inputs, select an
 * executor, execute, check what the compile looked for, and deliver the outputs. {@link CompileAttempt} has these
 * stages.
 * </ol>
 *
 * Whatever cannot be done on another node ends as {@link RequestOutcome.Local}: the wrapper becomes the compiler.
 */
final class CompileRequest {
    private static final Logger LOG = LogManager.getLogger(CompileRequest.class);
    private static final Duration TOOLCHAIN_WHEN_ASKED_FOR = Duration.ofMinutes(2);
    static final String BOUNDED = "the memory of the command is bounded (ulimit -v or -d)";
    private static final String NOT_PROVEN = "not proven: ";

    private final RequestContext request;
    private final InputDictionary dictionary;
    private final JobCompletion completion;
    private Set<CacheMode> uses = Set.of();
    private @Nullable CompileCommand command; // set by classify
    private @Nullable HostAccess machine; // sees what the user sees; set by classify
    private @Nullable ResolvedCommand resolved; // set by resolveToolchain

    CompileRequest(RequestContext request, LocalSlotQueue turns, InputDictionary dictionary) {
        this.request = request;
        this.dictionary = dictionary;
        this.completion = new JobCompletion(request.services().jobs(), request.wrapper(), request.hello(),
                request.account(), turns);
    }

    /** @throws WrapperDisconnectedException if the user has given up */
    void run() throws IOException {
        try (RunningJobs.Registration _ = request.services().jobs().log().running()
                .register(() -> Optional.of(request.account().running()))) {
            for (RequestStage stage : new RequestStage[]{this::classify, this::checkWishes, this::resolveToolchain}) {
                Optional<RequestOutcome> outcome = stage.run();
                if (outcome.isPresent()) {
                    finish(outcome.get());
                    return;
                }
            }
            attemptUntilComplete();
        } catch (WrapperProtocolException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            if (completion.isRecorded()) {
                throw e;
            }
            failed(e);
        }
    }

    private static Optional<RequestOutcome> local(String reason) {
        return Optional.of(new RequestOutcome.Local(reason, SlotPolicy.WORK));
    }

    private Optional<RequestOutcome> classify() throws IOException {
        HelloFrame hello = request.hello();
        HostAccess sees = request.memory().readHere()
                ? new DirectHostAccess(request.wrapper()::run, request.memory().digests())
                : new WrapperHostAccess(request.wrapper(), request.memory().digests());
        if (hello.mode() == HelloFrame.Mode.EXPLAIN) {
            CommandExplanation answer = new CommandExplainer(request.services(), hello, request.memory()).explain(sees);
            request.wrapper().print(1, Utf8Strings.bytes(hello.wantsJson() ? answer.json() : answer.text()));
            request.wrapper().exit(0);
            return Optional.of(new RequestOutcome.Answered());
        }
        Optional<CompilerFamily> family = CompilerNames.family(hello.program());
        if (family.isEmpty()) {
            request.wrapper().exec(false, false);
            return Optional.of(new RequestOutcome.Answered());
        }
        Optional<Invocation> invocation = hello.invocation();
        if (invocation.isEmpty()) {
            return local(hello.missingInvocation());
        }
        machine = watched(sees);
        return parse(invocation.get(), family.get(), sees);
    }

    /** What the command is to a compiler of this family. */
    private Optional<RequestOutcome> parse(Invocation invocation, CompilerFamily family, HostAccess sees)
            throws IOException {
        CommandPlan plan = CommandClassifier.parse(invocation, family, sees);
        request.account().lap(JobStep.PARSE);
        return switch (plan) {
            case CommandPlan.Local(LocalReason reason) -> {
                SlotPolicy weight = CompilerNames.isHeavy(reason.code()) ? SlotPolicy.WORK : SlotPolicy.QUESTION;
                yield Optional.of(new RequestOutcome.Local(reason.toString(), weight));
            }
            case CommandPlan.Replay(CompileCommand replayed) -> {
                request.account().command(replayed.source().toString(), String.valueOf(replayed.primaryOutput()));
                command = replayed;
                yield Optional.empty();
            }
        };
    }

    /** The same files; what is known not to have changed before this call is not looked at again. */
    private HostAccess watched(HostAccess sees) {
        FileChangeMonitor changes = request.memory().viewer().changes();
        return changes != null && sees instanceof DirectHostAccess direct ? direct.watched(changes) : sees;
    }

    private Optional<RequestOutcome> checkWishes() {
        HelloFrame hello = request.hello();
        if (hello.mode() == HelloFrame.Mode.LOCAL) {
            return local("FLOE_MODE=local");
        }
        if (hello.bounded()) {
            return local(BOUNDED);
        }
        if (!request.insists() && ConfigureProbe.isProbe(command().source(), command().invocation().cwd())) {
            return Optional.of(new RequestOutcome.Local(ConfigureProbe.REASON, SlotPolicy.QUESTION));
        }
        boolean namesNode = !hello.wantedNode().isEmpty();
        if (namesNode && request.services().executors().scheduler().named(hello.wantedNode()).isEmpty()) {
            return local(PlacementRequestFactory.unknownNode(hello.wantedNode()));
        }
        uses = namesNode
                ? Set.of()
                : CachePolicy.uses(request.services().results().modes(),
                        command().invocation().environment().get("FLOE_CACHE"));
        return uses.isEmpty() && !request.services().executors().scheduler().hasExecutors()
                ? local("no remote executor is available")
                : Optional.empty();
    }

    private Optional<RequestOutcome> resolveToolchain() throws IOException {
        ToolchainResolver.Resolution knowledge = request.services().toolchains().resolver().of(
                command().invocation().compiler(),
                command().environment().getOrDefault("PATH", ""), request.memory().caller(machine()), patience());
        request.account().lap(JobStep.TOOLCHAIN);
        return switch (knowledge) {
            // A script or another wrapper, perhaps, which comes back through floe-cc.
            case ToolchainResolver.Resolution.Unusable(String reason) ->
                Optional.of(new RequestOutcome.Local("toolchain: " + reason, SlotPolicy.UNKNOWN));
            case ToolchainResolver.Resolution.Preparing _ -> local("the toolchain is being prepared");
            case ToolchainResolver.Resolution.Resolved known -> {
                request.account().toolchain(known.id().brief());
                Optional<RequestOutcome> otherwise = known.commandLine() == command().family()
                        ? Optional.empty()
                        : parse(command().invocation(), known.commandLine(), machine()); // as where cc is clang
                if (otherwise.isEmpty()) {
                    resolved = new ResolvedCommand(command(), known, machine());
                }
                yield otherwise;
            }
        };
    }

    /** How long to wait for a toolchain that is being packed. */
    private Duration patience() {
        return request.insists() ? TOOLCHAIN_WHEN_ASKED_FOR : Duration.ZERO;
    }

    /** What a compile has missed on a peer although it is here is an input of the next attempt. */
    private void attemptUntilComplete() throws IOException {
        MissedInputRetries retries = new MissedInputRetries(request.memory().lessons(), command(),
                resolved().toolchainId());
        Optional<String> obstacle = retries.knownObstacle();
        while (obstacle.isEmpty()) {
            Optional<MissingInputs> missing = attempt(retries.extraInputs());
            if (missing.isEmpty()) {
                return;
            }
            request.account().missed(missing.get().names());
            obstacle = retries.addMissing(missing.get());
            if (obstacle.isEmpty()) {
                LOG.info("job={} is repeated with missed={}", request.account().id(), missing.get().names());
            }
        }
        finish(new RequestOutcome.Local(NOT_PROVEN + obstacle.get(), SlotPolicy.WORK));
    }

    /** @return what the compile has missed; empty if the request is finished */
    private Optional<MissingInputs> attempt(ExtraInputs lesson) throws IOException {
        machine().refresh();
        ResolvedCommand extended = resolved().with(lesson.extend(command()));
        CommandSubstitutes substitutes = new CommandSubstitutes(
                () -> request.services().toolchains().substitutes().of(extended.toolchain().id(), patience()),
                extended.command(), extended.toolchainId(), request.memory(), machine());
        PlacementRequestFactory jobs = new PlacementRequestFactory(request.services().executors().scheduler(),
                extended.command(), extended.toolchain(), substitutes, request.hello().wantedNode());
        request.account().predicted(jobs.predicted());
        Optional<String> unknownNode = jobs.unknownNode();
        if (unknownNode.isPresent()) {
            finish(new RequestOutcome.Local(PlacementRequestFactory.unknownNode(unknownNode.get()), SlotPolicy.WORK));
            return Optional.empty();
        }
        CachePolicy policy = new CachePolicy(uses, extended.command().sharing());
        try (CompileAttempt attempt = new CompileAttempt(request, extended, lesson, jobs, policy, dictionary)) {
            RequestOutcome outcome = attempt.run();
            if (outcome instanceof RequestOutcome.Incomplete(MissingInputs missing)) {
                return Optional.of(missing);
            }
            finish(outcome);
            return Optional.empty();
        }
    }

    /** Tells the wrapper, and writes the record. */
    private void finish(RequestOutcome outcome) throws IOException {
        switch (outcome) {
            case RequestOutcome.Local(String reason, SlotPolicy weight, Runnable queued) ->
                completion.local(reason, weight, queued);
            case RequestOutcome.Written(Decision decision, String reason, String node, Runnable afterwards) -> {
                completion.record(decision, reason, node, 0);
                request.wrapper().exit(0);
                afterwards.run();
            }
            case RequestOutcome.Answered _ -> {
                // nothing is recorded
            }
            case RequestOutcome.Incomplete incomplete ->
                throw new IllegalStateException("not finished: " + incomplete.missing().first());
        }
    }

    /** The node itself has failed: the wrapper compiles, unless the user has given up. */
    private void failed(Exception e) throws IOException {
        if (e instanceof WrapperDisconnectedException || request.wrapper().disconnected().isDone()) {
            completion.record(Decision.LOCAL, "given up by its user", request.services().jobs().node(), -1);
            throw new WrapperDisconnectedException();
        }
        LOG.warn("job={} failed in the node and is compiled locally: {}", request.account().id(), FailureText.of(e));
        LOG.debug("job={}", request.account().id(), e);
        finish(new RequestOutcome.Local("failed in the node: " + FailureText.of(e), SlotPolicy.WORK));
    }

    private CompileCommand command() {
        return required(command);
    }

    private HostAccess machine() {
        return required(machine);
    }

    private ResolvedCommand resolved() {
        return required(resolved);
    }

    private static <T> T required(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("an earlier stage has not run");
        }
        return part;
    }
}
