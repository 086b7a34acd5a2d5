package dev.floe.node.submit;

import java.io.IOException;
import java.nio.file.Path;
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
import dev.floe.node.cache.CacheUse;
import dev.floe.node.record.JobRecord;
import dev.floe.node.record.JobRecord.Decision;
import dev.floe.node.record.Step;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.PeerConnections;
import dev.floe.placement.Candidate;
import dev.floe.placement.Job;

/**
 * The way of one command, from the wrapper's first word to its last. Whatever cannot be done elsewhere ends in {@link #local}: the wrapper
 * becomes the compiler.
 */
final class Submission {
    private static final Logger LOG = LogManager.getLogger(Submission.class);
    private static final Duration TOOLCHAIN_WHEN_ASKED_FOR = Duration.ofMinutes(2);
    private static final int MOST_LOST = 3;
    private static final int WAIT_FACTOR = 3;
    private static final Duration LONGEST_EXTRA_WAIT = Duration.ofSeconds(5);
    private static final Duration LONGEST_HERE = Duration.ofHours(24);

    private final Submitter.Site site;
    private final Hands hands;
    private final Hello hello;
    private final Account account;
    private final boolean readHere;
    private final Submitter.Memory memory;
    private boolean recorded;
    private boolean confirms; // whether a local compile is to show what a peer said
    private final Turns turns;
    private final Glossary glossary;

    Submission(Submitter.Site site, Hands hands, Hello hello, String id, Submitter.Memory memory, Turns turns,
            Glossary glossary) {
        this.site = site;
        this.hands = hands;
        this.hello = hello;
        this.readHere = memory.readHere();
        this.memory = memory;
        this.turns = turns;
        this.glossary = glossary;
        this.account = new Account(id, hello, site.clock().instant());
    }

    void run() throws IOException {
        try {
            begin();
        } catch (ProtocolException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            if (recorded) {
                throw e;
            }
            if (!(e instanceof WrapperGoneException) && !hands.gone().isDone()) {
                LOG.warn("job={} failed in the node and is compiled here", account.id(), e);
                local("failed in the node: " + e, true);
            } else {
                record(Decision.LOCAL, "given up by its user", site.name(), -1);
                throw new WrapperGoneException();
            }
        }
    }

    private void record(Decision decision, String reason, String node, int exit) {
        site.log().add(account.end(decision, reason, node, exit));
        recorded = true;
    }

    private void begin() throws IOException {
        if (hello.mode() == Hello.Mode.EXPLAIN) {
            hands.print(1, Names.bytes(new Explanation(site, hello, readHere, memory).of(machine())));
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
            local("its directory is gone, or a name is not UTF-8", true);
            return;
        }
        Machine machine = machine();
        Plan plan = CommandParser.parse(invocation.get(), family.get(), machine);
        account.lap(Step.PARSE);
        switch (plan) {
            case Plan.Local(Reason reason) -> local(reason.toString(), Compilers.isHeavy(reason.code()));
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
            local("FLOE_MODE=local", true);
            return;
        }
        Set<CacheUse> uses = hello.wantedNode().isEmpty()
                ? Reuse.uses(site.cacheUses(), command.invocation().environment().get("FLOE_CACHE"))
                : Set.of();
        if (uses.isEmpty() && !site.outlook().hasExecutors()) {
            local("no other node executes", true);
            return;
        }
        CompilerToolchains.Knowledge knowledge = site.toolchains().of(command.invocation().compiler(),
                command.environment().getOrDefault("PATH", ""), readHere,
                insist ? TOOLCHAIN_WHEN_ASKED_FOR : Duration.ZERO);
        account.lap(Step.TOOLCHAIN);
        switch (knowledge) {
            // A script or another wrapper, perhaps, which comes back through floe-cc.
            case CompilerToolchains.Knowledge.Unusable(String reason) -> local("toolchain: " + reason, Weight.UNKNOWN);
            case CompilerToolchains.Knowledge.Preparing _ -> local("the toolchain is being prepared", true);
            case CompilerToolchains.Knowledge.Known known -> {
                account.toolchain(known.id().brief());
                Substitutes substitutes = new Substitutes(
                        () -> site.standIns().of(known.id(), insist ? TOOLCHAIN_WHEN_ASKED_FOR : Duration.ZERO),
                        command,
                        known.id().hex(), memory, machine);
                Jobs jobs = new Jobs(site.outlook(), command, known, substitutes, hello.wantedNode());
                try (Reuse reuse = new Reuse(site, hands, account, command, memory, uses, known.id().hex())) {
                    compile(command, machine, known, insist, jobs, reuse);
                }
            }
        }
    }

