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

/** Finds out what would become of a command, and why, without running it: by the same questions as {@link Submission}. */
final class Explainer {
    private static final Duration TOOLCHAIN = Duration.ofMinutes(2);

    private final Submitter.Site site;
    private final Hello hello;
    private final Submitter.Memory memory;
    private final Explanation answer = new Explanation();

    Explainer(Submitter.Site site, Hello hello, Submitter.Memory memory) {
        this.site = site;
        this.hello = hello;
        this.memory = memory;
    }

    Explanation explain(Machine machine) throws IOException {
        answer.add("command", String.join(" ", hello.argv()), "argv", hello.argv());
        Optional<Family> family = Compilers.family(hello.program());
        Optional<Invocation> invocation = hello.invocation();
        if (family.isEmpty()) {
            local(hello.program() + " is not known as a compiler");
        } else if (invocation.isEmpty()) {
            local("its directory is gone, or a name is not UTF-8");
        } else {
            answer.add("compiler", invocation.get().compiler().toString());
            switch (CommandParser.parse(invocation.get(), family.get(), machine)) {
                case Plan.Local local -> local(local.reason().toString());
                case Plan.Replay(CompileCommand command) -> command(command, machine);
            }
        }
        return answer;
    }

    private void local(String reason) {
        answer.decide("local", reason);
    }

