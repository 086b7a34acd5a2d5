package dev.floe.node.submitter.wrapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.command.Invocation;

/** What wrappers of this release and of the one before say first. */
final class HelloFrameTest {
    private static final int MEMORY_IS_BOUNDED = 8;

    private static WrapperFrame hello(int version, int flags) {
        WrapperFrame.Writer writer = new WrapperFrame.Writer().u32(0x464c4f45).u8(0).u8(version).u8(0).u8(flags).u8(0)
                .u8(80).u8(0).u8(25).u32(022);
        if (version >= 4) {
            writer.u32(4711).u64(98_765);
        }
        return writer.string("remote").string("pc2").string("/usr/bin/gcc").string("/src").string("mnt:[1] 2:3")
                .list(List.of("gcc", "-c", "a.c")).list(List.of("PATH=/usr/bin", "FLOE_BUILD=b"))
                .frame(WrapperFrame.HELLO);
    }

    @Test
    void readsTheCurrentVersion() throws WrapperProtocolException {
        HelloFrame hello = HelloFrame.read(hello(4, MEMORY_IS_BOUNDED));
        assertThat(hello.session()).isEqualTo("4711 98765");
        assertThat(hello.bounded()).isTrue();
        assertSameCall(hello);
    }

    @Test
    void readsThatOfRelease010WhichHasNoSession() throws WrapperProtocolException {
        HelloFrame hello = HelloFrame.read(hello(3, 0));
        assertThat(hello.session()).isEmpty();
        assertThat(hello.bounded()).isFalse();
        assertSameCall(hello);
    }

    private static void assertSameCall(HelloFrame hello) {
        assertThat(hello.mode()).isEqualTo(HelloFrame.Mode.REMOTE);
        assertThat(hello.wantedNode()).isEqualTo("pc2");
        assertThat(hello.view()).isEqualTo("mnt:[1] 2:3");
        assertThat(hello.invocation()).map(Invocation::umask).contains(022);
        assertThat(hello.argv()).containsExactly("gcc", "-c", "a.c");
    }

    @Test
    void refusesVersionsOutsideOfTheWindowAndSaysWhatToDo() {
        for (int version : List.of(2, 5)) {
            assertThatThrownBy(() -> HelloFrame.read(hello(version, 0))).isInstanceOf(WrapperProtocolException.class)
                    .hasMessage("floe-cc speaks version " + version + " of its protocol, this node 3 and 4; install"
                            + " both from one release");
        }
    }
}
