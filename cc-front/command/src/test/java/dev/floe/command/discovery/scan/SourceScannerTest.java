package dev.floe.command.discovery.scan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SourceScannerTest {
    @Test
    void findsWhatIsLookedForByALiteralName() {
        SourceScanResult traits = scan("""
                #if defined(__has_include) && __has_include(<a/b.h>) || __has_include_next ( "c d.h" )
                #elif __has_embed("e.bin" limit(3))
                #embed <f.bin>
                #endif
                """);
        assertThat(traits.headers()).containsExactlyInAnyOrder("a/b.h", "c d.h");
        assertThat(traits.embedded()).containsExactlyInAnyOrder("e.bin", "f.bin");
        assertThat(traits.computed()).isEmpty();
    }

    @Test
    void passesOverComments() {
        assertThat(scan("// __has_include(X)\n/* #embed X\n __TIME__ */\n#error don't __TIME__\nint i;\n"))
                .isEqualTo(SourceScanResult.NONE);
        assertThat(scan("char c = '\"'; /* __has_include(X) */ char d = '\\''; // __DATE__\n"))
                .isEqualTo(SourceScanResult.NONE);
        assertThat(scan("int i = 1'000'000; // __TIME__\n").clock()).isFalse();
        assertThat(scan("int i = 1'000; const char *t = __TIME__;\n").clock()).isTrue();
    }

    @Test
    void notesFilesOfWhichDiagnosticsShowLines() {
        assertThat(scan("#line 7 \"gram mar.y\"\n# 1 \"/usr/include/x.h\" 1 3\n#line 3\nint i = 9;\n").lines())
                .containsExactlyInAnyOrder("gram mar.y", "/usr/include/x.h");
        assertThat(scan("# 1 \"a\\\\b.c\"\n").lines()).containsExactly("a\\b.c");
        assertThat(scan("#line 4 \"never closed\nint i;\n").includes()).isEmpty();
    }

    @Test
    void notesWhatMayBeIncludedOnceOnly() {
        SourceScanResult traits = scan(
                "#import \"a.h\"\n#define WHERE <b c.h>\n#define OTHER(x) \"d.h\"\n#define N 4\n");
        assertThat(traits.includes()).containsExactly("\"a.h");
        assertThat(traits.bodies()).containsExactlyInAnyOrder("<b c.h", "\"d.h");
        assertThat(traits.imports()).isTrue();
        assertThat(traits.once()).isFalse();
        assertThat(scan("#pragma once\n").once()).isTrue();
    }

    @Test
    void joinsSplicedLines() {
        assertThat(scan("#if __has_inc\\\nlude(\"a.h\")\n#endif\n").headers()).containsExactly("a.h");
        assertThat(scan("// comment \\\n__TIME__\nint i;\n").clock()).isFalse();
    }

    @Test
    void notesNamesThatMacrosCompute() {
        assertThat(scan("#if __has_include(NAME)\n").computed()).hasSize(1);
        assertThat(scan("#embed NAME\n").computed()).hasSize(1);
        assertThat(scan("__asm__(\".incbin \\\"\" NAME \"\\\"\");\n").computed()).hasSize(1);
        assertThat(scan("__asm__(\".incbin \" NAME);\n").computed()).hasSize(1);
        assertThat(scan("__asm__(\".incbin %0\" :: \"i\"(x));\n").computed()).hasSize(1);
    }

    @Test
    void knowsMacrosThatStandForALook() {
        SourceScanResult traits = scan("#define HAS(x) __has_include(x)\n");
        assertThat(traits.wrappers()).containsExactly("HAS");
        assertThat(traits.computed()).isEmpty();
        assertThat(SourceScanner.scanFor("HAS", "#if HAS(<a.h>) || HAS ( \"b.h\" )\n#define HAS(x) 0\n".getBytes(UTF_8))
                .headers()).containsExactlyInAnyOrder("a.h", "b.h");
    }

    @Test
    void knowsMacrosThatStandForOneThatStandsForALook() {
        SourceScanResult traits = SourceScanner.scanFor("HAS",
                "#define ALSO(y) HAS(y)\n#if ALSO(\"a.h\")\n".getBytes(UTF_8));
        assertThat(traits.wrappers()).containsExactly("ALSO");
        assertThat(traits.computed()).isEmpty();
    }

    @Test
    void findsFilesWhosePragmasCompareTimes() {
        assertThat(scan("#pragma GCC dependency \"a.y\" make it again\n#pragma clang dependency <b.h>\n").headers())
                .containsExactlyInAnyOrder("a.y", "b.h");
        assertThat(scan("_Pragma(\"GCC dependency \\\"c d.y\\\"\")\nint i;\n").headers()).containsExactly("c d.y");
        assertThat(scan("#define P _Pragma ( \"GCC dependency <e.y>\" )\n").headers()).containsExactly("e.y");
        assertThat(scan("_Pragma(\"once\")\n").once()).isTrue();
        assertThat(scan("_Pragma(\"" + "a\\\\".repeat(100_000) + "\")\nint i;\n").headers()).isEmpty();
        assertThat(scan("_Pragma(\"GCC dependency\")\n_Pragma(\"\")\n_Pragma(\n").headers()).isEmpty();
    }

    @Test
    void readsDirectivesThatBeginWithATrigraphOrADigraph() {
        assertThat(scan("??=include \"a.h\"\n  ??= include <b.h>\n%:include \"c.h\"\n").includes())
                .containsExactlyInAnyOrder("\"a.h", "<b.h", "\"c.h");
        assertThat(scan("??=define HDR <d.h>\n??=include HDR\n").bodies()).containsExactly("<d.h");
        assertThat(scan("// ??=include \"a.h\"\nchar *s = \"??=include <b.h>\";\n").includes()).isEmpty();
    }

    @Test
    void findsWhatTheAssemblerReads() {
        assertThat(scan("asm(\".section x\\n\\t.incbin \\\"a.bin\\\"\\n\");").assembled()).containsExactly("a.bin");
        assertThat(scan("asm(R\"(.include \"b.s\")\");").assembled()).containsExactly("b.s");
        assertThat(scan("x.include = 3; s = \"see .include files\"; t = \"foo.incbin\";"))
                .isEqualTo(SourceScanResult.NONE);
        assertThat(AssemblerScanner.scan(" .INCBIN \"c.bin\",1\n.include \"d e.s\"\n".getBytes(UTF_8)).assembled())
                .containsExactlyInAnyOrder("c.bin", "d e.s");
        assertThat(AssemblerScanner.scan(".incbin NAME\n".getBytes(UTF_8)).computed()).hasSize(1);
    }

    @Test
    void takesNoCommentOfAnAssemblerTextForAComputedName() {
        assertThat(assembler("/* as C does by\n * asm(\".include <asm/x.h>\") but */\n nop\n").computed()).isEmpty();
        assertThat(assembler("/* .incbin NAME */ .incbin OTHER\n").computed()).containsExactly(".incbin OTHER");
        assertThat(assembler("/* .incbin \"a.bin\" or NAME, .include NAME */\n").assembled()).containsExactly("a.bin");
        assertThat(assembler(".ascii \"/*\"\n.incbin NAME\n.ascii \"*/\"\n").computed()).hasSize(1);
        assertThat(assembler(".ascii \"\\\"/*\"\n.incbin NAME\n.ascii \"*/\"\n").computed()).hasSize(1);
        assertThat(assembler("# a \" alone /* .incbin NAME\n*/\n").computed()).isEmpty();
        assertThat(assembler(".incbin NAME /* open").computed()).hasSize(1);
    }

    @Test
    void tellsTheMacrosOfTimeApart() {
        assertThat(scan("x = __TIMESTAMP__;").timestamp()).isTrue();
        assertThat(scan("x = __TIMESTAMP__;").clock()).isFalse();
        assertThat(scan("x = __DATE__;").clock()).isTrue();
        assertThat(scan("x = __TIME__x;").clock()).isFalse();
    }

    @Test
    void survivesAnyText() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] pieces = {"#", "define ", "F(x) ", "__has_include", "(", ")", "\"", "'", "\\", "\n", "/*", "*/", "//",
                "R\"", "x", ".incbin ", "embed ", "<", ">", "include ", "1'", " ",
                "??=", "_Pragma(", "pragma GCC dependency "};
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(24); n > 0; n--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            assertThat(scan(text.toString())).as("seed " + seed).isNotNull();
            AssemblerScanner.scan(text.toString().getBytes(UTF_8));
            SourceScanner.scanFor("F", text.toString().getBytes(UTF_8));
        }
    }

    private static SourceScanResult assembler(String text) {
        return AssemblerScanner.scan(text.getBytes(UTF_8));
    }

    private static SourceScanResult scan(String text) {
        return SourceScanner.scan(text.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"#pragma GCC dependency \"gen.h\"", "#pragma clang dependency \"gen.h\" make it again",
            "#pragma GCC dependency <gen.h>", "%:pragma\tGCC/**/dependency/* */\"gen.h\"",
            "#pragma GCC \\\n dependency \"gen.h\"",
            "_Pragma(\"GCC dependency \\\"gen.h\\\"\")", "_Pragma(\"GCC dependency <gen.h>\")",
            "DO(GCC dependency \"gen.h\")",
            "DO(G dependency \"gen.h\")", "DO(GCC\n dependency\n <gen.h>)", "_Pragma(R\"(GCC dependency \"gen.h\")\")",
            "#define AGAIN GCC dependency \"gen.h\"\n"})
    void timesCountWherePragmasCompareThem(String text) {
        SourceScanResult traits = scan(text);
        assertThat(traits.timestamp()).isTrue();
        assertThat(traits.headers()).containsExactly("gen.h");
    }

    @ParameterizedTest
    @ValueSource(strings = {"#define DEP(f) DO(GCC dependency #f)", "#define WHAT dependency\n", "CAT(depend, ency)",
            "CAT(de, pendency)",
            "CAT(dependenc, y)", "CAT(depende, ncy)"})
    void timesCountWhereMacrosMakeSuchAPragma(String text) {
        assertThat(scan(text).timestamp()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"int dependency = depend(x);", "f(dependency, \"gen.h\");", "dependency<T> x;",
            "\"a dependency of GCC\"",
            "#pragma GCC diagnostic ignored \"-Wall\"", "// #pragma GCC dependency \"gen.h\"", "dependency->next",
            "if (dependency < 3 || x > 4)"})
    void timesDoNotCountForOtherUsesOfTheWord(String text) {
        assertThat(scan(text).timestamp()).isFalse();
    }

    @Test
    void aPragmaMayBeMadeOfSeveralTexts() {
        Set<PragmaScanner.Part> macro = scan("#define PRAGMA(w, f) DO(GCC w f)\n").dependency();
        Set<PragmaScanner.Part> call = scan("PRAGMA(dependency, \"gen.h\")").dependency();
        assertThat(PragmaScanner.isPossible(macro)).isFalse();
        assertThat(PragmaScanner.isPossible(call)).isFalse();
        assertThat(PragmaScanner.isPossible(EnumSet.copyOf(Stream.concat(macro.stream(), call.stream()).toList())))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-DAGAIN=_Pragma(\"GCC dependency \\\"gen.y\\\"\")", "-DW=dependency",
            "--define-macro=W=GCC dependency",
            "-Wp,-DW=dependency"})
    void findsThePragmaInADefinition(String argument) {
        assertThat(PragmaScanner.isDefined(List.of("-c", argument))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-I/home/me/dependency/inc", "-DROOT=\"/home/me/dependency/inc\"", "-DNAME=dependency.h",
            "-ffile-prefix-map=/w/dependency-files=.", "-DX=some_dependency", "dependency"})
    void takesNoFileForThePragma(String argument) {
        assertThat(PragmaScanner.isDefined(List.of("-c", argument))).isFalse();
    }
}
