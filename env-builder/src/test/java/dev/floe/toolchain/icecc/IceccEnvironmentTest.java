package dev.floe.toolchain.icecc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.floe.store.Digest;
import dev.floe.toolchain.Platform;
import dev.floe.toolchain.Toolchain;
import dev.floe.toolchain.ToolchainEntry;
import dev.floe.toolchain.driver.CommandOutput;
import dev.floe.toolchain.driver.CommandRunner;
import dev.floe.toolchain.icecc.IceccEnvironment.Arranged;
import dev.floe.toolchain.icecc.IceccEnvironment.ResidentPrograms;

final class IceccEnvironmentTest {
    private static final Platform HOST = Platform.parse("x86_64-linux");
    private static final String LIBRARIES = "/usr/lib/gcc-cross/aarch64-linux-gnu/12/";
    /** What Debian's cross gcc answers in an environment. */
    private static final Map<String, String> GCC = Map.of(
            "-dM -E -x c /dev/null", "#define __GNUC__ 12\n",
            "-dumpfullversion -dumpversion", "12.2.0\n",
            "-dumpmachine", "aarch64-linux-gnu\n",
            "-print-search-dirs", "install: " + LIBRARIES + "\nprograms: =" + LIBRARIES + ":/usr/lib/gcc/\n");
    private static final Map<String, String> CLANG = Map.of(
            "-dM -E -x c /dev/null", "#define __clang__ 1\n", "-dumpversion", "14.0.6\n",
            "-dumpmachine", "x86_64-pc-linux-gnu\n");

    @Test
    void givesGccANameAndItsPartsAPlaceOfTheirOwn() throws Exception {
        IceccEnvironment environment = new IceccEnvironment(
                List.of(dir("bin"), file("bin/true"), dir("lib"), file("lib/libc.so.6"),
                        file("usr/bin/gcc"), file("usr/bin/g++"), file("usr/bin/cc1"), file("usr/bin/as")));
        Arranged arranged = environment.arrange(environment.compilers().getFirst(), HOST, answering(GCC),
                Optional.empty());

        assertThat(arranged.drivers()).containsExactly(Path.of("/usr/bin/aarch64-linux-gnu-gcc-12.2.0"),
                Path.of("/usr/bin/aarch64-linux-gnu-g++-12.2.0"));
        assertThat(files(arranged.toolchain())).containsExactly("usr/bin/aarch64-linux-gnu-g++-12.2.0 of usr/bin/g++",
                "usr/bin/aarch64-linux-gnu-gcc-12.2.0 of usr/bin/gcc",
                LIBRARIES.substring(1) + "as of usr/bin/as", LIBRARIES.substring(1) + "cc1 of usr/bin/cc1",
                "usr/lib/libc.so.6 of lib/libc.so.6");
        assertThat(arranged.toolchain().entries()).contains(new ToolchainEntry.LinkEntry("lib", "usr/lib"));
        assertThat(arranged.toolchain().target()).isEqualTo("aarch64-linux-gnu");
    }

    @Test
    void leavesPartsWhereGccItselfFindsThem() throws Exception {
        IceccEnvironment environment = new IceccEnvironment(
                List.of(file("usr/bin/gcc"), file("usr/bin/as"), dir("usr/x"),
                        file("usr/x/cc1")));
        Arranged arranged = environment.arrange(environment.compilers().getFirst(), HOST,
                argv -> answering(GCC).run(argv.contains("-print-prog-name=as")
                        ? List.of("gcc", "/usr/bin/as")
                        : argv),
                Optional.empty());

        assertThat(files(arranged.toolchain())).contains("usr/bin/as of usr/bin/as", "usr/x/cc1 of usr/x/cc1");
    }

