package dev.floe.node.submitter.remote;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.floe.command.CompileCommand;
import dev.floe.command.CompilerFamily;
import dev.floe.command.HostAccess;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.parser.CompilerCapability;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.SubstituteCompiler;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompatibilityResult;
import dev.floe.node.submitter.context.SubmitterCaches;

/** The compilers that may run one command in place of its own, by the architecture that they run on. */
public final class CommandSubstitutes {
    private final Supplier<List<CompatibilityResult>> verdicts;
    private final CompileCommand command;
    private final String toolchain;
    private final SubmitterCaches memory;
    private final HostAccess machine;
    private @Nullable Map<String, CompatibilityResult> byArchitecture; // once it has been asked for

    /**
     * @param verdicts on the compilers of the mesh; asked for once, and not at all for a command whose result is known
     */
    public CommandSubstitutes(Supplier<List<CompatibilityResult>> verdicts, CompileCommand command, String toolchain,
            SubmitterCaches memory,
            HostAccess machine) {
        this.verdicts = verdicts;
        this.command = command;
        this.toolchain = toolchain;
        this.memory = memory;
        this.machine = machine;
    }

    private Map<String, CompatibilityResult> byArchitecture() {
        Map<String, CompatibilityResult> known = byArchitecture;
        if (known == null) {
            known = new LinkedHashMap<>();
            List<String> asked = CompilerCapability.asked(command).stream().map(CompilerCapability::name).toList();
            for (CompatibilityResult verdict : verdicts.get()) {
                if (verdict.proven().containsAll(asked) && !program(verdict).isEmpty()) {
                    known.putIfAbsent(verdict.host(), verdict);
                }
            }
            byArchitecture = known;
        }
        return known;
    }

    private String program(CompatibilityResult verdict) {
        String called = command.invocation().compiler().getFileName().toString();
        return called.contains("++") ? verdict.cxx() : verdict.c();
    }

    /**
     * The toolchains by architecture, for one that has these inputs; none if only the command's own compiler can read
     * them.
     */
    Map<String, String> toolchains(InputSet inputs) {
        return byArchitecture().isEmpty() || CompilerCapability.obstacle(command, inputs).isPresent()
                ? Map.of()
                : byArchitecture().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().toolchain()));
    }

    /** What the command's own compiler would be asked, for an executor of this architecture. */
    Offer adapt(Offer offer, String architecture) throws IOException {
        Optional<CompatibilityResult> verdict = Optional.ofNullable(byArchitecture().get(architecture));
        if (verdict.isEmpty()) {
            return offer;
        }
        List<String> search = command.family() == CompilerFamily.GCC
                ? memory.search().options(command, toolchain, machine)
                : List.of();
        // clang names headers by the directory in which it was called, so it must be called as the command's own is.
        String program = command.family() == CompilerFamily.CLANG ? "" : program(verdict.get());
        return offer.by(new SubstituteCompiler(verdict.get().toolchain(), program, verdict.get().options(), search,
                verdict.get().signed(), verdict.get().sign()));
    }
}
