package dev.floe.command.wrapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wrapper's decoder of frames under libFuzzer, for a number of inputs; scripts/fuzz does it for a time. */
final class FrameFuzzerTest {
    private static final int INPUTS = 20_000;

    @TempDir
    Path directory;

    @Test
    void decodesAnyFramesOrGivesUp() throws IOException, InterruptedException {
        Path nothing = Files.writeString(directory.resolve("nothing.c"),
                "int LLVMFuzzerTestOneInput(const char *bytes, unsigned long size) { return !bytes && size; }\n");
        Path fuzzer = directory.resolve("fuzz");
        assumeTrue(build(nothing.toString(), fuzzer) == 0, "clang with libFuzzer (libclang-rt-dev) is not here");
        assertThat(build("src/test/c/fuzz.c", fuzzer)).as(this::said).isZero();
        int code = run(fuzzer.toString(), "-runs=" + INPUTS, "-seed=17", "-artifact_prefix=" + directory + "/",
                Files.createDirectory(directory.resolve("corpus")).toString(), "src/test/c/frames");
        assertThat(code).as(this::said).isZero();
    }

    private int build(String source, Path fuzzer) throws IOException, InterruptedException {
        return run("clang", "-g", "-O1", "-std=c11", "-D_GNU_SOURCE", "-fsanitize=fuzzer,address,undefined",
                "-fno-sanitize-recover=undefined", source, "-o", fuzzer.toString());
    }

    private int run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of(command)).redirectErrorStream(true)
                .redirectOutput(directory.resolve("said").toFile());
        builder.environment().put("ASAN_OPTIONS", "detect_leaks=0");
        try {
            return builder.start().waitFor();
        } catch (IOException e) {
            Files.writeString(directory.resolve("said"), e.toString());
            return 127;
        }
    }

    private String said() {
        try {
            return Files.readString(directory.resolve("said"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
