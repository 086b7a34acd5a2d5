package dev.floe.node.submitter;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

import dev.floe.command.CacheScope;
import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.HostAccess;
import dev.floe.command.Invocation;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.manifest.ManifestCache.ManifestLookup;
import dev.floe.command.manifest.ManifestKey;
import dev.floe.command.parser.CommandClassifier;
import dev.floe.command.parser.ConfigureProbe;
import dev.floe.command.proof.ExtraInputs;
import dev.floe.command.proof.LearnedInputDiscovery;
import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.submitter.cache.CommandTraces;
import dev.floe.node.submitter.compilers.CompilerNames;
import dev.floe.node.submitter.compilers.ToolchainResolver;
import dev.floe.node.submitter.context.CacheMissExplainer;
import dev.floe.node.submitter.context.CommandCacheKeys;
import dev.floe.node.submitter.context.OfferFactory;
import dev.floe.node.submitter.context.SubmitterCaches;
import dev.floe.node.submitter.context.SubmitterServices;
import dev.floe.node.submitter.remote.CommandSubstitutes;
import dev.floe.node.submitter.remote.PlacementRequestFactory;
import dev.floe.node.submitter.wrapper.HelloFrame;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.ranking.Candidate;
import dev.floe.placement.ranking.ExpectedAnswer;
import dev.floe.placement.ranking.IneligibleNode;
import dev.floe.placement.ranking.Ranking;
import dev.floe.toolchain.ToolchainId;

/**
 * Finds out what would become of a command, and why, without running it: by the same questions as {@link
 * CompileRequest}.
 */
final class CommandExplainer {
    private static final Duration TOOLCHAIN = Duration.ofMinutes(2);

    private final SubmitterServices services;
    private final HelloFrame hello;
    private final SubmitterCaches memory;
    private final CommandExplanation answer = new CommandExplanation();

    CommandExplainer(SubmitterServices services, HelloFrame hello, SubmitterCaches memory) {
        this.services = services;
        this.hello = hello;
        this.memory = memory;
    }

    CommandExplanation explain(HostAccess machine) throws IOException {
        answer.add("command", String.join(" ", hello.argv()), "argv", hello.argv());
        Optional<CompilerFamily> family = CompilerNames.family(hello.program());
        Optional<Invocation> invocation = hello.invocation();
        if (family.isEmpty()) {
            local(hello.program() + " is not known as a compiler");
        } else if (invocation.isEmpty()) {
            local(hello.missingInvocation());
        } else {
            answer.add("compiler", invocation.get().compiler().toString());
            switch (CommandClassifier.parse(invocation.get(), family.get(), machine)) {
                case CommandPlan.Local local -> local(local.reason().toString());
                case CommandPlan.Replay(CompileCommand command) -> command(command, machine);
            }
        }
        return answer;
    }

    private void local(String reason) {
        answer.decide("local", reason);
    }

    private void command(CompileCommand command, HostAccess machine) throws IOException {
        String language = command.language().name().toLowerCase(Locale.ROOT);
        answer.add("source", command.source() + " (" + language + ")", "source", command.source().toString(),
                "language", language);
        answer.add("output", command.primaryOutput() == null ? "none" : command.primaryOutput().toString());
        if (!command.argv().equals(command.invocation().argv())) {
            answer.add("replayed", String.join(" ", command.argv()), "replayed", command.argv());
        }
        if (ConfigureProbe.isProbe(command.source(), command.invocation().cwd())) {
            local(ConfigureProbe.REASON);
            return;
        }
        switch (services.toolchains().resolver().of(command.invocation().compiler(),
                command.environment().getOrDefault("PATH", ""),
                memory.caller(machine), TOOLCHAIN)) {
            case ToolchainResolver.Resolution.Unusable(String reason) -> local("toolchain: " + reason);
            case ToolchainResolver.Resolution.Preparing _ ->
                answer.decide("local", "local for now: the toolchain is being prepared",
                        "the toolchain is being prepared");
            case ToolchainResolver.Resolution.Resolved known -> {
                answer.add("toolchain", String.format(Locale.ROOT,
                        "%s for %s programs, %d MiB to fetch where it is missing", known.id().brief(),
                        known.architecture(), known.bytes() >> 20), "toolchain", known.id().hex(), "architecture",
                        known.architecture(), "toolchainBytes", known.bytes());
                known.gap().ifPresent(gap -> answer.add("observed",
                        "no: " + gap + "; its inputs are what it lists itself", "notObserved", gap));
                if (known.commandLine() == command.family()) {
                    resolved(command, machine, known);
                    return;
                }
                switch (CommandClassifier.parse(command.invocation(), known.commandLine(), machine)) {
                    case CommandPlan.Local own -> local(own.reason().toString());
                    case CommandPlan.Replay(CompileCommand own) -> resolved(own, machine, known);
                }
            }
        }
    }

