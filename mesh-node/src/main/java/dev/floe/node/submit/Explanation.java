package dev.floe.node.submit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

import dev.floe.front.CommandParser;
import dev.floe.front.CompileCommand;
import dev.floe.front.Discovery;
import dev.floe.front.Family;
import dev.floe.front.Input;
import dev.floe.front.InputSet;
import dev.floe.front.Invocation;
import dev.floe.front.Machine;
import dev.floe.front.Plan;
import dev.floe.front.Sharing;
import dev.floe.front.manifest.ManifestKey;
import dev.floe.front.manifest.Manifests.Recalled;
import dev.floe.front.proof.LearnedInputs;
import dev.floe.front.proof.Lesson;
import dev.floe.node.cache.Lookup;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.toolchain.ToolchainId;
import dev.floe.placement.Candidate;
import dev.floe.placement.Ineligible;
import dev.floe.placement.Job;
import dev.floe.placement.Prospect;
import dev.floe.placement.Ranking;

/** Says what would become of a command, and why, without running it: the same questions as {@link Submission}, in words. */
final class Explanation {
    private static final Duration TOOLCHAIN = Duration.ofMinutes(2);

    private final Submitter.Site site;
    private final Hello hello;
    private final Submitter.Memory memory;
    private final StringBuilder text = new StringBuilder();

    Explanation(Submitter.Site site, Hello hello, Submitter.Memory memory) {
        this.site = site;
        this.hello = hello;
        this.memory = memory;
    }

    /** The explanation, line by line. */
    String of(Machine machine) throws IOException {
        say("command    %s", String.join(" ", hello.argv()));
        Optional<Family> family = Compilers.family(hello.program());
        Optional<Invocation> invocation = hello.invocation();
        if (family.isEmpty()) {
            say("decision   local: %s is not known as a compiler", hello.program());
        } else if (invocation.isEmpty()) {
            say("decision   local: its directory is gone, or a name is not UTF-8");
        } else {
            say("compiler   %s", invocation.get().compiler());
            switch (CommandParser.parse(invocation.get(), family.get(), machine)) {
                case Plan.Local local -> say("decision   local: %s", local.reason());
                case Plan.Replay(CompileCommand command) -> command(command, machine);
            }
        }
        return text.toString();
    }

    private void command(CompileCommand command, Machine machine) throws IOException {
        say("source     %s (%s)", command.source(), command.language().name().toLowerCase(Locale.ROOT));
        say("output     %s", command.primaryOutput() == null ? "none" : command.primaryOutput());
        if (!command.argv().equals(command.invocation().argv())) {
            say("replayed   %s", String.join(" ", command.argv()));
        }
        switch (site.toolchains().of(command.invocation().compiler(), command.environment().getOrDefault("PATH", ""),
                memory.caller(machine), TOOLCHAIN)) {
            case CompilerToolchains.Knowledge.Unusable(String reason) -> say("decision   local: toolchain: %s", reason);
            case CompilerToolchains.Knowledge.Preparing _ ->
                say("decision   local for now: the toolchain is being prepared");
            case CompilerToolchains.Knowledge.Known known -> {
                say("toolchain  %s for %s programs, %d MiB to fetch where it is missing", known.id().brief(),
                        known.architecture(),
                        known.bytes() >> 20);
                known.gap().ifPresent(gap -> say("observed   no: %s; its inputs are what it lists itself", gap));
                ManifestKey key = ManifestKey.withoutVariables(command, known.id().hex());
                Optional<String> obstacle = memory.lessons().obstacle(key,
                        command.invocation().environment().keySet());
                if (obstacle.isPresent()) {
                    say("decision   local: not proven: %s", obstacle.get());
                    return;
                }
                Lesson lesson = memory.lessons().of(key, known.id().hex());
                lesson.paths().stream().sorted().forEach(path -> say("learned    %s, which a peer missed", path));
                lesson.variables().stream().sorted().forEach(name -> say("learned    variable %s", name));
                inputs(lesson.extend(command), machine, known, lesson);
            }
        }
    }

    private Discovery discover(CompileCommand command, CompilerToolchains.Knowledge.Known known, Machine machine)
            throws IOException {
        return known.gap().isPresent()
                ? memory.discovery().discoverListed(command, known.id().hex(), machine, false)
                : memory.discovery().discover(command, known.id().hex(), machine);
    }