    private void compile(CompileCommand command, Machine machine, CompilerToolchains.Knowledge.Known toolchain,
            boolean insist, Jobs jobs, Reuse reuse) throws IOException {
        Optional<String> unknownNode = jobs.unknownNode();
        if (unknownNode.isPresent()) {
            local("FLOE_NODE=" + unknownNode.get() + ": no such node in the mesh", true);
            return;
        }
        Optional<Discovery.Found> recalled = reuse.recall(machine);
        if (recalled.isPresent() && reuse.knowsKeys()) {
            account.lap(Step.DISCOVER);
            account.inputs(recalled.get().inputs().inputs().size());
            reuse.mind(recalled.get());
            if (!served(reuse, recalled.get().inputs(), jobs)) {
                offer(command, toolchain, jobs, recalled.get().inputs(), insist, reuse,
                        Offers.make(account.id(), site.name(), command, toolchain.id(), recalled.get().inputs(),
                                jobs.predicted(), Jobs.TYPICAL_MEMORY_BYTES, reuse.sharing(), reuse.keeps()));
            }
            return;
        }
        if (recalled.isEmpty() && !reuse.isOn() && !insist && ranHere(jobs.before(account.id()))) {
            return;
        }
        Discovery discovery = recalled.isPresent()
                ? recalled.get()
                : memory.discovery().discover(command, toolchain.id().hex(), machine, reuse.isOn());
        account.lap(Step.DISCOVER);
        switch (discovery) {
            case Discovery.Unknown(Reason reason) -> local("inputs: " + reason, true);
            case Discovery.Found found -> {
                account.inputs(found.inputs().inputs().size());
                reuse.mind(found);
                Offer offer = Offers.make(account.id(), site.name(), command, toolchain.id(), found.inputs(),
                        jobs.predicted(), Jobs.TYPICAL_MEMORY_BYTES, reuse.sharing(), reuse.keeps());
                reuse.found(found, offer, recalled.isEmpty());
                if (!served(reuse, found.inputs(), jobs)) {
                    offer(command, toolchain, jobs, found.inputs(), insist, reuse, offer);
                }
            }
        }
    }

    /** Runs the command here if it is clear before its inputs are known that it belongs here. */
    private boolean ranHere(Job job) throws IOException {
        try (Outlook.Waiting waiting = site.outlook().waiting(job)) {
            boolean ours = site.outlook().chooseHere(job);
            if (ours) {
                local("fastest here", Weight.WORK, waiting::close);
            }
            return ours;
        }
    }

    /** Whether the mesh's cache had the result. */
    private boolean served(Reuse reuse, InputSet inputs, Jobs jobs) throws IOException {
        try {
            if (!reuse.serve(inputs, jobs.predicted().multipliedBy(WAIT_FACTOR).plus(LONGEST_EXTRA_WAIT))) {
                return false;
            }
        } catch (OutputException e) {
            local("a cached result cannot be written: " + e.getMessage(), true);
            return true;
        }
        record(Decision.CACHED, "the result was known", site.name(), 0);
        hands.exit(0);
        reuse.audit(inputs);
        return true;
    }

    /** Asks one executor after the other. */
    private void offer(CompileCommand command, CompilerToolchains.Knowledge.Known toolchain, Jobs jobs, InputSet inputs,
            boolean insist, Reuse reuse, Offer offer) throws IOException {
        Job job = jobs.with(account.id(), inputs);
        Rounds rounds = new Rounds(site.outlook(), job, insist, hands.gone());
        site.audits().distrusted().forEach(rounds::exclude);
        try (Outlook.Waiting waiting = site.outlook().waiting(job)) {
            String why;
            try (RemoteCompile remote = new RemoteCompile(site.deadlines(), hands, account, command, inputs, readHere,
                    reuse)) {
                Optional<String> gaveUp = askInTurn(rounds, remote, offer, job, jobs, insist, waiting);
                if (gaveUp.isEmpty()) {
                    return;
                }
                why = gaveUp.get();
                boolean stuck = rounds.end() == Rounds.End.FULL_HERE_TOO; // its own executor's line has no way around what keeps the slots
                if (offer.keep() && !confirms && !insist && !stuck && here(remote, offer, why, waiting)) {
                    return;
                }
            }
            local(why, Weight.WORK, waiting::close);
        }
    }

    /** Compiles on this node as on a peer, so that the result can be kept. */
    private boolean here(RemoteCompile remote, Offer offer, String why, Outlook.Waiting waiting) throws IOException {
        Optional<RemoteCompile.Door> door = site.ownExecutor();
        if (door.isEmpty()) {
            return false;
        }
        RemoteCompile.Result result;
        try {
            result = remote.attempt(door.get(), offer, Optional.empty(), LONGEST_HERE, _ -> waiting.close());
        } catch (OutputException e) {
            account.attempt(site.name(), String.valueOf(e.getMessage()));
            return false;
        }
        if (result instanceof RemoteCompile.Result.Ended ended && ended.exit() == 0) {
            account.attempt(site.name(), "done");
            record(Decision.LOCAL, why, site.name(), 0);
            hands.exit(0);
            ended.afterwards().run();
            return true;
        }
        account.attempt(site.name(), switch (result) {
            case RemoteCompile.Result.Ended ended -> "exit " + ended.exit();
            case RemoteCompile.Result.Refused(String reason, var state) -> "refused: " + reason;
            case RemoteCompile.Result.Lost(String reason, boolean tooSlow) -> "lost: " + reason;
        });
        return false;
    }

