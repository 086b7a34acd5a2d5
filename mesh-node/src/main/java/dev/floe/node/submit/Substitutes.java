package dev.floe.node.submit;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.floe.front.Ability;
import dev.floe.front.CompileCommand;
import dev.floe.front.Family;
import dev.floe.front.InputSet;
import dev.floe.front.Machine;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.JobMessage.StandIn;
import dev.floe.node.wire.StandInMessage.Verdict;

/** The compilers that may run one command in place of its own, by the architecture that they run on. */
final class Substitutes {
    private final Supplier<List<Verdict>> verdicts;
    private final CompileCommand command;
    private final String toolchain;
    private final Submitter.Memory memory;
    private final Machine machine;
    private @Nullable Map<String, Verdict> byArchitecture; // once it has been asked for

    /** @param verdicts on the compilers of the mesh; asked for once, and not at all for a command whose result is known */
    Substitutes(Supplier<List<Verdict>> verdicts, CompileCommand command, String toolchain, Submitter.Memory memory,
            Machine machine) {
        this.verdicts = verdicts;
        this.command = command;
        this.toolchain = toolchain;
        this.memory = memory;
        this.machine = machine;
    }

    private Map<String, Verdict> byArchitecture() {
        Map<String, Verdict> known = byArchitecture;
        if (known == null) {
            known = new LinkedHashMap<>();
            List<String> asked = Ability.asked(command).stream().map(Ability::name).toList();
            for (Verdict verdict : verdicts.get()) {
                if (verdict.proven().containsAll(asked) && !program(verdict).isEmpty()) {
                    known.putIfAbsent(verdict.host(), verdict);
                }
            }
            byArchitecture = known;
        }
        return known;
    }

    private String program(Verdict verdict) {
        String called = command.invocation().compiler().getFileName().toString();
        return called.contains("++") ? verdict.cxx() : verdict.c();
    }

    /** The toolchains by architecture, for one that has these inputs; none if only the command's own compiler can read them. */
    Map<String, String> toolchains(InputSet inputs) {
        return byArchitecture().isEmpty() || Ability.obstacle(command, inputs).isPresent()
                ? Map.of()
                : byArchitecture().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().toolchain()));
    }

    /** What the command's own compiler would be asked, for an executor of this architecture. */
    Offer adapt(Offer offer, String architecture) throws IOException {
        Optional<Verdict> verdict = Optional.ofNullable(byArchitecture().get(architecture));
        if (verdict.isEmpty()) {
            return offer;
        }
        List<String> search = command.family() == Family.GCC
                ? memory.search().options(command, toolchain, machine)
                : List.of();
        // clang names headers by the directory in which it was called, so it must be called as the command's own is.
        String program = command.family() == Family.CLANG ? "" : program(verdict.get());
        return offer.by(new StandIn(verdict.get().toolchain(), program, verdict.get().options(), search,
                verdict.get().signed(), verdict.get().sign()));
    }
}
