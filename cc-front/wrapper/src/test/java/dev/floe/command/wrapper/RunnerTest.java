package dev.floe.command.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** floe-run, the innermost step of the sandbox, in one. */
final class RunnerTest {
    private static final int EPERM = 1;

    @TempDir
    Path directory;
    private Workshop shop;
    private Sandbox sandbox;
    private Path attempt;
    private Path status;

    @BeforeEach
    void open() throws IOException, InterruptedException {
        shop = new Workshop(directory);
        sandbox = new Sandbox(shop.work());
        attempt = Workshop.build("attempt.c", directory.resolve("attempt"));
        status = shop.work().resolve("status");
    }

    private Workshop.Ended run(List<String> settings, String... program) throws Exception {
        var line = new ArrayList<>(List.of(shop.floe().toString(), "--floe-run", status.toString()));
        line.addAll(settings);
        line.add("--");
        line.addAll(List.of(program));
        return shop.start(sandbox.wrap(line).toArray(String[]::new)).end();
    }

    private String attempt(String name, String... settings) throws Exception {
        return run(List.of(settings), attempt.toString(), "attempt", name).out().strip();
    }

    private String attemptWithoutRunner(String name) throws Exception {
        return shop.start(sandbox.wrap(List.of(attempt.toString(), name)).toArray(String[]::new)).end().out().strip();
    }

    private Map<String, Long> status() throws IOException {
        String line = Files.readString(status);
        assertThat(line).endsWith("\n").hasLineCount(1);
        return Stream.of(line.strip().split(" ")).map(field -> field.split("="))
                .collect(Collectors.toMap(field -> field[0], field -> Long.valueOf(field[1])));
    }

    @ParameterizedTest
    @CsvSource({"mount, 1", "umount2, 1", "unshare, 1", "clone, 1", "setns, 1", "ptrace, 1", "keyctl, 1", "add_key, 1",
            "bpf, 1",
            "perf_event_open, 1", "userfaultfd, 1", "io_uring_setup, 1", "process_vm_readv, 1", "tiocsti, 1",
            "clone3, 38",
            "packet, 97", "vsock, 97"})
    void deniesACall(String name, int errno) throws Exception {
        assertThat(attempt(name)).isEqualTo(Integer.toString(errno));
        assertThat(status()).containsEntry("exit", 0L).containsEntry("signal", 0L).containsEntry("errno", 0L);
    }

    @Test
    void deniesWhatTheSandboxAloneWouldAllow() throws Exception {
        for (String name : List.of("unshare", "clone", "keyctl", "process_vm_readv")) {
            assertThat(attemptWithoutRunner(name)).as(name).isEqualTo("0");
            assertThat(attempt(name)).as(name).isEqualTo(Integer.toString(EPERM));
        }
    }

    @ParameterizedTest
    @CsvSource({"thread, 0", "system, 0", "unix, 0", "isatty, 25"})
    void allowsWhatCompilersDo(String name, int errno) throws Exception {
        assertThat(attempt(name)).isEqualTo(Integer.toString(errno));
    }

