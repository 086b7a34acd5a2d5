package dev.floe.node.substitute;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import dev.floe.command.parser.CompilerCapability;
import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompatibilityResult;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompilerFacts;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompilerProfile;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.SampleResult;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.driver.CommandRunner;
import dev.floe.toolchain.index.ToolchainIndex;

/**
 * Compares one compiler of this machine with one of another machine: its defaults, which options may adjust, and then
 * its output for samples. Used once.
 */
final class CandidateComparison {
    private static final int MAX_DIFFERENCES = 12;

    private final CompilerProfile profile;
    private final ToolchainFamily family;
    private final SampleVerifier trial;
    private final List<String> troubles = new ArrayList<>();

    /**
     * A compiler that may be a substitute.
     *
     * @param name   for people
     * @param runner asks it
     */
    record CompilerCandidate(String name, ToolchainIndex.Compilers compilers, CommandRunner runner) {}

    /** @param profile the compiler of the other machine */
    CandidateComparison(CompilerProfile profile, SampleVerifier trial) {
        this.profile = profile;
        this.family = ToolchainFamily.parse(profile.family());
        this.trial = trial;
    }

    /**
     * Compares a compiler of this machine.
     *
     * @param held its toolchain, fetched if samples are to be tried
     */
    CompatibilityResult compare(CompilerCandidate candidate, Supplier<LocalToolchain> held) throws IOException {
        ToolchainIndex.Compilers all = candidate.compilers();
        Path c = all.c().orElseThrow(() -> new IOException("it has no driver for C"));
        List<String> options = new ArrayList<>();
        if (family == ToolchainFamily.CLANG) {
            options.add("--target=" + profile.target());
        }
        if (family == ToolchainFamily.CLANG && !c.toString().equals(profile.driver())) {
            troubles.add("is not at the path of " + profile.driver() + ", by which it names headers");
        }
        List<Path> drivers = new ArrayList<>(List.of(c));
        all.cxx().ifPresent(drivers::add);
        addDifferingDefaults(candidate, drivers, options);
        String signed = new CompilerProbe(candidate.runner(), family, c, options).identString().orElse("");
        Set<CompilerCapability> proven = proven(held, drivers, options, signed);
        boolean cxx = drivers.size() > 1
                && new CompilerProbe(candidate.runner(), family, drivers.getLast(), options).findsHeadersOfCxx();
        if (drivers.size() > 1 && !cxx) {
            troubles.add("C++: finds no gcc for " + profile.target() + ", by which it would find headers");
        }
        return new CompatibilityResult(candidate.name(), all.known().id().hex(), all.known().host().processor(),
                c.toString(), cxx ? drivers.getLast().toString() : "", options, signed, profile.sign(),
                proven.stream().map(CompilerCapability::name).toList(), troubles.stream().distinct().toList());
    }

    /** Adds options that give the drivers, one for each language, the defaults of the other compiler. */
    private void addDifferingDefaults(CompilerCandidate candidate, List<Path> drivers, List<String> options)
            throws IOException {
        for (int i = 0; i < profile.facts().size(); i++) {
            if (i >= drivers.size()) {
                troubles.add("has no driver for C++");
                break;
            }
            CompilerFacts theirs = profile.facts().get(i);
            String language = i == 0 ? "c" : "c++";
            List<String> adjusting = CompilerDiff.adjusting(theirs,
                    new CompilerProbe(candidate.runner(), family, drivers.get(i), options).facts(language));
            adjusting.stream().filter(option -> !options.contains(option)).forEach(options::add);
            if (options.size() > MAX_DIFFERENCES) {
                troubles.add("has too many other defaults: " + String.join(" ", options.subList(0, MAX_DIFFERENCES)));
                break;
            }
            troubles.addAll(CompilerDiff.left(theirs,
                    new CompilerProbe(candidate.runner(), family, drivers.get(i), options).facts(language), options));
        }
    }

    /** The capabilities whose samples all come out the same. */
    private Set<CompilerCapability> proven(Supplier<LocalToolchain> held, List<Path> drivers, List<String> options,
            String signed) throws IOException {
        Set<CompilerCapability> proven = new TreeSet<>();
        if (troubles.isEmpty()) {
            proven.addAll(List.of(CompilerCapability.values()));
            LocalToolchain toolchain = held.get();
            for (SampleResult sampleResult : profile.sketches()) {
                Path driver = sampleResult.cxx() ? drivers.getLast() : drivers.getFirst();
                Optional<String> difference = trial.difference(profile, sampleResult, toolchain, driver, options,
                        signed);
                if (difference.isPresent()) {
                    proven.remove(CompilerCapability.valueOf(sampleResult.ability()));
                    troubles.add(sampleResult.name() + ": " + difference.get());
                }
            }
        }
        return proven;
    }
}
