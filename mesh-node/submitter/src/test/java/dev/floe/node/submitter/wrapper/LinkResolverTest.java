package dev.floe.node.submitter.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.command.inputs.Input;

final class LinkResolverTest {
    private final LinkResolver real = new LinkResolver(List.of(new Input.Directory(Path.of("/w"), 0755),
            new Input.Link(Path.of("/w/near"), "real/deep"), new Input.Link(Path.of("/w/far"), "/elsewhere"),
            new Input.Link(Path.of("/elsewhere/more"), "../w/near"), new Input.Link(Path.of("/w/loop"), "loop")));

    @Test
    void followsLinksAndThenGoesUp() {
        assertThat(real.of(Path.of("/w/near/x.o"))).isEqualTo(Path.of("/w/real/deep/x.o"));
        assertThat(real.of(Path.of("/w/near/../x.o"))).isEqualTo(Path.of("/w/real/x.o"));
        assertThat(real.of(Path.of("/w/far/more/x.o"))).isEqualTo(Path.of("/w/real/deep/x.o"));
        assertThat(real.of(Path.of("/w/./plain/../x.o"))).isEqualTo(Path.of("/w/x.o"));
    }

    @Test
    void endsInACircle() {
        assertThat(real.of(Path.of("/w/loop/x.o"))).isEqualTo(Path.of("/w/loop/x.o"));
    }
}