    /** @return why no executor has brought the job to an end; empty if one has */
    private Optional<String> askInTurn(Rounds rounds, RemoteCompile remote, Offer offer, Job job, Jobs jobs,
            boolean insist,
            Outlook.Waiting waiting) throws IOException {
        int lost = 0;
        String last = "";
        for (Candidate candidate = rounds.next(); candidate != null; candidate = rounds.next()) {
            if (candidate.node().self()) {
                last = "fastest here by now";
                break;
            }
            Optional<Outlook.Route> route = site.outlook().route(candidate.node().id());
            if (route.isEmpty()) {
                site.outlook().abandoned(candidate.node().id(), job);
                continue;
            }
            RemoteCompile.Result result;
            try {
                result = remote.attempt(
                        () -> site.connections().open(route.get().address(), PeerConnections.Lane.JOBS, "/job"),
                        jobs.adapt(offer, candidate.way().processor()),
                        Optional.of(remote.page(glossary, route.get().id())),
                        jobs.patience(insist, candidate.run()), state -> {
                            site.outlook().answered(route.get().id(), job, state);
                            waiting.close();
                        });
            } catch (OutputException e) {
                site.outlook().abandoned(route.get().id(), job);
                account.attempt(route.get().name(), String.valueOf(e.getMessage()));
                return Optional.of("what " + route.get().name() + " made cannot be written: " + e.getMessage());
            } catch (IOException | RuntimeException e) {
                site.outlook().abandoned(route.get().id(), job);
                throw e;
            }
            switch (result) {
                case RemoteCompile.Result.Ended ended -> {
                    return ended(ended, candidate, route.get(), jobs);
                }
                case RemoteCompile.Result.Refused(String reason, var state) -> {
                    site.outlook().refused(route.get().id(), job, state);
                    account.attempt(route.get().name(), "refused: " + reason);
                    last = route.get().name() + " refused: " + reason;
                }
                case RemoteCompile.Result.Lost(String reason, boolean tooSlow) -> {
                    site.outlook().failed(route.get().id(), job);
                    account.attempt(route.get().name(), "lost: " + reason);
                    if (tooSlow) {
                        return Optional.of(
                                route.get().name() + " took longer than "
                                        + jobs.patience(insist, candidate.run()).toSeconds() + " s");
                    }
                    LOG.info("job={} lost on node={} reason=\"{}\"", account.id(), route.get().name(), reason);
                    last = route.get().name() + ": " + reason;
                    lost++;
                    rounds.exclude(route.get().id());
                }
            }
            if (lost >= MOST_LOST) {
                break;
            }
        }
        return Optional.of(last.isEmpty() ? rounds.end().text : last);
    }

    private Optional<String> ended(RemoteCompile.Result.Ended ended, Candidate by, Outlook.Route route, Jobs jobs)
            throws IOException {
        site.outlook().finished(by, jobs.source(), jobs.flags(), ended.state(),
                ended.run());
        if (ended.exit() != 0) {
            account.attempt(route.name(), "exit " + ended.exit());
            confirms = true;
            return Optional.of(route.name() + " says exit " + ended.exit() + "; confirmed here");
        }
        account.attempt(route.name(), "done");
        record(Decision.REMOTE, by.way().emulated() ? "compiled there, emulated" : "compiled there", route.name(), 0);
        hands.exit(0);
        ended.afterwards().run();
        return Optional.empty();
    }

    /** What a local command takes. */
    private enum Weight {
        /** A slot: compiles and links. */
        WORK,
        /** Nothing worth counting: questions to the compiler. */
        QUESTION,
        /** A slot; but what it runs is not known and may come back through another wrapper, which then has one of its own. */
        UNKNOWN
    }

    private void local(String reason, boolean heavy) throws IOException {
        local(reason, heavy ? Weight.WORK : Weight.QUESTION);
    }

    private void local(String reason, Weight weight) throws IOException {
        local(reason, weight, () -> {});
    }

    /** The wrapper becomes the compiler; {@code inLine} is called when it stands in line for a slot, if it does. */
    private void local(String reason, Weight weight, Runnable inLine) throws IOException {
        if (weight == Weight.QUESTION || Compilers.isInAPipe(hello.argv())) {
            hands.exec(false, weight != Weight.UNKNOWN);
            record(Decision.LOCAL, reason, site.name(), -1);
            return;
        }
        try (Turns.Turn turn = turns.take(account.id(), hands.gone(), inLine)) {
            account.lap(Step.LOCAL_SLOT);
            if (weight == Weight.WORK) {
                hands.exec(true, true);
            } else {
                turn.mayLeadToWrappers();
                hands.execAbove(account.id());
            }
            hands.gone().join();
            account.lap(Step.LOCAL_RUN);
            record(Decision.LOCAL, reason, site.name(), -1);
        }
    }
}
