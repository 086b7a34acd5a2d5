package dev.floe.command.inputs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

final class InputSetTest {
    private static InputSet directories(String... paths) {
        return new InputSet(Stream.of(paths).<Input>map(path -> new Input.Directory(Path.of(path), 0755)).toList());
    }

    @Test
    void findsEachInputByItsPathAndNoOther() {
        InputSet inputs = directories("/a", "/a/b", "/c", "/c/d", "/e");
        for (Input input : inputs.inputs()) {
            assertThat(inputs.find(input.path())).containsSame(input);
        }
        for (String path : List.of("/", "/a/a", "/b", "/c/e", "/f")) {
            assertThat(inputs.find(Path.of(path))).as(path).isEmpty();
        }
        assertThat(directories().find(Path.of("/a"))).isEqualTo(Optional.empty());
    }
}
