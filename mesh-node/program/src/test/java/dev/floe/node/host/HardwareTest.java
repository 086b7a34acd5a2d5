package dev.floe.node.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.floe.toolchain.Platform;

final class HardwareTest {
    private static final Set<String> QEMU = Set.of("aarch64", "arm", "riscv64");

    @Test
    void emulatesNothingUnlessItsOwnerWantsIt() {
        assertThat(Hardware.emulated(Set.of(), "x86_64", "x86_64", QEMU)).isEmpty();
    }

    @Test
    void emulatesWhatItsOwnerWantsAndTheKernelCan() {
        assertThat(Hardware.emulated(Set.of("aarch64", "s390x", "arm"), "x86_64", "x86_64", QEMU))
                .isEqualTo(List.of("aarch64", "arm"));
    }

    @Test
    void doesNotEmulateItself() {
        assertThat(Hardware.emulated(Set.of("x86_64"), "x86_64", "x86_64", Set.of("x86_64"))).isEmpty();
    }

    @Test
    void knowsThatAllThatIsInstalledIsEmulatedEvenWhereTheEmulatorIsNotSeen() {
        assertThat(Hardware.emulated(Set.of(), "aarch64", "x86_64", QEMU)).containsExactly("aarch64");
        assertThat(Hardware.emulated(Set.of(), "aarch64", "x86_64", Set.of())).containsExactly("aarch64");
    }

    @Test
    void doesNotTakeASmallerModeOfItsProcessorForEmulation() {
        assertThat(Hardware.emulated(Set.of(), "arm", "aarch64", Set.of())).isEmpty();
        assertThat(Hardware.emulated(Set.of(), "arm", "aarch64", QEMU)).containsExactly("arm");
    }

    @Test
    void itsProcessorIsThatOfTheProgramsHere() {
        assertThat(Hardware.architecture()).isEqualTo(Platform.current().processor());
    }
}
