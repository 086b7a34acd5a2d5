package dev.floe.node.cache.keys;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PathNormalizerTest {
    private final PathNormalizer relative = new PathNormalizer("/home/a/p/build", "/home/a/p", false);
    private final PathNormalizer mapped = new PathNormalizer("/home/a/p/build", "/home/a/p", true);

    @Test
    void namesEveryPathOnceAndFindsItAgain() {
        for (PathNormalizer anchors : new PathNormalizer[]{relative, mapped, relative.exact()}) {
            for (String path : new String[]{"/home/a/p/build", "/home/a/p/build/x.o", "/home/a/p", "/home/a/p/src/x.c",
                    "/home/a/p2/x.h", "/home/a", "/usr/include/stdio.h", "/"}) {
                assertThat(anchors.toAbsolute(anchors.toPortable(path))).as("%s of %s", path, anchors).contains(path);
            }
        }
    }

    @Test
    void namesPathsApartFromThePlace() {
        PathNormalizer elsewhere = new PathNormalizer("/srv/b/q/out", "/srv/b/q", false);
        assertThat(relative.toPortable("/home/a/p/build/x.o")).isEqualTo(elsewhere.toPortable("/srv/b/q/out/x.o"));
        assertThat(relative.toPortable("/home/a/p/src/x.c")).isEqualTo(elsewhere.toPortable("/srv/b/q/src/x.c"));
        assertThat(mapped.toPortable("/home/a/p/build/x.o")).isEqualTo("@r/build/x.o");
        assertThat(relative.toPortable("/home/a/p2/x.h")).isEqualTo("/home/a/p2/x.h");
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
        assertThat(mapped.toAbsolute("@d/x.o")).isEmpty();
        assertThat(relative.exact().toAbsolute("@r/x.o")).isEmpty();
        assertThat(relative.toAbsolute("x.o")).isEmpty();
    }
}