    private void inputs(CompileCommand command, Machine machine, CompilerToolchains.Knowledge.Known known,
            Lesson lesson) throws IOException {
        switch (discover(command, known, machine)) {
            case Discovery.Unknown unknown -> say("decision   local: inputs: %s", unknown.reason());
            case Discovery.Found first -> {
                Discovery.Found found = LearnedInputs.add(first, lesson, machine);
                say("inputs     %s", summary(found.inputs()));
                found.guess().ifPresent(guess -> say("guess      %s (the result counts if it is observed)", guess));
                if (isCached(command, found, known.id(), machine)) {
                    say("decision   cached");
                    return;
                }
                if (!hello.wantedNode().isEmpty() && site.outlook().named(hello.wantedNode()).isEmpty()) {
                    say("decision   local: %s", Jobs.unknownNode(hello.wantedNode()));
                    return;
                }
                if (!site.outlook().hasExecutors()) {
                    say("decision   local: no other node executes");
                    return;
                }
                Substitutes substitutes = new Substitutes(() -> site.standIns().of(known.id(), TOOLCHAIN), command,
                        known.id().hex(), memory, machine);
                Jobs jobs = new Jobs(site.outlook(), command, known, substitutes, hello.wantedNode());
                Job job = jobs.with("explain", found.inputs());
                say("predicted  %d ms on the reference core", job.predicted().toMillis());
                ranking(site.outlook().rank(job, true));
            }
        }
    }

    private boolean isCached(CompileCommand command, Discovery.Found found, ToolchainId toolchain, Machine machine)
            throws IOException {
        switch (command.sharing()) {
            case Sharing.None(String reason) -> {
                say("cache      not used: two compiles differ with %s", reason);
                return false;
            }
            case Sharing.Exact() -> say("cache      serves where all paths are the same");
            case Sharing.Portable(Path root, boolean mapped) -> say("cache      serves wherever %s lies%s", root,
                    mapped ? ", which the command maps away" : "");
        }
        if (site.cacheUses().isEmpty()) {
            say("cache      off on this node");
            return false;
        }
        Offer offer = Offers.make("explain", site.name(), command, toolchain, found.inputs(), Duration.ZERO, 0,
                command.sharing(), true);
        ResultKeys keys = ResultKeys.of(offer);
        say("key        %s", keys.first());
        String why = "no node holds it";
        switch (new Traces(memory, command, toolchain.hex()).recall(machine)) {
            case Recalled.Same<Nearest.Known> known -> {
                Optional<Lookup.Hit> hit = known.value().keys().all().stream()
                        .flatMap(key -> site.cache().find(key).stream()).findFirst();
                if (hit.isPresent()) {
                    say("cache      hit: held by %s; an earlier compile has looked at %s", hit.get().node(),
                            summary(known.inputs()));
                    return true;
                }
            }
            case Recalled.Unknown<Nearest.Known> unknown -> why = unknown.isNew() ? why : unknown.why();
        }
        Optional<Lookup.Hit> hit = site.cache().find(keys.first())
                .or(() -> keys.portable().isPresent() ? site.cache().find(keys.exact()) : Optional.empty());
        if (hit.isPresent()) {
            say("cache      hit: held by %s", hit.get().node());
            return true;
        }
        say("cache      miss: %s", why);
        for (String line : Nearest.differences(Nearest.Known.of(keys, command, toolchain.hex()), found.inputs(),
                memory.manifests().all())) {
            say("nearest    %s", line);
        }
        return false;
    }

    private static String summary(InputSet inputs) {
        long files = 0;
        long bytes = 0;
        for (Input input : inputs.inputs()) {
            if (input instanceof Input.File file) {
                files++;
                bytes += file.digest().size();
            }
        }
        return String.format(Locale.ROOT, "%d files, %d KiB; with directories and links %d", files, bytes >> 10,
                inputs.inputs().size());
    }

    private void ranking(Ranking ranking) {
        for (Candidate candidate : ranking.candidates()) {
            say("node       %-12s %6d ms expected = transfer %d + toolchain %d + wait %d + run %d; offer would be %s%s%s",
                    site.outlook().name(candidate.node().id()), candidate.expected().toMillis(),
                    candidate.transfer().toMillis(),
                    candidate.toolchain().toMillis(), candidate.waiting().toMillis(), candidate.run().toMillis(),
                    answer(candidate.prospect()),
                    candidate.way().emulated() ? "; through an emulator of " + candidate.way().processor() : "",
                    candidate.home() ? "; warm for this source" : "");
        }
        for (Ineligible ineligible : ranking.ineligible()) {
            say("node       %-12s not eligible: %s", site.outlook().name(ineligible.node().id()), ineligible.text());
        }
        Optional<Candidate> best = ranking.first();
        if (best.isEmpty()) {
            say("decision   local: no node is eligible");
        } else if (ranking.offers().isEmpty()) {
            say("decision   held until a node %s", best.get().prospect() == Prospect.SOON
                    ? "has answered an earlier offer"
                    : "has room");
        } else if (best.get().node().self()) {
            say("decision   local: fastest here");
        } else {
            say("decision   remote: first offered to %s", site.outlook().name(best.get().node().id()));
        }
    }

    private static String answer(Prospect prospect) {
        return prospect == Prospect.SOON
                ? "accepted, once an earlier one is answered"
                : prospect.name().toLowerCase(Locale.ROOT);
    }

    private void say(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