    private void command(CompileCommand command, Machine machine) throws IOException {
        String language = command.language().name().toLowerCase(Locale.ROOT);
        answer.add("source", command.source() + " (" + language + ")", "source", command.source().toString(),
                "language", language);
        answer.add("output", command.primaryOutput() == null ? "none" : command.primaryOutput().toString());
        if (!command.argv().equals(command.invocation().argv())) {
            answer.add("replayed", String.join(" ", command.argv()), "replayed", command.argv());
        }
        switch (site.toolchains().of(command.invocation().compiler(), command.environment().getOrDefault("PATH", ""),
                memory.caller(machine), TOOLCHAIN)) {
            case CompilerToolchains.Knowledge.Unusable(String reason) -> local("toolchain: " + reason);
            case CompilerToolchains.Knowledge.Preparing _ ->
                answer.decide("local", "local for now: the toolchain is being prepared",
                        "the toolchain is being prepared");
            case CompilerToolchains.Knowledge.Known known -> {
                answer.add("toolchain", String.format(Locale.ROOT,
                        "%s for %s programs, %d MiB to fetch where it is missing", known.id().brief(),
                        known.architecture(), known.bytes() >> 20), "toolchain", known.id().hex(), "architecture",
                        known.architecture(), "toolchainBytes", known.bytes());
                known.gap().ifPresent(gap -> answer.add("observed",
                        "no: " + gap + "; its inputs are what it lists itself", "notObserved", gap));
                ManifestKey key = ManifestKey.withoutVariables(command, known.id().hex());
                Optional<String> obstacle = memory.lessons().obstacle(key,
                        command.invocation().environment().keySet());
                if (obstacle.isPresent()) {
                    local("not proven: " + obstacle.get());
                    return;
                }
                Lesson lesson = memory.lessons().of(key, known.id().hex());
                lesson.paths().stream().sorted()
                        .forEach(path -> answer.addOne("learned", path + ", which a peer missed", "path",
                                path.toString()));
                lesson.variables().stream().sorted()
                        .forEach(name -> answer.addOne("learned", "variable " + name, "variable", name));
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
            case Discovery.Unknown unknown -> local("inputs: " + unknown.reason());
            case Discovery.Found first -> {
                Discovery.Found found = LearnedInputs.add(first, lesson, machine);
                Size size = Size.of(found.inputs());
                answer.add("inputs", size.text(), "inputFiles", size.files(), "inputBytes", size.bytes(), "inputs",
                        size.all());
                found.guess().ifPresent(guess -> answer.add("guess",
                        guess + " (the result counts if it is observed)", "guess", guess));
                if (isCached(command, found, known.id(), machine)) {
                    answer.decide("cached", "cached", "");
                    return;
                }
                if (!hello.wantedNode().isEmpty() && site.outlook().named(hello.wantedNode()).isEmpty()) {
                    local(Jobs.unknownNode(hello.wantedNode()));
                    return;
                }
                if (!site.outlook().hasExecutors()) {
                    local("no other node executes");
                    return;
                }
                Substitutes substitutes = new Substitutes(() -> site.standIns().of(known.id(), TOOLCHAIN), command,
                        known.id().hex(), memory, machine);
                Jobs jobs = new Jobs(site.outlook(), command, known, substitutes, hello.wantedNode());
                Job job = jobs.with("explain", found.inputs());
                long predicted = job.predicted().toMillis();
                answer.add("predicted", predicted + " ms on the reference core", "predictedMillis", predicted);
                ranking(site.outlook().rank(job, true));
            }
        }
    }

    private boolean isCached(CompileCommand command, Discovery.Found found, ToolchainId toolchain, Machine machine)
            throws IOException {
        switch (command.sharing()) {
            case Sharing.None(String reason) -> {
                cache("off", "not used: two compiles differ with " + reason);
                return false;
            }
            case Sharing.Exact() -> sharing("serves where all paths are the same");
            case Sharing.Portable(Path root, boolean mapped) -> sharing(
                    "serves wherever " + root + " lies" + (mapped ? ", which the command maps away" : ""));
        }
        if (site.cacheUses().isEmpty()) {
            cache("off", "off on this node");
            return false;
        }
        Offer offer = Offers.make("explain", site.name(), command, toolchain, found.inputs(), Duration.ZERO, 0,
                command.sharing(), true);
        ResultKeys keys = ResultKeys.of(offer);
        answer.add("key", keys.first().toString());
        String why = "no node holds it";
        switch (new Traces(memory, command, toolchain.hex()).recall(machine)) {
            case Recalled.Same<Nearest.Known> known -> {
                Optional<Lookup.Hit> hit = known.value().keys().all().stream()
                        .flatMap(key -> site.cache().find(key).stream()).findFirst();
                if (hit.isPresent()) {
                    cache("hit", "hit: held by " + hit.get().node() + "; an earlier compile has looked at "
                            + Size.of(known.inputs()).text());
                    return true;
                }
            }
            case Recalled.Unknown<Nearest.Known> unknown -> why = unknown.isNew() ? why : unknown.why();
        }
        Optional<Lookup.Hit> hit = site.cache().find(keys.first())
                .or(() -> keys.portable().isPresent() ? site.cache().find(keys.exact()) : Optional.empty());
        if (hit.isPresent()) {
            cache("hit", "hit: held by " + hit.get().node());
            return true;
        }
        cache("miss", "miss: " + why);
        for (String line : Nearest.differences(Nearest.Known.of(keys, command, toolchain.hex()), found.inputs(),
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
    private record Size(long files, long bytes, long all) {
        static Size of(InputSet inputs) {
            long files = 0;
            long bytes = 0;
            for (Input input : inputs.inputs()) {
                if (input instanceof Input.File file) {
                    files++;
                    bytes += file.digest().size();
                }
            }
            return new Size(files, bytes, inputs.inputs().size());
        }

        String text() {
            return String.format(Locale.ROOT, "%d files, %d KiB; with directories and links %d", files, bytes >> 10,
                    all);
        }
    }

    private void ranking(Ranking ranking) {
        ranking.candidates().forEach(this::candidate);
        for (Ineligible ineligible : ranking.ineligible()) {
            String name = site.outlook().name(ineligible.node().id());
            answer.addOne("node", String.format(Locale.ROOT, "%-12s not eligible: %s", name, ineligible.text()), "name",
                    name, "eligible", false, "why", ineligible.text());
        }
        Optional<Candidate> best = ranking.first();
        if (best.isEmpty()) {
            local("no node is eligible");
        } else if (ranking.offers().isEmpty()) {
            String until = best.get().prospect() == Prospect.SOON ? "has answered an earlier offer" : "has room";
            answer.decide("held", "held until a node " + until, "until a node " + until);
        } else if (best.get().node().self()) {
            local("fastest here");
        } else {
            answer.decide("remote", "first offered to " + site.outlook().name(best.get().node().id()));
        }
    }

    private void candidate(Candidate candidate) {
        String name = site.outlook().name(candidate.node().id());
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

    private static String answer(Prospect prospect) {
        return prospect == Prospect.SOON
                ? "accepted, once an earlier one is answered"
                : prospect.name().toLowerCase(Locale.ROOT);
    }
}