    private void resolved(CompileCommand command, HostAccess machine, ToolchainResolver.Resolution.Resolved known)
            throws IOException {
        ManifestKey key = ManifestKey.withoutVariables(command, known.id().hex());
        Optional<String> obstacle = memory.lessons().obstacle(key,
                command.invocation().environment().keySet());
        if (obstacle.isPresent()) {
            local("not proven: " + obstacle.get());
            return;
        }
        ExtraInputs lesson = memory.lessons().of(key, known.id().hex());
        lesson.paths().stream().sorted()
                .forEach(path -> answer.addOne("learned", path + ", which a peer missed", "path",
                        path.toString()));
        lesson.variables().stream().sorted()
                .forEach(name -> answer.addOne("learned", "variable " + name, "variable", name));
        inputs(lesson.extend(command), machine, known, lesson);
    }

    private DiscoveryResult discover(CompileCommand command, ToolchainResolver.Resolution.Resolved known,
            HostAccess machine)
            throws IOException {
        return known.gap().isPresent()
                ? memory.discovery().discoverListed(command, known.id().hex(), machine, false)
                : memory.discovery().discover(command, known.id().hex(), machine);
    }

    private void inputs(CompileCommand command, HostAccess machine, ToolchainResolver.Resolution.Resolved known,
            ExtraInputs lesson) throws IOException {
        switch (discover(command, known, machine)) {
            case DiscoveryResult.InputsUnknown unknown -> local("inputs: " + unknown.reason());
            case DiscoveryResult.InputsFound first -> {
                DiscoveryResult.InputsFound found = LearnedInputDiscovery.add(first, lesson, machine);
                InputSize size = InputSize.of(found.inputs());
                answer.add("inputs", size.text(), "inputFiles", size.files(), "inputBytes", size.bytes(), "inputs",
                        size.all());
                found.guess().ifPresent(guess -> answer.add("guess",
                        guess + " (the result counts if it is observed)", "guess", guess));
                if (isCached(command, found, known.id(), machine)) {
                    answer.decide("cached", "cached", "");
                    return;
                }
                if (!hello.wantedNode().isEmpty()
                        && services.executors().scheduler().named(hello.wantedNode()).isEmpty()) {
                    local(PlacementRequestFactory.unknownNode(hello.wantedNode()));
                    return;
                }
                if (!services.executors().scheduler().hasExecutors()) {
                    local("no remote executor is available");
                    return;
                }
                CommandSubstitutes substitutes = new CommandSubstitutes(
                        () -> services.toolchains().substitutes().of(known.id(), TOOLCHAIN),
                        command,
                        known.id().hex(), memory, machine);
                PlacementRequestFactory jobs = new PlacementRequestFactory(services.executors().scheduler(), command,
                        known, substitutes,
                        hello.wantedNode());
                PlacementRequest job = jobs.with("explain", found);
                long predicted = job.predicted().toMillis();
                answer.add("predicted", predicted + " ms on the reference core", "predictedMillis", predicted);
                ranking(services.executors().scheduler().rank(job, true));
            }
        }
    }

