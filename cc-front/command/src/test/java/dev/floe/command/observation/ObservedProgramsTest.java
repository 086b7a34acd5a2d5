package dev.floe.command.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The library in real programs: compilers, and one that calls each function that the library stands before. */
final class ObservedProgramsTest {
    @TempDir
    Path directory;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private ObservedCommand command(String... words) {
        return new ObservedCommand(directory, words);
    }

    private ObservedCommand shell(String script) {
        return command("/bin/sh", "-c", script);
    }

    /** Skips a test without the program, and says so. */
    private static void assumeProgram(String name) {
        boolean isThere = List.of("/usr/bin", "/usr/local/bin", "/bin").stream()
                .anyMatch(where -> Files.isExecutable(Path.of(where, name)));
        assumeTrue(isThere, "there is no " + name);
    }

    private Path build(String compiler, String source, String... options) throws IOException, InterruptedException {
        Path program = directory.resolve("program");
        List<String> line = new ArrayList<>(
                List.of(compiler, "-O2", "-o", program.toString(), "../wrapper/src/test/c/" + source));
        line.addAll(Arrays.asList(options));
        assertThat(new ProcessBuilder(line).inheritIO().start().waitFor()).as("%s", line).isZero();
        return program;
    }

    @ParameterizedTest
    @CsvSource({
            "gcc, ''", "gcc, -D_FILE_OFFSET_BITS=64", "gcc, -D_FORTIFY_SOURCE=2", "clang, ''", "musl-gcc, ''",
            "aarch64-linux-gnu-gcc, qemu-aarch64-static -L /usr/aarch64-linux-gnu",
            "arm-linux-gnueabihf-gcc, qemu-arm-static -L /usr/arm-linux-gnueabihf",
    })
    void seesEachFunctionThatAsks(String compiler, String how) throws Exception {
        assumeProgram(compiler);
        boolean emulated = how.startsWith("qemu");
        if (emulated) {
            assumeProgram(how.substring(0, how.indexOf(' ')));
            String root = how.substring(how.indexOf("/usr"));
            assumeTrue(Files.exists(Path.of(root, "include", "stdio.h")), "there is no C library in " + root);
        }
        Path program = build(compiler, "asks.c", emulated || how.isEmpty() ? "-g0" : how);
        ObservedCommand command = command(program.toString()).with("HERE", "1");
        if (emulated) {
            command.with("EMULATED", "1");
        }
        var outcome = command.runWith(emulated ? how : "", ObservedCommand.libraryFor(program).toString());
        assertThat(outcome.code()).as("%s", outcome.output()).isZero();
        Observation observation = outcome.observation();
        var found = new TreeSet<String>();
        observation.lookups().missed().forEach(path -> found.add("missed " + path));
        observation.lookups().read().forEach(path -> found.add("read " + path));
        observation.lookups().seen().forEach(path -> found.add("seen " + path));
        observation.lookups().listed().forEach(path -> found.add("listed " + path));
        observation.variables().missing().forEach(name -> found.add("missing " + name));
        observation.variables().present().forEach(name -> found.add("present " + name));
        observation.queries().keySet().forEach(query -> found.add("query " + query));
        assertThat(outcome.output().lines()).hasSizeGreaterThan(45).isSubsetOf(found);
        assertThat(observation.gaps()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"gcc, c", "g++, cpp", "clang, c", "clang++, cpp"})
    void seesWhatACompilerLooksFor(String compiler, String suffix) throws Exception {
        assumeProgram(compiler);
        write("there.h", "#define THERE 1\n");
        Path source = write("source." + suffix, """
                #define NAME "nowhere.h"
                #if __has_include(NAME)
                #error
                #endif
                #include "there.h"
                int here = THERE;
                """);
        Files.createDirectory(directory.resolve("include"));
        var outcome = command("/usr/bin/" + compiler, "-Iinclude", "-c", source.toString(), "-o", "out.o").run();
        assertThat(outcome.code()).as("%s", outcome.output()).isZero();
        Observation observation = outcome.observation();
        assertThat(observation.gaps()).isEmpty();
        assertThat(observation.lookups().missed()).contains(directory + "/nowhere.h", directory + "/include/nowhere.h")
                .anyMatch(path -> path.endsWith("/include/nowhere.h") && path.startsWith("/usr"));
        assertThat(observation.lookups().read()).contains(source.toString(), directory + "/there.h");
        assertThat(observation.variables().missing()).contains("CPATH");
        assertThat(observation.variables().present()).contains("PATH");
        assertThat(observation.asked(SystemQuery.DATE)).isFalse();
        assertThat(observation.changes().written()).anyMatch(path -> path.startsWith(directory + "/out"));
        assertThat(observation.lookups().executed()).anyMatch(path -> path.contains(compiler.substring(0, 3)));
    }

    @Test
    void seesThatTheDateIsAskedFor() throws Exception {
        write("date.c", "const char *date = __DATE__;\n");
        Observation observation = command("/usr/bin/gcc", "-c", "date.c").run().observation();
        assertThat(observation.gaps()).isEmpty();
        assertThat(observation.queries().get(SystemQuery.DATE)).singleElement().asString().endsWith("cc1");
        assertThat(observation.variables().missing()).contains("SOURCE_DATE_EPOCH", "TZ");
    }

