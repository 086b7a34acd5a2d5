package dev.floe.node.standin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.floe.front.RunOutput;
import dev.floe.node.toolchains.AllCores;
import dev.floe.node.toolchains.Programs;
import dev.floe.node.wire.StandInMessage.Facts;
import dev.floe.node.wire.StandInMessage.Portrait;
import dev.floe.node.wire.StandInMessage.Sketch;
import dev.floe.store.Digest;
import dev.floe.toolchain.Family;
import dev.floe.toolchain.find.ToolchainIndex;

/** Describes a compiler of this machine, so that others can compare theirs with it. */
final class Painter {
    private final Path directory;
    private final Kept<Portrait> portraits;

    /** @param directory where samples are compiled; its path is part of their debug information */
    Painter(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory).toRealPath();
        this.portraits = new Kept<>(directory.resolve("portraits"), Portrait.class);
    }

    /**
     * The description of a compiler, made once.
     *
     * @throws IOException if the compiler cannot be run, or does not compile
     */
    Portrait portrait(ToolchainIndex.Compilers compilers) throws IOException {
        String id = compilers.known().id().hex();
        Path place = directory.resolve(compilers.known().id().brief());
        Optional<Portrait> kept = portraits.read(id).filter(made -> made.directory().equals(place.toString()));
        if (kept.isPresent()) {
            return kept.get();
        }
        Portrait made = paint(compilers, Files.createDirectories(place));
        portraits.write(id, made);
        return made;
    }

    private static Portrait paint(ToolchainIndex.Compilers compilers, Path place) throws IOException {
        Family family = compilers.known().family();
        Path c = compilers.c().orElseThrow(() -> new IOException("it has no driver for C"));
        Optional<Path> cxx = compilers.cxx();
        List<Samples.Sample> samples = Samples.all(cxx.isPresent());
        for (Samples.Sample sample : samples) {
            Files.writeString(place.resolve(sample.file()), sample.text());
        }
        // This is what stands between a slow board and its first job.
        try (AllCores cores = new AllCores()) {
            List<AllCores.Result<Facts>> facts = new ArrayList<>();
            facts.add(cores.begin(() -> new Questions(Questions.HERE, family, c, List.of()).facts("c")));
            cxx.ifPresent(driver -> facts.add(
                    cores.begin(() -> new Questions(Questions.HERE, family, driver, List.of()).facts("c++"))));
            AllCores.Result<Optional<String>> sign = cores
                    .begin(() -> new Questions(Questions.HERE, family, c, List.of()).sign());
            List<AllCores.Result<Sketch>> sketches = new ArrayList<>();
            for (int i = 0; i < samples.size(); i++) {
                Samples.Sample sample = samples.get(i);
                String object = "sample-" + i + ".o";
                sketches.add(cores.begin(() -> sketch(sample, sample.cxx() ? cxx.orElseThrow() : c, place, object)));
            }
            return new Portrait(compilers.known().id().hex(), family.text(), compilers.known().version(),
                    compilers.known().target(), place.toString(), sign.get().orElse(""), c.toString(), all(facts),
                    all(sketches), List.of());
        }
    }

    private static <T> List<T> all(List<AllCores.Result<T>> results) throws IOException {
        List<T> all = new ArrayList<>();
        for (AllCores.Result<T> each : results) {
            all.add(each.get());
        }
        return all;
    }

    private static Sketch sketch(Samples.Sample sample, Path driver, Path place, String name) throws IOException {
        Path object = place.resolve(name);
        RunOutput said = Programs.run(driver, argv(driver.toString(), sample.options(), sample.file(), name), place,
                Questions.ENVIRONMENT);
        if (said.exitCode() != 0) {
            throw new IOException("the sample " + sample.name() + " is not compiled: "
                    + new String(said.stderr(), UTF_8).strip());
        }
        return new Sketch(sample.name(), sample.ability().name(), sample.cxx(), sample.file(), sample.text(),
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
