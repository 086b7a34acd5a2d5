package dev.floe.node.submit;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import dev.floe.front.CommandParser;
import dev.floe.front.CompileCommand;
import dev.floe.front.Discovery;
import dev.floe.front.Family;
import dev.floe.front.InputSet;
import dev.floe.front.Invocation;
import dev.floe.front.Machine;
import dev.floe.front.Plan;
import dev.floe.front.Reason;
import dev.floe.front.manifest.ManifestKey;
import dev.floe.front.proof.LearnedInputs;
import dev.floe.front.proof.Lesson;
import dev.floe.front.proof.Shortfall;
import dev.floe.node.cache.CacheUse;
import dev.floe.node.record.JobRecord.Decision;
import dev.floe.node.record.RunningJobs;
import dev.floe.node.record.Step;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.placement.Job;
import dev.floe.store.FailureText;

/**
 * The way of one command, from the wrapper's first word to its last. Whatever cannot be done elsewhere ends in {@link Completion#local}: the wrapper
 * becomes the compiler.
 */
final class Submission {
    private static final Logger LOG = LogManager.getLogger(Submission.class);
    private static final Duration TOOLCHAIN_WHEN_ASKED_FOR = Duration.ofMinutes(2);
    private static final int MAX_REPAIRS = 3;
    private static final String NOT_PROVEN = "not proven: ";
    private static final int WAIT_FACTOR = 3;
    private static final Duration LONGEST_EXTRA_WAIT = Duration.ofSeconds(5);

    private final Submitter.Site site;
    private final Hands hands;
    private final Hello hello;
    private final Account account;
    private final boolean readHere;
    private final Submitter.Memory memory;
    private final Glossary glossary;
    private final Completion completion;

    Submission(Submitter.Site site, Hands hands, Hello hello, String id, Submitter.Memory memory, Turns turns,
            Glossary glossary) {
        this.site = site;
        this.hands = hands;
        this.hello = hello;
        this.readHere = memory.readHere();
        this.memory = memory;
        this.glossary = glossary;
        this.account = new Account(id, site.name(), hello, site.clock().instant());
        this.completion = new Completion(site, hands, hello, account, turns);
    }

    void run() throws IOException {
        try (RunningJobs.Registration _ = site.log().running().register(() -> Optional.of(account.running()))) {
            begin();
        } catch (ProtocolException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            if (completion.isRecorded()) {
                throw e;
            }
            if (!(e instanceof WrapperGoneException) && !hands.gone().isDone()) {
                LOG.warn("job={} failed in the node and is compiled here: {}", account.id(), FailureText.of(e));
                LOG.debug("job={}", account.id(), e);
                completion.local("failed in the node: " + FailureText.of(e), true);
            } else {
                completion.record(Decision.LOCAL, "given up by its user", site.name(), -1);
                throw new WrapperGoneException();
            }
        }
    }

    private void begin() throws IOException {
        if (hello.mode() == Hello.Mode.EXPLAIN) {
            hands.print(1, Names.bytes(new Explanation(site, hello, memory).of(machine())));
            hands.exit(0);
            return;
        }
        Optional<Family> family = Compilers.family(hello.program());
        if (family.isEmpty()) {
            hands.exec(false, false);
            return;
        }
        Optional<Invocation> invocation = hello.invocation();
        if (invocation.isEmpty()) {
            completion.local("its directory is gone, or a name is not UTF-8", true);
            return;
        }
        Machine machine = machine();
        Plan plan = CommandParser.parse(invocation.get(), family.get(), machine);
        account.lap(Step.PARSE);
        switch (plan) {
            case Plan.Local(Reason reason) -> completion.local(reason.toString(), Compilers.isHeavy(reason.code()));
            case Plan.Replay(CompileCommand command) -> {
                account.command(command.source().toString(), String.valueOf(command.primaryOutput()));
                compile(command, machine);
            }
        }
    }

    private Machine machine() {
        return readHere ? new DirectMachine(hands::run, memory.digests()) : new WrapperMachine(hands, memory.digests());
    }