    @Test
    void killsACallInAForeignWay() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue("amd64".equals(System.getProperty("os.arch")),
                "x32 exists on x86_64 only");
        assertThat(run(List.of(), attempt.toString(), "attempt", "x32").code()).isEqualTo(159);
        assertThat(status()).containsEntry("exit", 159L).containsEntry("signal", 31L);
    }

    @ParameterizedTest
    @CsvSource({"memory, as_bytes=536870912, 12", "forks, nproc=30, 11", "fill, fsize_bytes=1048576, 27",
            "descriptors, nofile=64, 22"})
    void holdsALimit(String name, String setting, int errno) throws Exception {
        assertThat(attempt(name)).isEqualTo("0");
        assertThat(attempt(name, setting)).isEqualTo(Integer.toString(errno));
    }

    @Test
    void killsAProgramThatUsesUpItsTime() throws Exception {
        assertThat(run(List.of("cpu_seconds=1"), attempt.toString(), "attempt", "burn").code()).isEqualTo(152);
        assertThat(status()).containsEntry("signal", 24L);
        // The limit counts the clock's ticks, and the report exact time, which is less on a busy machine.
        assertThat(status().get("user_us") + status().get("system_us")).isBetween(500_000L, 2_100_000L);
    }

    @Test
    void reportsMemoryCodeAndSignal() throws Exception {
        assertThat(run(List.of(), "/bin/sh", "sh", "-c", "exit 3").code()).isEqualTo(3);
        assertThat(status()).containsEntry("exit", 3L).containsEntry("signal", 0L);
        assertThat(status().get("maxrss_kb")).isBetween(200L, 100_000L);
        assertThat(run(List.of(), attempt.toString(), "attempt", "abort").code()).isEqualTo(134);
        assertThat(status()).containsEntry("exit", 134L).containsEntry("signal", 6L);
        assertThat(shop.names()).as("no core").containsExactly("status");
    }

    @Test
    void setsDirectoryUmaskAndNameAndLeavesTheEnvironment() throws Exception {
        Workshop.build("probe.c", directory.resolve("probe"));
        shop.with("ODD", "a=b c").with("FLOE_MODE", "local");
        var plain = shop.start(sandbox.wrap(List.of(directory.resolve("probe").toString())).toArray(String[]::new))
                .end();
        var ended = run(List.of("cwd=/usr/lib", "umask=0027"), directory.resolve("probe").toString(), "cc1plus", "-x",
                "");
        assertThat(ended.code()).isEqualTo(7);
        assertThat(ended.lines("directory")).containsExactly("/usr/lib");
        assertThat(ended.lines("umask")).containsExactly("27");
        assertThat(ended.lines("argument")).containsExactly("cc1plus", "-x", "");
        assertThat(ended.lines("descriptor")).isEqualTo(plain.lines("descriptor"));
        assertThat(ended.lines("variable")).isEqualTo(plain.lines("variable")).contains("ODD=a=b c");
    }

    @Test
    void setsTheDirectoryThatPwdNames() throws Exception {
        var ended = run(List.of("cwd=/usr/lib", "pwd=/usr/../usr/lib"), "/usr/bin/printenv", "printenv", "PWD");
        assertThat(ended.out()).isEqualTo("/usr/../usr/lib\n");
    }

    @ParameterizedTest
    @CsvSource({"/nowhere, 127, 2", "/etc/passwd, 126, 13"})
    void saysWhyAProgramDidNotStart(String program, int code, long errno) throws Exception {
        var ended = run(List.of(), program, "x");
        assertThat(ended.code()).isEqualTo(code);
        assertThat(ended.err()).startsWith("floe-run: " + program + ": ");
        assertThat(status()).containsEntry("errno", errno);
    }

    @ParameterizedTest
    @CsvSource({"cpu_seconds=1s, must be a number", "umask=9, must be an octal number",
            "memory=1, unknown; known are as_bytes",
            "nonsense, must be KEY=VALUE"})
    void refusesASettingThatItDoesNotKnow(String setting, String message) throws Exception {
        var ended = run(List.of(setting), "/bin/true", "true");
        assertThat(ended.code()).isEqualTo(125);
        assertThat(ended.err()).hasLineCount(1).startsWith("floe-run: " + setting + ": " + message);
    }

    @ParameterizedTest
    @CsvSource({"gcc, -O2 -c", "g++, -O2 -g -c", "gcc, -flto -c", "clang, -O2 -c"})
    void compilesAsWithoutIt(String compiler, String options) throws Exception {
        shop.write("a.c", "int f(int x) { return x * 3; }\n");
        String command = compiler + " " + options + " a.c -frandom-seed=a -o ";
        assertThat(shop.start(sandbox.wrap(List.of("/bin/sh", "-c", command + "plain.o")).toArray(String[]::new)).end()
                .code())
                .isZero();
        assertThat(run(List.of("nproc=64", "as_bytes=8589934592"), "/bin/sh", "sh", "-c", command + "run.o").code())
                .isZero();
        assertThat(shop.work().resolve("run.o")).hasSameBinaryContentAs(shop.work().resolve("plain.o"));
    }

    @Test
    void givesTheProgramATerminalOfTheWantedSize() throws Exception {
        String look = "test -t 0 && echo in >&2; test -t 1 || test -t 2 && stty size <&2 >&2; printf 'a\\nb' >&2";
        assertThat(run(List.of("terminal=0:61:17"), "/bin/sh", "sh", "-c", look).err()).isEqualTo("17 61\na\nb");
        assertThat(run(List.of("terminal=1:61:17"), "/bin/sh", "sh", "-c", look).err()).isEqualTo("in\n17 61\na\nb");
        assertThat(run(List.of("terminal=0:61"), "/bin/sh", "sh", "-c", look).err())
                .contains("must be INPUT:COLUMNS:ROWS");
    }
}