    @Test
    void changesNothingThatACompilerMakesOrPrints() throws Exception {
        write("bad.c", "#include \"nowhere.h\"\n");
        write("good.c", "int good(int x) { int unused; return x; }\n");
        String script = "gcc -Wall -g -c good.c -o $NAME.o; gcc -c bad.c; echo $? $?; env";
        String observed = shell(script).with("NAME", "name").run().output();
        byte[] object = Files.readAllBytes(directory.resolve("name.o"));
        String plain = shell(script).with("NAME", "name").runWith("", "").output();
        assertThat(observed).contains("nowhere.h").doesNotContain("LD_PRELOAD", "FLOE_OBSERVE");
        assertThat(plain.replaceAll("(?m)^(LD_PRELOAD|FLOE_OBSERVE)=.*\n", "")).isEqualTo(observed);
        assertThat(Files.readAllBytes(directory.resolve("name.o"))).isEqualTo(object);
    }

    @Test
    void followsAProgramThatClearsItsEnvironment() throws Exception {
        write("empty.c", "");
        Observation observation = shell("env -i /usr/bin/gcc -c empty.c; exit 0").run().observation();
        assertThat(observation.gaps()).isEmpty();
        assertThat(observation.lookups().read()).contains(directory + "/empty.c");
    }

    @Test
    void keepsTheUsersOwnPreload() throws Exception {
        Path own = directory.resolve("own.so");
        write("own.c", "int floe_test_own = 1;\n");
        assertThat(new ProcessBuilder("gcc", "-shared", "-fPIC", "-o", own.toString(),
                directory.resolve("own.c").toString())
                .inheritIO().start().waitFor()).isZero();
        String preload = ObservedCommand.libraryFor(Path.of("/bin/sh")) + ":" + own;
        var outcome = shell(
                "echo $LD_PRELOAD; grep -c own.so /proc/self/maps | grep -v 0; env | grep LD_PRELOAD; exit 0")
                .runWith("", preload);
        assertThat(outcome.output().lines()).hasSize(3).startsWith(own.toString()).endsWith("LD_PRELOAD=" + own);
        assertThat(outcome.observation().gaps()).isEmpty();
    }

    @Test
    void tellsOfAProgramThatLeavesNoRecord() throws Exception {
        write("main.c", "int main(void) { return 0; }\n");
        assertThat(new ProcessBuilder("gcc", "-static", "-o", directory.resolve("static").toString(),
                directory.resolve("main.c").toString()).inheritIO().start().waitFor()).isZero();
        var outcome = shell("./static; exit 0").run();
        assertThat(outcome.code()).isZero();
        assertThat(outcome.observation().gaps()).singleElement().asString().contains("/static was executed");
        assertThat(command("./static").run().observation().gaps()).containsExactly("no program has left a record");
    }

    @Test
    void tellsOfAChildThatIsMadeBehindItsBack() throws Exception {
        Path program = build("gcc", "raw_child.c");
        var outcome = command(program.toString()).run();
        assertThat(outcome.code()).isZero();
        assertThat(outcome.observation().gaps()).containsExactly("a process was started in a way that is not observed");
    }

    @Test
    void tellsOfAProgramThatIsKilled() throws Exception {
        var outcome = shell("test -e /nowhere/before; kill -9 $$").run();
        Observation observation = outcome.observation();
        assertThat(outcome.code()).isNotZero();
        assertThat(observation.gaps()).singleElement().asString().contains("has not ended in an orderly way");
        assertThat(observation.lookups().missed()).contains("/nowhere/before");
    }

    @Test
    void doesNotLoadIntoProgramsOfAnotherKind() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "this processor runs programs of one kind only");
        build("gcc", "foreign.c", "-m32", "-nostdlib", "-static", "-fno-pie", "-no-pie", "-ffreestanding",
                "-fno-tree-loop-distribute-patterns");
        var outcome = shell("./program; exit 0").with("HERE", "1").run();
        assertThat(outcome.output().lines()).contains("HERE=1").noneMatch(line -> line.startsWith("LD_PRELOAD"));
        assertThat(outcome.observation().gaps()).singleElement().asString().contains("/program was executed");
    }

    @Test
    void namesTheLibraryForAnElfHeader() {
        assertThat(ObserverLibrary.forElf(183, 2)).contains(ObserverLibrary.AARCH64);
        assertThat(ObserverLibrary.forElf(62, 1)).as("x32").isEmpty();
        assertThat(ObserverLibrary.forElf(8, 1)).isEmpty();
        assertThat(ObserverLibrary.ARM.fileName()).isEqualTo("libfloe-observer-arm.so");
    }

    @Test
    void keepsThreadsApart() throws Exception {
        Path program = build("gcc", "many_threads.c", "-pthread");
        var outcome = command(program.toString()).run();
        assertThat(outcome.code()).isZero();
        Observation observation = outcome.observation();
        assertThat(observation.gaps()).isEmpty();
        assertThat(observation.lookups().missed().stream().filter(path -> path.startsWith("/nowhere/")))
                .hasSize(8 * 500);
    }

    @Test
    void tellsOfARecordThatIsFull() throws Exception {
        var outcome = shell(
                "x=/0123456789; x=$x$x$x$x$x$x$x$x$x$x; i=0; while [ $i -lt 140000 ]; "
                        + "do [ -e /nowhere$x/$i ]; i=$((i+1)); done")
                .run();
        assertThat(outcome.code()).isZero();
        assertThat(outcome.observation().gaps()).contains("the record was full");
    }
}