    @Test
    void followsLinksToTheDrivers() throws Exception {
        IceccEnvironment environment = new IceccEnvironment(List.of(link("bin/gcc", "cross"), file("bin/cross"),
                link("usr/bin/gcc", "/bin/gcc"), dir("bin"), link("usr/bin/cc", "../../bin/cross")));
        ResidentPrograms resident = environment.compilers().getFirst();

        assertThat(resident).isEqualTo(new ResidentPrograms("usr/bin/cross", Optional.empty()));
        assertThat(files(environment.arrange(resident, HOST, answering(GCC), Optional.empty()).toolchain()))
                .containsExactly("usr/bin/aarch64-linux-gnu-gcc-12.2.0 of bin/cross");
    }

    @Test
    void putsClangWhereItIsSaidToLieAndDropsTheWrappers() throws Exception {
        IceccEnvironment environment = new IceccEnvironment(List.of(file("usr/bin/gcc"), file("usr/bin/g++"),
                file("usr/bin/clang"), file("proc/cpuinfo")));
        assertThat(environment.compilers()).hasSize(1);
        Arranged arranged = environment.arrange(environment.compilers().getFirst(), HOST, answering(CLANG),
                Optional.of(Path.of("/usr/lib/llvm-14/bin/clang")));

        assertThat(files(arranged.toolchain())).containsExactly("usr/lib/llvm-14/bin/clang of usr/bin/clang");
        assertThat(arranged.drivers()).containsExactly(Path.of("/usr/lib/llvm-14/bin/clang"),
                Path.of("/usr/lib/llvm-14/bin/clang++"));
        assertThat(arranged.toolchain().entries())
                .contains(new ToolchainEntry.LinkEntry("usr/lib/llvm-14/bin/clang++", "clang"));
    }

    @Test
    void findsGccBesideClangUnderItsOtherName() {
        assertThat(new IceccEnvironment(List.of(file("usr/bin/gcc"), file("usr/bin/gcc.bin"), file("usr/bin/g++.bin"),
                file("usr/bin/clang"))).compilers()).extracting(ResidentPrograms::c)
                .containsExactly("usr/bin/gcc.bin", "usr/bin/clang");
    }

    @Test
    void findsNoCompilerWhereNoneIs() {
        assertThat(
                new IceccEnvironment(List.of(dir("usr"), link("usr/bin/gcc", "gone"), link("usr/bin/clang", "clang")))
                        .compilers())
                .isEmpty();
    }

    /** The bytes of each file are the path that it had. */
    private static List<String> files(Toolchain toolchain) {
        return toolchain.entries().stream().filter(ToolchainEntry.FileEntry.class::isInstance)
                .map(ToolchainEntry.FileEntry.class::cast).map(file -> file.path() + " of " + origin(file)).toList();
    }

    private static String origin(ToolchainEntry.FileEntry file) {
        return List.of("bin/cross", "lib/libc.so.6", "usr/bin/gcc", "usr/bin/g++", "usr/bin/cc1", "usr/bin/as",
                "usr/bin/clang", "usr/x/cc1").stream().filter(path -> digest(path).equals(file.digest())).findFirst()
                .orElse("?");
    }

    private static CommandRunner answering(Map<String, String> answers) {
        return argv -> {
            String question = String.join(" ", argv.subList(1, argv.size()));
            String answer = question.startsWith("-print-prog-name=")
                    ? question.substring(question.indexOf('=') + 1)
                    : answers.getOrDefault(question, question);
            return new CommandOutput(0, answer, "");
        };
    }

    private static ToolchainEntry dir(String path) {
        return new ToolchainEntry.DirectoryEntry(path);
    }

    private static ToolchainEntry link(String path, String target) {
        return new ToolchainEntry.LinkEntry(path, target);
    }

    private static ToolchainEntry file(String path) {
        return new ToolchainEntry.FileEntry(path, ToolchainEntry.FileEntry.PROGRAM, digest(path));
    }

    private static Digest digest(String path) {
        return Digest.ofBytes(path.getBytes(UTF_8));
    }
}
