package dev.floe.node.submitter.roots;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.FileStat;
import dev.floe.store.FileStamp;
import dev.floe.store.descriptors.OpenDescriptor;
import dev.floe.store.files.TreeDeleter;

/** Whose root the node reads below. */
final class RootAdmissionTest {
    private static final String ALL = "000001ffffffffff";
    private static final String NONE = "0000000000000000";
    private static final String READS_ALL = "0000000000000004";
    private static final String OVERRIDES = "0000000000000002";
    private static final String KILLS = "0000000000000020";

    @TempDir
    Path directory;
    private Path root;
    private String view;

    @BeforeEach
    void open() throws IOException {
        directory = directory.toRealPath();
        root = Files.createDirectory(directory.resolve("root"));
        Files.writeString(root.resolve("a.h"), "");
        FileStamp stamp = FileStamp.of(root);
        view = "mnt:[4026532000] " + Long.toUnsignedString(stamp.dev()) + ":" + Long.toUnsignedString(stamp.ino());
    }

    private void process(String name, String capabilities, String users) throws IOException {
        Path process = Files.createDirectories(directory.resolve("proc").resolve(name).resolve("ns"));
        Files.writeString(process.resolveSibling("status"), "Name:\tgcc\nCapPrm:\t" + ALL + "\nCapEff:\t"
                + capabilities + "\n");
        Files.createSymbolicLink(process.resolve("user"), Path.of("user:[" + users + "]"));
    }

    private Optional<UserRoot> admit(String told, int process) {
        OpenDescriptor passed = OpenDescriptor.forReading(root).orElseThrow();
        return new RootAdmission(directory.resolve("proc"), directory.resolve("proc/self")).admit(passed, told,
                process);
    }

    private boolean isAdmitted(String own, String peer, String users) throws IOException {
        TreeDeleter.delete(directory.resolve("proc"));
        process("self", own, "1");
        process("7", peer, users);
        Optional<UserRoot> admitted = admit(view, 7);
        admitted.ifPresent(UserRoot::close);
        return admitted.isPresent();
    }

    @Test
    void aNodeWithoutCapabilitiesReadsForEachOfItsUser() throws IOException {
        assertThat(isAdmitted(NONE, NONE, "2")).isTrue();
    }

    @Test
    void aPrivilegedNodeReadsForOneThatMayReadAllItself() throws IOException {
        assertThat(isAdmitted(ALL, ALL, "1")).isTrue();
    }

    @Test
    void aPrivilegedNodeDoesNotReadForOneThatMayNot() throws IOException {
        assertThat(isAdmitted(ALL, NONE, "1")).isFalse();
    }

    @Test
    void eachCapabilityThatReadsAllFilesIsEnough() throws IOException {
        assertThat(isAdmitted(ALL, READS_ALL, "1")).isTrue();
        assertThat(isAdmitted(READS_ALL, OVERRIDES, "1")).isTrue();
        assertThat(isAdmitted(READS_ALL, KILLS, "1")).isFalse();
    }

    @Test
    void capabilitiesInAnotherUserNamespaceDoNotCount() throws IOException {
        assertThat(isAdmitted(ALL, ALL, "2")).isFalse();
    }

    @Test
    void aProcessThatIsNotSeenIsNotTrusted() throws IOException {
        process("self", ALL, "1");
        assertThat(admit(view, 0)).isEmpty();
        assertThat(admit(view, 8)).isEmpty();
    }

    @Test
    void anotherDirectoryThanTheWrapperSpeaksOfIsRefused() throws IOException {
        process("self", NONE, "1");
        assertThat(admit("mnt:[4026532000] 1:2", 7)).isEmpty();
        assertThat(admit("", 7)).isEmpty();
    }

    @Test
    void anAdmittedRootShowsItsFilesAndIsNamedByItsNamespaceAndMount() throws IOException {
        process("self", NONE, "1");
        try (UserRoot admitted = admit(view, 7).orElseThrow()) {
            assertThat(admitted.identity()).startsWith(view + " ").hasSizeGreaterThan(view.length() + 1);
            assertThat(admitted.lstat(Path.of("/a.h")).orElseThrow().orElseThrow().kind())
                    .isEqualTo(FileStat.FileKind.REGULAR);
            assertThat(admitted.lstat(Path.of("/b.h")).orElseThrow()).isEmpty();
            assertThat(admitted.list(Path.of("/")).orElseThrow()).containsExactly("a.h");
            assertThat(admitted.read(Path.of("/b.h"))).isEmpty();
        }
    }
}