    private void compile(CompileCommand command, Machine machine) throws IOException {
        boolean insist = hello.mode() == Hello.Mode.REMOTE || !hello.wantedNode().isEmpty();
        if (hello.mode() == Hello.Mode.LOCAL) {
            completion.local("FLOE_MODE=local", true);
            return;
        }
        if (hello.bounded()) {
            completion.local("the memory of the command is bounded (ulimit -v or -d)", true);
            return;
        }
        Set<CacheUse> uses = hello.wantedNode().isEmpty()
                ? Reuse.uses(site.cacheUses(), command.invocation().environment().get("FLOE_CACHE"))
                : Set.of();
        if (!hello.wantedNode().isEmpty() && site.outlook().named(hello.wantedNode()).isEmpty()) {
            completion.local(Jobs.unknownNode(hello.wantedNode()), true);
            return;
        }
        if (uses.isEmpty() && !site.outlook().hasExecutors()) {
            completion.local("no other node executes", true);
            return;
        }
        CompilerToolchains.Knowledge knowledge = site.toolchains().of(command.invocation().compiler(),
                command.environment().getOrDefault("PATH", ""), memory.caller(machine),
                insist ? TOOLCHAIN_WHEN_ASKED_FOR : Duration.ZERO);
        account.lap(Step.TOOLCHAIN);
        switch (knowledge) {
            // A script or another wrapper, perhaps, which comes back through floe-cc.
            case CompilerToolchains.Knowledge.Unusable(String reason) ->
                completion.local("toolchain: " + reason, Completion.Weight.UNKNOWN);
            case CompilerToolchains.Knowledge.Preparing _ -> completion.local("the toolchain is being prepared", true);
            case CompilerToolchains.Knowledge.Known known -> {
                account.toolchain(known.id().brief());
                compileUntilProven(command, machine, known, insist, uses);
            }
        }
    }

    /** What a compile has missed on a peer although it is here is an input of the next. */
    private void compileUntilProven(CompileCommand command, Machine machine,
            CompilerToolchains.Knowledge.Known toolchain, boolean insist, Set<CacheUse> uses) throws IOException {
        String id = toolchain.id().hex();
        ManifestKey key = ManifestKey.withoutVariables(command, id);
        Optional<String> known = memory.lessons().obstacle(key,
                command.invocation().environment().keySet());
        if (known.isPresent()) {
            completion.local(NOT_PROVEN + known.get(), true);
            return;
        }
        for (int repairs = 0;; repairs++) {
            Lesson lesson = memory.lessons().of(key, id);
            CompileCommand extended = lesson.extend(command);
            Substitutes substitutes = new Substitutes(
                    () -> site.standIns().of(toolchain.id(), insist ? TOOLCHAIN_WHEN_ASKED_FOR : Duration.ZERO),
                    extended, id, memory, machine);
            Jobs jobs = new Jobs(site.outlook(), extended, toolchain, substitutes, hello.wantedNode());
            account.predicted(jobs.predicted());
            Shortfall shortfall;
            try (Reuse reuse = new Reuse(site, hands, account, extended, memory, uses, id)) {
                shortfall = compile(extended, machine, toolchain, insist, jobs, reuse, lesson);
            }
            if (shortfall.isNone()) {
                return;
            }
            account.missed(shortfall.names());
            Optional<String> obstacle = repairs < MAX_REPAIRS
                    ? shortfall.obstacle()
                    : shortfall.obstacle().or(() -> Optional.of(shortfall.first() + " was not on the peer"));
            if (obstacle.isPresent()) {
                memory.lessons().addObstacle(key, shortfall, obstacle.get());
                completion.local(NOT_PROVEN + obstacle.get(), true);
                return;
            }
            LOG.info("job={} is repeated with missed={}", account.id(), shortfall.names());
            memory.lessons().add(command, key, id, shortfall);
        }
    }

