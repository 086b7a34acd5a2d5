package dev.floe.command.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.floe.command.ProcessOutput;
import dev.floe.command.RealMachine;

/** A directory of small sources that reach for files in every way that a compile can. */
public final class SmallProject {
    public static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");

    private SmallProject() {}

    static void create(Path at) throws IOException {
        write(at, "inc/x.h", "#pragma once\n#include \"deep/y.h\"\n");
        write(at, "inc/deep/y.h", "#ifndef Y\n#define Y 1\n#endif\n");
        write(at, "inc/same1.h", "#pragma once\nstatic int same;\n");
        write(at, "inc/same2.h", "#pragma once\nstatic int same;\n");
        write(at, "inc/with space.h", "#define SPACE 1\n");
        write(at, "inc/d$l#r.h", "#define DOLLAR 1\n");
        write(at, "inc/optional.h", "#define OPTIONAL 1\n");
        write(at, "inc/asm.inc", ".incbin \"nested.bin\"\n");
        write(at, "inc/nested.bin", "nested");
        write(at, "next/stdint.h", "#include_next <stdint.h>\n#define NEXT 1\n");
        write(at, "system/sys.h", "#define SYS 1\n");
        write(at, "forced.h", "#define FORCED 1\n");
        write(at, "macros.h", "#define MACRO 1\n");
        write(at, "build/pch.h", "#include <stddef.h>\nstruct P { size_t n; };\n");
        write(at, "data.bin", "bytes");
        write(at, "ignore.txt", "src:*.h\n");
        write(at, "rsp/a.rsp", "-Iinc '-DX=\"a b\"' @rsp/b.rsp");
        write(at, "rsp/b.rsp", "-include forced.h");
        write(at, "map.s", ".macro floe_nop\nnop\n.endm\n");
        Files.createDirectories(at.resolve("empty"));
        Files.createDirectories(at.resolve("out/deps"));
        Files.createSymbolicLink(at.resolve("inclink"), Path.of("inc"));
        Files.createSymbolicLink(at.resolve("inc/linked.h"), Path.of("../forced.h"));
        Files.createLink(at.resolve("inc/hard.h"), at.resolve("macros.h"));
        Files.createSymbolicLink(at.resolve("linked.c"), Path.of("plain.c"));
        write(at, "plain.c", "#include <stdio.h>\n#include <errno.h>\nint plain(void) { return EOF; }\n");
        write(at, "main.cc", """
                #include <vector>
                #include <string>
                #include <atomic>
                #include "sub/../inc/x.h"
                #define WHERE "inc/same1.h"
                #include WHERE
                #if __has_include("inc/optional.h") && !__has_include(<nowhere/at/all.h>)
                std::vector<std::string> v;
                #endif
                """);
        Files.createDirectories(at.resolve("sub"));
        write(at, "names.c", "#include \"with space.h\"\n#include \"d$l#r.h\"\n#include \"linked.h\"\n"
                + "#include \"hard.h\"\n#include \"same1.h\"\n#include \"same2.h\"\nint n = SPACE + DOLLAR + FORCED;\n");
        write(at, "next.c", "#include <stdint.h>\n#include <limits.h>\n#include <float.h>\nint32_t n = NEXT;\n");
        write(at, "system.c", "#include <sys.h>\nint s = SYS;\n");
        write(at, "useforced.c", "int f = FORCED;\n");
        write(at, "usemacro.c", "int f = MACRO;\n");
        write(at, "incbin.c", "__asm__(\".section .rodata\\n.incbin \\\"data.bin\\\"\\n.text\\n\");\nint i;\n");
        write(at, "wrapped.c", """
                #ifdef __has_include
                # define HAS(x) __has_include(x)
                #else
                # define HAS(x) 0
                #endif
                #if HAS("inc/optional.h") && HAS(<errno.h>)
                int yes;
                #endif
                """);
        write(at, "time.c", "const char *t = __DATE__ __TIME__ __TIMESTAMP__;\n");
        write(at, "usepch.c", "#include \"pch.h\"\nstruct P p;\n");
        write(at, "forcedpch.c", "struct P p;\n");
        write(at, "warn.c", "int f(int x) { if (x = 1) return; }\nint y = 'ab';\n");
        write(at, "asm.S", "#include \"x.h\"\n.include \"asm.inc\"\n.incbin \"data.bin\"\n");
        write(at, "asm.s", ".data\n.include \"inc/asm.inc\"\n");
        write(at, "usemap.c", "void f(void) { __asm__(\"floe_nop\"); }\n");
        write(at, "pre.i", "# 1 \"gone.c\"\nint pre;\n");
        write(at, "pre.ii", "int pre2;\n");
        write(at, "objective.m", "int objective;\n");
        write(at, "threads.cc",
                "#include <thread>\n#include <mutex>\n#include <map>\n#include <regex>\nstd::mutex m;\n");
        write(at, "format.cc", "#include <iostream>\n#include <sstream>\n#include <algorithm>\nint z;\n");
    }

    /** Makes {@code build/pch.h.gch} and {@code build/pch.h.pch} of {@code build/pch.h}. */
    static void precompile(Path at, RealMachine machine) throws IOException {
        make(at, machine, "gcc", "-x", "c-header", "build/pch.h", "-o", "build/pch.h.gch");
        make(at, machine, "clang", "-x", "c-header", "build/pch.h", "-o", "build/pch.h.pch");
    }

    private static void make(Path at, RealMachine machine, String... argv) throws IOException {
        ProcessOutput output = machine.run(Path.of("/usr/bin", argv[0]), List.of(argv), at, ENVIRONMENT);
        if (output.exitCode() != 0) {
            throw new IOException(new String(output.stderr(), UTF_8));
        }
    }

    private static void write(Path at, String name, String text) throws IOException {
        Path file = at.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
