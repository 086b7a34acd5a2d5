package dev.floe.node.substitute;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.floe.command.ProcessOutput;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompilerFacts;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompilerProfile;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.SampleResult;
import dev.floe.node.toolchains.ParallelTasks;
import dev.floe.node.toolchains.ProgramRunner;
import dev.floe.store.Digest;
import dev.floe.toolchain.ToolchainFamily;
import dev.floe.toolchain.index.ToolchainIndex;

/** Describes a compiler of this machine, so that others can compare theirs with it. */
final class CompilerProfiler {
    private final Path directory;
    private final MessageFileCache<CompilerProfile> profiles;

    /** @param directory where samples are compiled; its path is part of their debug information */
    CompilerProfiler(Path directory) {
        this.directory = directory;
        this.profiles = new MessageFileCache<>(directory.resolve("profiles"), CompilerProfile.class);
    }

    /**
     * The description of a compiler, made once.
     *
     * @throws IOException if the compiler cannot be run, or does not compile
     */
    CompilerProfile profileOf(ToolchainIndex.Compilers compilers) throws IOException {
        String id = compilers.known().id().hex();
        Path place = Files.createDirectories(directory).toRealPath().resolve(compilers.known().id().brief());
        Optional<CompilerProfile> kept = profiles.read(id).filter(made -> made.directory().equals(place.toString()));
        if (kept.isPresent()) {
            return kept.get();
        }
        CompilerProfile made = profile(compilers, Files.createDirectories(place));
        profiles.write(id, made);
        return made;
    }

    private static CompilerProfile profile(ToolchainIndex.Compilers compilers, Path place) throws IOException {
        ToolchainFamily family = compilers.known().family();
        Path c = compilers.c().orElseThrow(() -> new IOException("it has no driver for C"));
        Optional<Path> cxx = compilers.cxx();
        List<ProbeSamples.ProbeSample> samples = ProbeSamples.all(cxx.isPresent());
        for (ProbeSamples.ProbeSample sample : samples) {
            Files.writeString(place.resolve(sample.file()), sample.text());
        }
        // This is what stands between a slow board and its first job.
        try (ParallelTasks cores = new ParallelTasks()) {
            List<ParallelTasks.TaskResult<CompilerFacts>> facts = new ArrayList<>();
            facts.add(cores.begin(() -> new CompilerProbe(CompilerProbe.HERE, family, c, List.of()).facts("c")));
            cxx.ifPresent(driver -> facts.add(
                    cores.begin(() -> new CompilerProbe(CompilerProbe.HERE, family, driver, List.of()).facts("c++"))));
            ParallelTasks.TaskResult<Optional<String>> sign = cores
                    .begin(() -> new CompilerProbe(CompilerProbe.HERE, family, c, List.of()).identString());
            List<ParallelTasks.TaskResult<SampleResult>> sketches = new ArrayList<>();
            for (int i = 0; i < samples.size(); i++) {
                ProbeSamples.ProbeSample sample = samples.get(i);
                String object = "sample-" + i + ".o";
                sketches.add(
                        cores.begin(() -> sampleResult(sample, sample.cxx() ? cxx.orElseThrow() : c, place, object)));
            }
            return new CompilerProfile(compilers.known().id().hex(), family.text(), compilers.known().version(),
                    compilers.known().target(), place.toString(), sign.get().orElse(""), c.toString(), all(facts),
                    all(sketches), List.of());
        }
    }

    private static <T> List<T> all(List<ParallelTasks.TaskResult<T>> results) throws IOException {
        List<T> all = new ArrayList<>();
        for (ParallelTasks.TaskResult<T> each : results) {
            all.add(each.get());
        }
        return all;
    }

    private static SampleResult sampleResult(ProbeSamples.ProbeSample sample, Path driver, Path place, String name)
            throws IOException {
        Path object = place.resolve(name);
        ProcessOutput said = ProgramRunner.run(driver, argv(driver.toString(), sample.options(), sample.file(), name),
                place,
                CompilerProbe.ENVIRONMENT);
        if (said.exitCode() != 0) {
            throw new IOException("the sample " + sample.name() + " is not compiled: "
                    + new String(said.stderr(), UTF_8).strip());
        }
        return new SampleResult(sample.name(), sample.ability().name(), sample.cxx(), sample.file(), sample.text(),
                name, sample.options(), said.exitCode(), Digest.ofFile(object).hash(),
                Digest.ofBytes(said.stderr()).hash());
    }

    static List<String> argv(String driver, List<String> options, String file, String object) {
        List<String> argv = new ArrayList<>(List.of(driver));
        argv.addAll(options);
        // What a machine has for headers must not matter; gcc wants one place in which it does not find stdc-predef.h.
        argv.addAll(List.of("-nostdinc", "-I."));
        argv.addAll(List.of("-c", file, "-o", object));
        return argv;
    }
}
