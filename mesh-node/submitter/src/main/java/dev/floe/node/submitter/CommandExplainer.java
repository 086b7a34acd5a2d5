package dev.floe.node.submitter;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.HostAccess;
import dev.floe.command.Invocation;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.manifest.ManifestKey;
import dev.floe.command.parser.CommandClassifier;
import dev.floe.command.parser.ConfigureProbe;
import dev.floe.command.proof.ExtraInputs;
import dev.floe.command.proof.LearnedInputDiscovery;
import dev.floe.node.submitter.compilers.CompilerNames;
import dev.floe.node.submitter.compilers.ToolchainResolver;
import dev.floe.node.submitter.context.SubmitterCaches;
import dev.floe.node.submitter.context.SubmitterServices;
import dev.floe.node.submitter.remote.CommandSubstitutes;
import dev.floe.node.submitter.remote.PlacementRequestFactory;
import dev.floe.node.submitter.wrapper.HelloFrame;
import dev.floe.placement.PlacementRequest;

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
        if (hello.bounded()) {
            local(CompileRequest.BOUNDED);
            return;
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
                if (new CacheExplainer(services, hello, memory, answer)
                        .isCached(command, found, known.id(), machine)) {
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
                new RankingExplainer(services.executors().scheduler(), answer)
                        .explain(services.executors().scheduler().rank(job, true));
            }
        }
    }
}
