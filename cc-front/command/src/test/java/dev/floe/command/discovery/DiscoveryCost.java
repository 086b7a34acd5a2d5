package dev.floe.command.discovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import dev.floe.command.CommandPlan;
import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.Invocation;
import dev.floe.command.RealMachine;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.Input;
import dev.floe.command.parser.CommandClassifier;

/** Prints what parsing and discovery cost, warm, for a C++ file with some 240 headers; a program, not a test. */
final class DiscoveryCost {
    private DiscoveryCost() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory("cost").toRealPath();
        String once = arguments.length > 0 ? "#pragma once\n" : "";
        Files.writeString(directory.resolve("a.h"), once);
        Files.writeString(directory.resolve("a.cc"),
                "#include \"a.h\"\n#include <vector>\n#include <string>\n#include <map>\n#include <memory>\n"
                        + "#include <thread>\n#include <iostream>\n#include <sstream>\n#include <functional>\n");
        RealMachine machine = new RealMachine();
        CompileInputDiscovery discovery = new CompileInputDiscovery(InstantSource.system());
        Invocation call = new Invocation(List.of("g++", "-c", "a.cc", "-Iinc", "-I.", "-O2", "-o", "a.o"),
                Path.of("/usr/bin/g++"), directory, SmallProject.ENVIRONMENT, 022, Optional.empty());
        int rounds = 300;
        double[] parse = new double[rounds];
        double[] java = new double[rounds];
        double[] programs = new double[rounds];
        int files = 0;
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            CompileCommand command = ((CommandPlan.Replay) CommandClassifier.parse(call, CompilerFamily.GCC, machine))
                    .command();
            long parsed = System.nanoTime();
            long before = machine.programNanos();
            DiscoveryResult found = discovery.discover(command, "", machine);
            long end = System.nanoTime();
            parse[i] = (parsed - start) / 1e6;
            programs[i] = (machine.programNanos() - before) / 1e6;
            java[i] = (end - parsed) / 1e6 - programs[i];
            files = (int) ((DiscoveryResult.InputsFound) found).inputs().inputs().stream()
                    .filter(Input.File.class::isInstance)
                    .count();
        }
        for (double[] times : new double[][]{parse, java, programs}) {
            Arrays.sort(times, rounds / 2, rounds);
        }
        int median = rounds * 3 / 4;
        System.out.printf("files %d, parse %.2f ms, discovery beyond -M %.2f ms, -M with its start %.1f ms%n", files,
                parse[median], java[median], programs[median]);
    }
}
