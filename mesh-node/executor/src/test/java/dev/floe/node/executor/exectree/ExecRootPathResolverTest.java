package dev.floe.node.executor.exectree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.WireInput;

final class ExecRootPathResolverTest {
    private ExecRootPlan plan;

    @BeforeEach
    void plan() throws IOException {
        plan = new ExecRootPlan(List.of());
        link("/lib", "usr/lib");
        link("/usr/lib/cc", "/opt/cc");
        link("/opt/cc/up", "../../w");
        link("/w/self", "self");
        plan.addDirectory("/w");
    }

    private void link(String path, String target) throws IOException {
        plan.add(new WireInput(InputKind.LINK, path, 0, new byte[0], 0, target, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({"/w/a.c, /w/a.c", "/lib/x, /usr/lib/x", "/lib/cc/x, /opt/cc/x", "/lib/cc/up/a.c, /w/a.c",
            "//w/./a.c, /w/a.c", "/w/../w/a.c, /w/a.c", "/../w, /w", "/lib/.., /usr", "/, ''"})
    void walksAsTheKernelDoes(String path, String real) {
        assertThat(new ExecRootPathResolver(plan).resolve(path)).contains(real);
    }

    @Test
    void givesUpOnLinksInACircle() {
        assertThat(new ExecRootPathResolver(plan).resolve("/w/self")).isEmpty();
    }
}
