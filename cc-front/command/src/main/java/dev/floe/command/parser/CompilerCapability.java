package dev.floe.command.parser;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.floe.command.CompileCommand;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;

/**
 * A capability that a command needs from a substitute compiler. Two builds of one version may differ in one of these
 * and be equal in all others: a distribution's patch touches the stack protector, say. So each is proven apart.
 */
public enum CompilerCapability {
    /** Code, data and messages. */
    CODE,
    /** Debug information, which records options too. */
    DEBUG,
    /** Guards of the stack. */
    STACK_PROTECTOR,
    /** What the assembler makes of assembly that is written by hand. */
    ASSEMBLER;

    private static final List<String> NEVER_BEGINNINGS = List.of("-flto", "-fprofile", "-ftest-coverage", "-fdump",
            "-save-temps", "--save-temps", "-specs", "--specs", "--sysroot", "-isysroot", "-iprefix", "-iwithprefix",
            "-imultilib", "-B", "--prefix", "-wrapper", "-fplugin", "-fcompare-debug", "-fmodule", "-print", "--print",
            "-gsplit-dwarf", "-resource-dir", "--gcc-", "-gcc-toolchain", "--driver-mode", "-target", "--target",
            "-ivfsoverlay", "-mllvm",
            "-fopenmp-targets", "-fsanitize-coverage", "-fauto-profile");
    private static final List<String> SEARCHED_BEFORE = List.of("C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH",
            "OBJC_INCLUDE_PATH");
    private static final List<String> NEVER = List.of("--coverage", "-coverage", "-frecord-gcc-switches",
            "-fverbose-asm", "-v", "-###", "-time", "-ftime-report", "-ftime-trace", "-fmem-report",
            "-no-canonical-prefixes", "-Wmissing-include-dirs", "-frecord-command-line", "-emit-llvm", "-emit-pch",
            "-emit-ast", "-fstack-usage", "-Wa,-v", "-Wa,--version", "-Q", "-nostdlibinc", "-nobuiltininc", "-EB",
            "-EL",
            "-no-integrated-as", "-fno-integrated-as");

    /** What stands against any other compiler, as a reason for people; empty if a proven one will do. */
    public static Optional<String> obstacle(CompileCommand command, InputSet inputs) {
        switch (command.language()) {
            case OBJECTIVE_C, OBJECTIVE_CXX, PREPROCESSED_OBJECTIVE_C, PREPROCESSED_OBJECTIVE_CXX -> {
                return Optional.of("Objective-C");
            }
            case IR -> {
                return Optional.of("LLVM's intermediate language");
            }
            default -> {
                // samples show how these are
            }
        }
        for (String word : words(command)) {
            if (NEVER.contains(word) || NEVER_BEGINNINGS.stream().anyMatch(word::startsWith)) {
                return Optional.of(word);
            }
        }
        for (String variable : SEARCHED_BEFORE) {
            if (!command.environment().getOrDefault(variable, "").isEmpty()) {
                // Between -isystem and the compiler's own directories, where no option leads.
                return Optional.of(variable);
            }
        }
        if (inputs.inputs().stream().anyMatch(
                input -> input instanceof Input.File file && isPrecompiled(file.path().toString()))) {
            return Optional.of("a precompiled header");
        }
        return Optional.empty();
    }

    private static boolean isPrecompiled(String name) {
        return name.endsWith(".gch") || name.endsWith(".pch");
    }

    /** What must be proven of a compiler that is to run this command. */
    public static Set<CompilerCapability> asked(CompileCommand command) {
        Set<CompilerCapability> asked = EnumSet.of(command.language().isAssembler() ? ASSEMBLER : CODE);
        for (String word : words(command)) {
            if (word.startsWith("-g") && !word.equals("-g0")) {
                asked.add(DEBUG);
            } else if (word.startsWith("-fstack-protector")) {
                asked.add(STACK_PROTECTOR);
            }
        }
        return asked;
    }

    private static List<String> words(CompileCommand command) {
        List<String> words = new ArrayList<>(command.argv().subList(1, command.argv().size()));
        words.addAll(command.preprocessing().arguments()); // response files stand here in full
        return words;
    }
}
