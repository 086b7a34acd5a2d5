package dev.floe.command.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A target that exists ends as the plain compiler would have left it: names, bytes, modes, links. */
final class WrapperTargetsTest {
    @TempDir
    Path directory;

    /** A kind of output: the compiler's arguments after its name, the file, and how OPEN is told to treat it. */
    private record Output(String compiler, String arguments, String file, int how) {}

    private static final List<Output> OUTPUTS = List.of(new Output("gcc", "-c a.c -o T", "T", Frame.AS),
            new Output("gcc", "-S a.c -o T", "T", Frame.THROUGH),
            new Output("gcc", "-c a.c -o x.o -MD -MF T", "T", Frame.THROUGH),
            new Output("gcc", "-g -gsplit-dwarf -c a.c -o T.o", "T.dwo", Frame.AS),
            new Output("clang", "-c a.c -o T", "T", Frame.REPLACE),
            new Output("clang", "-S a.c -o T", "T", Frame.REPLACE),
            new Output("clang", "-c a.c -o x.o -MD -MF T", "T", Frame.THROUGH),
            new Output("clang", "-g -gsplit-dwarf -c a.c -o T.o", "T.dwo", Frame.THROUGH));

    /** Shell that brings the target T into a state. */
    private static final List<String> STATES = List.of(":", "echo old > T; chmod 600 T", "echo old > T; chmod 444 T",
            "echo old > T.other; chmod 640 T.other; ln T.other T",
            "echo old > T.real; chmod 640 T.real; ln -s T.real T",
            "ln -s T.real T", "mkdir d; ln -s d/T.real T; ln -s T T.back",
            "echo old > T.real; chmod 444 T.real; ln -s T.real T",
            "> T; chmod 600 T", "> T.other; ln T.other T", "> T; chmod 444 T", "ln -s /dev/null T", "mkdir T",
            "echo old > T; chmod 660 T; chmod 555 .", "> T; chmod 660 T; chmod 555 .", "ln -s T T",
            "mkdir d; ln -s nowhere/x T");

    static Stream<Arguments> cases() {
        return OUTPUTS.stream().flatMap(output -> STATES.stream().map(state -> Arguments.of(output, state)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void endsAsThePlainCompilerLeavesIt(Output output, String state) throws Exception {
        var shop = new Workshop(directory);
        if ("root".equals(System.getProperty("user.name"))) // whom no mode stops
            shop.through("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        String command = output.compiler() + " " + output.arguments();
        String prepare = "umask 022; mkdir w; cd w; echo 'int a;' > a.c; > x.o; > T.o; "
                + state.replace("T", output.file()) + "; umask 027; ";
        var plain = shop.shell(prepare + command).end();
        Path target = shop.work().resolve("w").resolve(output.file());
        boolean written = plain.code() == 0 && Files.isRegularFile(target) && Files.isReadable(target);
        byte[] kept = written ? Files.readAllBytes(target) : new byte[0];
        List<String> wanted = describe(shop);
        byte[] contents = written ? kept : contents(shop, output, command);
        try (ScriptedNode node = shop.node()) {
            var running = shop.shell(prepare + "exec " + shop.floe() + " " + command);
            boolean committed;
            try (Talk talk = node.accept()) {
                talk.hello();
                talk.sendFile(output.file(), 0640, output.how(), contents);
                committed = talk.commit() == 0;
                if (committed)
                    talk.exit(0);
                else
                    talk.exec(0);
                talk.awaitHangUp();
            }
            assertThat(running.end()).isEqualTo(plain);
            assertThat(apart(describe(shop), committed)).isEqualTo(apart(wanted, committed));
            if (plain.code() != 0)
                assertThat(committed).as("what the compiler cannot write").isFalse();
        }
    }

    /** What the plain compiler writes where nothing is in its way. */
    private static byte[] contents(Workshop shop, Output output, String command) throws Exception {
        assertThat(shop.shell("umask 022; mkdir w; cd w; echo 'int a;' > a.c; " + command).end().code()).isZero();
        byte[] contents = Files.readAllBytes(shop.work().resolve("w").resolve(output.file()));
        assertThat(shop.shell("rm -r w").end().code()).isZero();
        return contents;
    }

    /** Names, kinds, modes, numbers of links and checksums of what is there; then removes it. */
    private static List<String> describe(Workshop shop) throws Exception {
        String script = "chmod 755 w; cd w; find . -printf '%p %y %l %m %n\\n' -type f -exec cksum {} \\; | sort; cd ..; rm -r w";
        return shop.shell(script).end().out().lines().toList();
    }

    /** Without the files that only a real compile makes beside the one in question. */
    private static List<String> apart(List<String> lines, boolean committed) {
        return lines.stream().filter(line -> !committed || Stream.of("./x.o", "./T.o").noneMatch(
                other -> line.startsWith(other + " ") || line.endsWith(" " + other))).toList();
    }
}