    private boolean isCached(CompileCommand command, DiscoveryResult.InputsFound found, ToolchainId toolchain,
            HostAccess machine)
            throws IOException {
        switch (command.sharing()) {
            case CacheScope.None(String reason) -> {
                cache("off", "not used: two compiles differ with " + reason);
                return false;
            }
            case CacheScope.Exact() -> sharing("serves where all paths are the same");
            case CacheScope.Portable(Path root, boolean mapped) -> sharing(
                    "serves wherever " + root + " lies" + (mapped ? ", which the command maps away" : ""));
        }
        if (services.results().modes().isEmpty()) {
            cache("off", "off on this node");
            return false;
        }
        Offer offer = OfferFactory.make("explain", services.jobs().node(), command, toolchain, found.inputs(),
                Duration.ZERO, 0,
                command.sharing(), true);
        CommandCacheKeys keys = CommandCacheKeys.of(offer);
        answer.add("key", keys.first().toString());
        String why = "no node holds it";
        switch (new CommandTraces(memory, command, toolchain.hex()).recall(machine)) {
            case ManifestLookup.Unchanged<CacheMissExplainer.KnownAction> known -> {
                Optional<LookupResult.Hit> hit = known.value().keys().all().stream()
                        .flatMap(key -> services.results().cache().find(key).stream()).findFirst();
                if (hit.isPresent()) {
                    cache("hit", "hit: held by " + hit.get().node() + "; an earlier compile has looked at "
                            + InputSize.of(known.inputs()).text());
                    return true;
                }
            }
            case ManifestLookup.NotRecorded<CacheMissExplainer.KnownAction> unknown ->
                why = unknown.isNew() ? why : unknown.why();
        }
        Optional<LookupResult.Hit> hit = services.results().cache().find(keys.first())
                .or(() -> keys.portable().isPresent()
                        ? services.results().cache().find(keys.exact())
                        : Optional.empty());
        if (hit.isPresent()) {
            cache("hit", "hit: held by " + hit.get().node());
            return true;
        }
        cache("miss", "miss: " + why);
        for (String line : CacheMissExplainer.differences(
                CacheMissExplainer.KnownAction.of(keys, command, toolchain.hex()), found.inputs(),
                memory.manifests().all())) {
            answer.addOne("nearest", line, "difference", line);
        }
        return false;
    }

    private void cache(String state, String text) {
        answer.add("cache", text, "cache", state, "cacheReason", text);
    }

    private void sharing(String text) {
        answer.add("cache", text, "sharing", text);
    }

    /** How much a compile reads. */
    private record InputSize(long files, long bytes, long all) {
        static InputSize of(InputSet inputs) {
            long files = 0;
            long bytes = 0;
            for (Input input : inputs.inputs()) {
                if (input instanceof Input.File file) {
                    files++;
                    bytes += file.digest().size();
                }
            }
            return new InputSize(files, bytes, inputs.inputs().size());
        }

        String text() {
            return String.format(Locale.ROOT, "%d files, %d KiB; with directories and links %d", files, bytes >> 10,
                    all);
        }
    }

    private void ranking(Ranking ranking) {
        ranking.candidates().forEach(this::candidate);
        for (IneligibleNode ineligible : ranking.ineligible()) {
            String name = services.executors().scheduler().name(ineligible.node().id());
            answer.addOne("node", String.format(Locale.ROOT, "%-12s not eligible: %s", name, ineligible.text()), "name",
                    name, "eligible", false, "why", ineligible.text());
        }
        Optional<Candidate> best = ranking.first();
        if (best.isEmpty()) {
            local("no node is eligible");
        } else if (ranking.offers().isEmpty()) {
            String until = best.get().prospect() == ExpectedAnswer.SOON ? "has answered an earlier offer" : "has room";
            answer.decide("held", "held until a node " + until, "until a node " + until);
        } else if (best.get().node().self()) {
            local("this machine is expected to finish first");
        } else {
            answer.decide("remote",
                    "first offered to " + services.executors().scheduler().name(best.get().node().id()));
        }
    }

    private void candidate(Candidate candidate) {
        String name = services.executors().scheduler().name(candidate.node().id());
        long expected = candidate.expected().toMillis();
        long transfer = candidate.transfer().toMillis();
        long toolchain = candidate.toolchain().toMillis();
        long waiting = candidate.waiting().toMillis();
        long run = candidate.run().toMillis();
        String offer = answer(candidate.prospect());
        boolean emulated = candidate.way().emulated();
        answer.addOne("node", String.format(Locale.ROOT,
                "%-12s %6d ms expected = transfer %d + toolchain %d + wait %d + run %d; offer would be %s%s%s", name,
                expected, transfer, toolchain, waiting, run, offer,
                emulated ? "; through an emulator of " + candidate.way().processor() : "",
                candidate.home() ? "; warm for this source" : ""), "name", name, "eligible", true, "expectedMillis",
                expected, "transferMillis", transfer, "toolchainMillis", toolchain, "waitMillis", waiting, "runMillis",
                run, "offer", offer, "emulated", emulated ? candidate.way().processor() : "", "warm",
                candidate.home());
    }

    private static String answer(ExpectedAnswer prospect) {
        return prospect == ExpectedAnswer.SOON
                ? "accepted, once an earlier one is answered"
                : prospect.name().toLowerCase(Locale.ROOT);
    }
}
