package dev.floe.toolchain.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compiler's own objects, signed again, against those that the assembler makes of assembly signed again. */
final class IdentRewriterTest {
    private static final String SOURCE = """
            template <typename T> struct Box { virtual T get() { return T(); } virtual ~Box() {} };
            struct Thrown {};
            int zero[100];
            thread_local int mine = 4;
            int use(int n) { Box<long> box; if (n) throw Thrown(); static const char text[] = "text"; return box.get() + text[n]; }
            """;

    @TempDir
    private Path directory;

    private void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(List.of(command)).directory(directory.toFile()).inheritIO().start().waitFor())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-O0", "-O2 -g", "-O2 -ffunction-sections -fPIC", "-g3 -O1 -gz"})
    void makesWhatTheAssemblerWouldHaveMade(String options) throws Exception {
        Files.writeString(directory.resolve("a.cc"), SOURCE);
        run(("g++ -S " + options + " a.cc -o a.s").split(" "));
        run(("g++ -c " + options + " a.s -o a.o").split(" "));
        byte[] assembly = Files.readAllBytes(directory.resolve("a.s"));
        String ident = IdentRewriter.readAssembly(Files.readString(directory.resolve("a.s"))).orElseThrow();
        for (String other : List.of("x", "GCC: (a much longer name of a vendor, with its version 1.2.3+4) 12.2.0",
                ident)) {
            Files.write(directory.resolve("b.s"), IdentRewriter.rewriteAssembly(assembly, ident, other));
            run(("g++ -c " + options + " b.s -o b.o").split(" "));

            assertThat(IdentRewriter.rewriteObject(Files.readAllBytes(directory.resolve("a.o")), ident, other))
                    .isEqualTo(Files.readAllBytes(directory.resolve("b.o")));
        }
    }

    @Test
    void findsNoSignatureInADirectiveWithoutAText() {
        assertThat(IdentRewriter.readAssembly(".ident\"\n")).isEmpty();
        assertThat(IdentRewriter.readAssembly("\t.ident\t\"\"\n")).hasValue("");
    }

    @Test
    void leavesAnObjectAloneThatIsSignedOtherwise() throws Exception {
        Files.writeString(directory.resolve("a.cc"), SOURCE);
        run("g++", "-c", "a.cc");
        byte[] object = Files.readAllBytes(directory.resolve("a.o"));

        assertThat(IdentRewriter.rewriteObject(object, "nobody", "somebody")).isEqualTo(object);
    }

    @Test
    void refusesWhatIsNoObjectAndNeverRunsAway() throws Exception {
        Files.writeString(directory.resolve("a.cc"), SOURCE);
        run("g++", "-c", "a.cc");
        byte[] object = Files.readAllBytes(directory.resolve("a.o"));
        Random random = new Random(11);
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = object.clone();
            for (int n = random.nextInt(6); n >= 0; n--) {
                damaged[random.nextInt(random.nextBoolean() ? 64 : damaged.length)] = (byte) random.nextInt();
            }
            try {
                IdentRewriter.rewriteObject(damaged, "a", "b");
            } catch (MalformedElfException _) {
                continue; // as it should
            }
        }
        assertThatThrownBy(
                () -> IdentRewriter.rewriteObject("no object".getBytes(StandardCharsets.UTF_8), "a",
                        "b"))
                .isInstanceOf(MalformedElfException.class);
    }
}
