package dev.floe.node.executor.exectree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.command.observation.ObserverLibrary;
import dev.floe.node.executor.exectree.ExecRootPlan.PlannedEntry;
import dev.floe.store.FailureText;
import dev.floe.toolchain.elf.ElfFile;

/**
 * Chooses the observer library for a job's program by its ELF header, and by what it needs. A library that does not fit
 * changes what the program prints, so one is chosen only if the loader takes it without a word.
 */
final class ObserverSelector {
    private static final int MAX_SCRIPTS = 4;
    private static final int MAX_LINE = 256;

    private final ExecRootPlan plan;
    private final ReusableExecRoot ground;
    private final Map<ObserverLibrary, Path> libraries;

    /** @param libraries those that this node has */
    ObserverSelector(ExecRootPlan plan, ReusableExecRoot ground, Map<ObserverLibrary, Path> libraries) {
        this.plan = plan;
        this.ground = ground;
        this.libraries = libraries;
    }

    /** @param toolchain remembers what was chosen for its programs */
    ObserverChoice choose(LocalToolchain toolchain, String program) {
        Optional<String> file = program.startsWith("/") ? resolve(program) : Optional.empty();
        if (file.isEmpty()) {
            return new ObserverChoice.NoObserver("no observer for " + program + ", which is not in the tree");
        }
        return plan.at(file.get()).orElse(null) instanceof PlannedEntry.ToolchainPart
                ? toolchain.observer(file.get(), path -> choose(path, MAX_SCRIPTS))
                : choose(file.get(), MAX_SCRIPTS);
    }

    private ObserverChoice choose(String path, int scripts) {
        Path file = ground.outside(path);
        try {
            Optional<ElfFile> elf = ElfFile.read(file);
            if (elf.isPresent()) {
                return choose(path, elf.get());
            }
            Optional<String> interpreter = scripts == 0 ? Optional.empty() : interpreter(file).flatMap(this::resolve);
            return interpreter.isPresent()
                    ? choose(interpreter.get(), scripts - 1)
                    : new ObserverChoice.NoObserver("no observer for " + path + ", which is not an ELF program");
        } catch (IOException e) {
            return new ObserverChoice.NoObserver("no observer for " + path + ": " + FailureText.of(e));
        }
    }

    private ObserverChoice choose(String path, ElfFile program) {
        Optional<String> obstacle = ObserverFit.obstacle(path, program, libraries.keySet());
        Optional<Path> library = ObserverFit.library(program).map(libraries::get);
        return obstacle.isPresent() || library.isEmpty()
                ? new ObserverChoice.NoObserver(obstacle.orElse("no observer for " + path))
                : new ObserverChoice.Fits(library.get());
    }

    /** What the first line of a script names. */
    private static Optional<String> interpreter(Path script) throws IOException {
        try (InputStream in = Files.newInputStream(script)) {
            String start = new String(in.readNBytes(MAX_LINE), StandardCharsets.UTF_8);
            String line = start.startsWith("#!") ? start.lines().findFirst().orElse("").substring(2).strip() : "";
            return line.startsWith("/") ? Optional.of(line.split("[ \t]", 2)[0]) : Optional.empty();
        }
    }

    /** The path of the file that the kernel finds, without links. */
    private Optional<String> resolve(String path) {
        return new ExecRootPathResolver(plan).resolve(path).filter(file -> isFile(plan.at(file).orElse(null)));
    }

    private static boolean isFile(@Nullable PlannedEntry place) {
        return place instanceof PlannedEntry.ToolchainPart || place instanceof PlannedEntry.PlannedInput;
    }
}
