package dev.floe.node.standin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.floe.front.RunOutput;
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

    /** @param directory where samples are compiled; its path is part of their debug information */
    Painter(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory).toRealPath();
    }

    /** @throws IOException if the compiler cannot be run, or does not compile */
    Portrait paint(ToolchainIndex.Compilers compilers) throws IOException {
        Family family = compilers.known().family();
        Path c = compilers.c().orElseThrow(() -> new IOException("it has no driver for C"));
        Questions questions = new Questions(Questions.HERE, family, c, List.of());
        List<Facts> facts = new ArrayList<>(List.of(questions.facts("c")));
        Optional<Path> cxx = compilers.cxx();
        if (cxx.isPresent()) {
            facts.add(new Questions(Questions.HERE, family, cxx.get(), List.of()).facts("c++"));
        }
        Path place = Files.createDirectories(directory.resolve(compilers.known().id().brief()));
        List<Sketch> sketches = sketches(Samples.all(cxx.isPresent()), c, cxx, place);
        return new Portrait(compilers.known().id().hex(), family.text(), compilers.known().version(),
                compilers.known().target(), place.toString(),
                questions.sign().orElse(""), c.toString(), facts, sketches);
    }

    /** On all cores: this is what stands between a slow board and its first job. */
    private static List<Sketch> sketches(List<Samples.Sample> samples, Path c, Optional<Path> cxx, Path place)
            throws IOException {
        for (Samples.Sample sample : samples) {
            Files.writeString(place.resolve(sample.file()), sample.text());
        }
        try (ExecutorService cores = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<Sketch>> all = new ArrayList<>();
            for (int i = 0; i < samples.size(); i++) {
                Samples.Sample sample = samples.get(i);
                String object = "sample-" + i + ".o";
                all.add(cores.submit(() -> sketch(sample, sample.cxx() ? cxx.orElseThrow() : c, place, object)));
            }
            List<Sketch> sketches = new ArrayList<>();
            for (Future<Sketch> each : all) {
                sketches.add(each.get());
            }
            return sketches;
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
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
