package dev.floe.node.rpc.messages;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;

/**
 * Another compiler that gives the same answers.
 *
 * @param toolchain that it belongs to
 * @param program   empty if it has the path of the command's own, and is called by it; otherwise it replaces the
 *                  command's own, with {@code options} before those of the command and {@code search} after them
 * @param signed    the signature that it writes into objects
 * @param sign      the signature that the objects get
 */
@Proto
@ProtoName("JobStandIn")
public record SubstituteCompiler(String toolchain, String program, List<String> options, List<String> search,
        String signed, String sign) {
    public SubstituteCompiler {
        Objects.requireNonNull(toolchain, "a field that must be there is missing");
        program = Objects.requireNonNullElse(program, "");
        options = copy(options);
        search = copy(search);
        signed = Objects.requireNonNullElse(signed, "");
        sign = Objects.requireNonNullElse(sign, "");
    }

    /**
     * The call of this compiler in place of one of the command's own.
     *
     * @param own  path of the command's own compiler
     * @param argv of the command, its own name first
     * @return the program and its arguments, its own name among them
     */
    List<String> call(String own, List<String> argv) {
        boolean alike = program.isEmpty() && !argv.isEmpty();
        List<String> call = new ArrayList<>();
        call.add(alike ? own : program);
        call.add(alike ? argv.getFirst() : program);
        call.addAll(options);
        call.addAll(argv.subList(Math.min(1, argv.size()), argv.size()));
        call.addAll(search);
        return call;
    }

    private static List<String> copy(List<String> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