    /** @return what a compile has missed on a peer; none if the job is done, in whichever way */
    private Shortfall compile(CompileCommand command, Machine machine, CompilerToolchains.Knowledge.Known toolchain,
            boolean insist, Jobs jobs, Reuse reuse, Lesson lesson) throws IOException {
        Optional<String> unknownNode = jobs.unknownNode();
        if (unknownNode.isPresent()) {
            completion.local(Jobs.unknownNode(unknownNode.get()), true);
            return Shortfall.NONE;
        }
        if (servedAsTraced(reuse, machine)) {
            return Shortfall.NONE;
        }
        Optional<Discovery.Found> recalled = reuse.recall(machine, lesson);
        boolean hasKeys = recalled.isPresent() && reuse.knowsKeys();
        if (recalled.isEmpty() && !reuse.isOn() && !insist && ranHere(jobs.before(account.id()))) {
            return Shortfall.NONE;
        }
        Discovery discovery = recalled.isPresent()
                ? recalled.get()
                : discover(command, toolchain, machine, reuse.isOn());
        if (discovery instanceof Discovery.Unknown(Reason reason)) {
            account.lap(Step.DISCOVER);
            completion.local("inputs: " + reason, true);
            return Shortfall.NONE;
        }
        Discovery.Found found = LearnedInputs.add((Discovery.Found) discovery, lesson, machine);
        account.lap(Step.DISCOVER);
        account.inputs(found.inputs().inputs().size());
        reuse.mind(found);
        Offer offer = Offers.make(account.id(), site.name(), command, toolchain.id(), found.inputs(),
                jobs.predicted(), Jobs.TYPICAL_MEMORY_BYTES, reuse.sharing(), reuse.keeps()).observed(true);
        if (!hasKeys) {
            reuse.found(found, offer, recalled.isEmpty());
        }
        CompileTask task = new CompileTask(command, found, machine, memory.directories());
        if (served(reuse, task, jobs)) {
            return Shortfall.NONE;
        }
        return reuse.unproven().isNone()
                ? new Offering(site, hands, account, completion, task, jobs, insist).offer(offer, reuse, readHere,
                        glossary)
                : reuse.unproven();
    }

    private Discovery discover(CompileCommand command, CompilerToolchains.Knowledge.Known toolchain, Machine machine,
            boolean footprints) throws IOException {
        String id = toolchain.id().hex();
        return toolchain.gap().isPresent()
                ? memory.discovery().discoverListed(command, id, machine, footprints)
                : memory.discovery().discover(command, id, machine, footprints);
    }

    /** Runs the command here if it is clear before its inputs are known that it belongs here. */
    private boolean ranHere(Job job) throws IOException {
        try (Outlook.Waiting waiting = site.outlook().waiting(job)) {
            boolean ours = site.outlook().chooseHere(job);
            if (ours) {
                completion.local("fastest here", Completion.Weight.WORK, waiting::close);
            }
            return ours;
        }
    }

    /** Whether the mesh's cache had the result. */
    private boolean served(Reuse reuse, CompileTask task, Jobs jobs) throws IOException {
        try {
            if (!reuse.serve(task, jobs.predicted().multipliedBy(WAIT_FACTOR).plus(LONGEST_EXTRA_WAIT))) {
                return false;
            }
        } catch (OutputException e) {
            return notWritten(e);
        }
        return cached(reuse, task.inputs());
    }

    /** Whether it had the result of an earlier compile that asked for nothing that is otherwise now. */
    private boolean servedAsTraced(Reuse reuse, Machine machine) throws IOException {
        Optional<InputSet> inputs;
        try {
            inputs = reuse.serveTraced(machine);
        } catch (OutputException e) {
            return notWritten(e);
        }
        inputs.ifPresent(served -> account.inputs(served.inputs().size()));
        return inputs.isPresent() && cached(reuse, inputs.get());
    }

    private boolean notWritten(OutputException reason) throws IOException {
        completion.local("a cached result cannot be written: " + FailureText.of(reason), true);
        return true;
    }

    private boolean cached(Reuse reuse, InputSet inputs) throws IOException {
        completion.record(Decision.CACHED, "the result was known", site.name(), 0);
        hands.exit(0);
        reuse.audit(inputs);
        return true;
    }
}
