package dev.floe.node.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AnchorsTest {
    private final Anchors relative = new Anchors("/home/a/p/build", "/home/a/p", false);
    private final Anchors mapped = new Anchors("/home/a/p/build", "/home/a/p", true);

    @Test
    void namesEveryPathOnceAndFindsItAgain() {
        for (Anchors anchors : new Anchors[]{relative, mapped, relative.exact()}) {
            for (String path : new String[]{"/home/a/p/build", "/home/a/p/build/x.o", "/home/a/p", "/home/a/p/src/x.c",
                    "/home/a/p2/x.h", "/home/a", "/usr/include/stdio.h", "/"}) {
                assertThat(anchors.path(anchors.name(path))).as("%s of %s", path, anchors).contains(path);
            }
        }
    }

    @Test
    void namesPathsApartFromThePlace() {
        Anchors elsewhere = new Anchors("/srv/b/q/out", "/srv/b/q", false);
        assertThat(relative.name("/home/a/p/build/x.o")).isEqualTo(elsewhere.name("/srv/b/q/out/x.o"));
        assertThat(relative.name("/home/a/p/src/x.c")).isEqualTo(elsewhere.name("/srv/b/q/src/x.c"));
        assertThat(mapped.name("/home/a/p/build/x.o")).isEqualTo("@r/build/x.o");
        assertThat(relative.name("/home/a/p2/x.h")).isEqualTo("/home/a/p2/x.h");
    }

    @Test
    void knowsWhatOnlyLeadsThere() {
        assertThat(relative.isAbove("/home/a")).isTrue();
        assertThat(relative.isAbove("/")).isTrue();
        assertThat(relative.isAbove("/home/a/p")).isFalse();
        assertThat(relative.isAbove("/hom")).isFalse();
        assertThat(relative.exact().isAbove("/home")).isFalse();
    }

    @Test
    void refusesANameOfAnotherKind() {
        assertThat(mapped.path("@d/x.o")).isEmpty();
        assertThat(relative.exact().path("@r/x.o")).isEmpty();
        assertThat(relative.path("x.o")).isEmpty();
    }
}
