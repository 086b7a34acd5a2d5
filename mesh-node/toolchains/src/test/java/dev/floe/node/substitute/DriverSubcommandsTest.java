package dev.floe.node.substitute;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is read from a gcc's account of the programs that it would call. */
final class DriverSubcommandsTest {
    @Test
    void takesTheOptionsThatNoPlaceIsNamedBy() {
        String said = """
                Using built-in specs.
                gcc version 12.2.0 (Debian 12.2.0-14)
                COLLECT_GCC_OPTIONS='-c' '-mabi=lp64'
                 /usr/lib/12/cc1 -quiet -imultiarch aarch64-linux-gnu -iprefix /x/ /dev/null -ffile-prefix-map=/a=/b -D X -mlittle-endian "-mabi=lp64" -O2 -o /tmp/cc.s
                 /usr/bin/aarch64-linux-gnu-as --gdwarf-5 -EL "-mabi=lp64" -o /dev/null /tmp/cc.s
                COMPILER_PATH=/usr/lib/
                """;

        assertThat(DriverSubcommands.read(said)).containsExactly("cc1 -ffile-prefix-map=/a=/b", "cc1 -D",
                "cc1 -O2", "as --gdwarf-5", "as -EL", "as -mabi=lp64");
    }

    @Test
    void takesTheAssemblersVersionWithoutItsVendor() {
        assertThat(DriverSubcommands.assembler("GNU assembler (GNU Binutils for Debian) 2.40\nCopyright\n"))
                .isEqualTo("as of version 2.40").isEqualTo(DriverSubcommands.assembler("GNU assembler version 2.40"));
        assertThat(DriverSubcommands.assembler("")).isEqualTo("as of version ?");
    }
}
