package dev.floe.node.cli.doctor.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.cli.doctor.DoctorCheck;
import dev.floe.node.cli.doctor.DoctorDiagnosis;
import dev.floe.node.cli.doctor.DoctorHost.FileFacts;
import dev.floe.node.cli.doctor.DoctorHost.NetworkLink;
import dev.floe.node.cli.doctor.DoctorPaths;
import dev.floe.node.host.FloeVersion;
import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.MeshKeyFile;
import dev.floe.node.report.findings.DoctorFinding;
import dev.floe.node.report.findings.DoctorFinding.Severity;
import dev.floe.node.report.findings.DoctorTopic;

/** Plants one mistake after the other, and expects the finding with its remedy. */
class DoctorChecksTest {
    private final PlantedHost host = new PlantedHost();
    private DoctorPaths paths = PlantedHost.PATHS;

    @TempDir
    private Path directory;

    private List<DoctorFinding> run(DoctorCheck check) {
        return check.run(host, paths).stream().map(DoctorDiagnosis::finding).toList();
    }

    /** There is one finding that is not good; it is of this topic and says this. */
    private void expect(DoctorCheck check, DoctorTopic topic, String... words) {
        List<DoctorFinding> bad = run(check).stream().filter(each -> each.severity() != Severity.OK).toList();
        assertThat(bad).singleElement().satisfies(finding -> {
            assertThat(finding.topic()).hasValue(topic);
            assertThat(finding.message()).contains(words);
        });
    }

    private void expectNothing(DoctorCheck check) {
        assertThat(run(check)).allMatch(finding -> finding.severity() == Severity.OK);
    }

    @Test
    void nothingIsWrongBeforeAMistakeIsPlanted() {
        for (DoctorCheck check : List.of(new PlaceCheck(), new ClockCheck(), new NodeCheck(), new LinkCheck(),
                new CompilerCheck(), new CompilerLinksCheck(), new CcacheCheck(), new SpaceCheck())) {
            expectNothing(check);
        }
    }

    @Test
    void findsThatProcIsNotMounted() {
        host.texts.clear();
        expect(new PlaceCheck(), DoctorTopic.NO_PROC, "/proc is not mounted", "mount it");
    }

    @Test
    void knowsAChroot() {
        host.texts.put(Path.of("/proc/self/mountinfo"), "1 0 8:1 / /proc rw - proc proc rw\n");
        expect(new PlaceCheck(), DoctorTopic.CHROOT, "FLOE_SOCKET");
    }

    @Test
    void findsAContainerWithoutTheSocket() {
        host.files.put(Path.of("/run/.containerenv"), new FileFacts(0, 0600, PlantedHost.NOW));
        expectNothing(new PlaceCheck());
        host.files.remove(paths.socket());
        expect(new PlaceCheck(), DoctorTopic.CONTAINER_SOCKET, "mount its directory", "FLOE_SOCKET");
        host.executables.remove(Path.of("/usr/bin/gcc"));
        expectNothing(new PlaceCheck()); // a container that only executes
    }

    @Test
    void findsThatTheWrapperIsMissing() {
        host.executables.remove(paths.wrapper());
        expect(new PlaceCheck(), DoctorTopic.NO_WRAPPER, "is missing", "scripts/install");
    }

    @Test
    void findsAClockInThePastOfTheFiles() {
        host.files.put(paths.wrapper(), new FileFacts(0, 0755, PlantedHost.NOW.plusSeconds(3600)));
        expect(new ClockCheck(), DoctorTopic.CLOCK_PAST, "2026-11-29T13:00:00Z", "timedatectl");
    }

    @Test
    void findsWhichSettingForbidsUserNamespaces() {
        host.sandboxFailure = Optional.of("cannot make a user namespace: Permission denied; user namespaces seem");
        expect(new SandboxCheck(), DoctorTopic.USER_NAMESPACES, "Permission denied");
        host.texts.put(Path.of("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"), "1\n");
        expect(new SandboxCheck(), DoctorTopic.APPARMOR, "AppArmor", "profile for the Java that starts floe-run");
        host.texts.put(Path.of("/proc/sys/user/max_user_namespaces"), "0\n");
        expect(new SandboxCheck(), DoctorTopic.USER_NAMESPACES, "sysctl -w user.max_user_namespaces=");
        host.texts.put(Path.of("/proc/sys/kernel/unprivileged_userns_clone"), "0\n");
        expect(new SandboxCheck(), DoctorTopic.USER_NAMESPACES, "sysctl -w kernel.unprivileged_userns_clone=1");
    }

    @Test
    void findsThatTheMachineIsInNoMesh() {
        expect(new MeshKeyCheck(), DoctorTopic.NO_MESH, "floe mesh create", "floe mesh join");
    }

    @Test
    void aUserOfTheSystemsNodeIsInItsMesh() {
        Path socket = Path.of("/run/floe/node.sock");
        host.files.put(socket, new FileFacts(7079, 0666, PlantedHost.NOW));
        paths = new DoctorPaths(socket, paths.meshKey(), paths.data(), paths.wrapper());
        host.answers.put("mesh", List.of("0123456789abcdef quiet-otter"));
        assertThat(run(new MeshKeyCheck())).isEmpty();
        assertThat(run(new NodeCheck())).filteredOn(finding -> finding.part().equals("mesh")).singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.OK);
                    assertThat(finding.message()).startsWith("quiet-otter");
                });
        host.answers.put("mesh", List.of("none"));
        expect(new NodeCheck(), DoctorTopic.NO_MESH, "the node, which another user runs, is in none");
    }

    private MeshKey key() throws IOException {
        MeshKey key = MeshKey.create("quiet-otter");
        Path file = directory.resolve("mesh.key");
        new MeshKeyFile(file).write(new JoinToken(key, List.of(), Optional.empty()));
        paths = new DoctorPaths(paths.socket(), file, paths.data(), paths.wrapper());
        host.files.put(file, new FileFacts(PlantedHost.USER, 0600, PlantedHost.NOW));
        return key;
    }

    @Test
    void findsAKeyThatIsOpenToOthersAndClosesIt() throws IOException {
        key();
        expectNothing(new MeshKeyCheck());
        Files.setPosixFilePermissions(paths.meshKey(), PosixFilePermissions.fromString("rw-r--r--"));
        host.files.put(paths.meshKey(), new FileFacts(PlantedHost.USER, 0644, PlantedHost.NOW));
        expect(new MeshKeyCheck(), DoctorTopic.MESH_KEY, "chmod 600");
        new MeshKeyCheck().run(host, paths).getFirst().fix().orElseThrow().action().run();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(paths.meshKey())))
                .isEqualTo("rw-------");
    }

    @Test
    void findsThatTheKeyHasChangedWhileTheNodeRuns() throws IOException {
        MeshKey key = key();
        host.answers.put("mesh", List.of(key.id() + " quiet-otter"));
        expectNothing(new NodeCheck());
        host.answers.put("mesh", List.of("0123456789abcdef old"));
        expect(new NodeCheck(), DoctorTopic.KEY_CHANGED, "it runs in another mesh (old", "restart it");
        host.answers.put("mesh", List.of("none"));
        expect(new NodeCheck(), DoctorTopic.KEY_CHANGED, "was started before this machine joined", "restart it");
    }

    @Test
    void findsThatNoNodeAnswersAndRemovesTheSocketThatWasLeft() throws IOException {
        Path socket = Files.createFile(directory.resolve("node.sock"));
        paths = new DoctorPaths(socket, paths.meshKey(), paths.data(), paths.wrapper());
        host.files.put(socket, new FileFacts(PlantedHost.USER, 0700, PlantedHost.NOW));
        host.silence = Optional.of("no node answers at X: the one that listened there has ended");
        expect(new NodeCheck(), DoctorTopic.NO_NODE, "no node answers");
        new NodeCheck().run(host, paths).getFirst().fix().orElseThrow().action().run();
        assertThat(socket).doesNotExist();
    }

    @Test
    void findsASocketOfAnotherUser() {
        host.files.put(paths.socket(), new FileFacts(1001, 0777, PlantedHost.NOW));
        expect(new NodeCheck(), DoctorTopic.SOCKET_OWNER, "another user (1001)", "floe node");
    }

    @Test
    void findsASocketWithoutPermission() {
        paths = new DoctorPaths(Path.of("/run/floe/node.sock"), paths.meshKey(), paths.data(), paths.wrapper());
        host.files.put(paths.socket(), new FileFacts(999, 0700, PlantedHost.NOW));
        expect(new NodeCheck(), DoctorTopic.SOCKET_OWNER, "may not be used by this user (mode 700)", "/run/floe");
        host.files.put(paths.socket(), new FileFacts(999, 0777, PlantedHost.NOW));
        host.answers.put("mesh", List.of("0123456789abcdef quiet-otter"));
        expectNothing(new NodeCheck());
    }

    @Test
    void findsThatTheRuntimeDirectoryAndThePortsAreNotThere() {
        host.silence = Optional.of("no node answers at X; start one with: floe node");
        host.environment.put("XDG_RUNTIME_DIR", "/run/user/1000");
        host.files.remove(Path.of("/run/user/1000"));
        host.bindFailures.put(7080, "Address already in use");
        assertThat(run(new NodeCheck())).extracting(finding -> finding.topic().orElseThrow())
                .containsExactly(DoctorTopic.NO_NODE, DoctorTopic.RUNTIME_DIRECTORY, DoctorTopic.PORT_TAKEN);
        assertThat(run(new NodeCheck())).extracting(DoctorFinding::message).anyMatch(text -> text
                .contains("XDG_RUNTIME_DIR is /run/user/1000, which does not exist"))
                .anyMatch(text -> text.contains("port 7080 cannot be opened") && text.contains("--listen"));
    }

    @Test
    void findsThatTheNodeIsOfAnotherReleaseThanTheProgram() {
        host.answers.put("process", List.of("version " + FloeVersion.read(), "process 7"));
        expectNothing(new NodeCheck());
        host.answers.put("process", List.of("version 0.1.9", "process 7"));
        expect(new NodeCheck(), DoctorTopic.OLD_NODE, "of release 0.1.9", FloeVersion.read(), "floe restart");
        host.answers.put("process", List.of("error: this node, version 0.1.0, does not know the request [process]"));
        expectNothing(new NodeCheck());
    }

    @Test
    void aPortOfThisUserIsLikelyThatOfANodeThatStarts() {
        host.silence = Optional.of("no node answers at X; start one with: floe node");
        host.bindFailures.put(7080, "Address already in use");
        host.listeners.put(7080, PlantedHost.USER);
        assertThat(run(new NodeCheck())).extracting(DoctorFinding::message).last(STRING)
                .contains("has another address", "floe doctor again").doesNotContain("another program", "--listen");
        host.listeners.put(7080, 33L);
        assertThat(run(new NodeCheck())).extracting(DoctorFinding::message).last(STRING)
                .contains("another program", "of the user 33", "--listen");
    }

    @Test
    void printsWhatTheNodeFinds() {
        host.answers.put("doctor-own", List.of(DoctorFinding.problem(DoctorTopic.DATA_PORT, "network", "x").encode()));
        expect(new NodeCheck(), DoctorTopic.DATA_PORT, "x");
    }

    @Test
    void findsANodeOfAnOlderRelease() {
        host.answers.put("doctor-own", List.of("error: this node does not know the request [doctor-own]"));
        expect(new NodeCheck(), DoctorTopic.OLD_NODE, "older release", "restart it");
    }

    @Test
    void findsAnInterfaceWithASmallMtu() {
        host.networkLinks.add(new NetworkLink("wg0", 1200, true));
        expect(new LinkCheck(), DoctorTopic.MTU, "wg0", "1200", "ip link set wg0 mtu 1280");
    }

    @Test
    void findsThatThereIsNoCompiler() {
        host.executables.remove(Path.of("/usr/bin/gcc"));
        expect(new CompilerCheck(), DoctorTopic.NO_COMPILER, "install one");
    }

    @Test
    void findsACompilerThatCannotBeUsed() {
        host.compilerObstacle = Optional.of("is not a program but a script; what it compiles stays local");
        expect(new CompilerCheck(), DoctorTopic.COMPILER, "/usr/bin/gcc", "a script");
    }

    @Test
    void findsThatTheLinksAreNotInPath() {
        host.environment.put("PATH", "/usr/bin");
        expect(new CompilerLinksCheck(), DoctorTopic.PATH_WITHOUT_LINKS, "PATH=/opt/floe/lib/floe/compilers:$PATH");
    }

    @Test
    void findsThatTheLinksAreInPathTwice() {
        host.environment.put("PATH", "/opt/floe/lib/floe/compilers:/opt/floe/lib/floe/compilers:/usr/bin");
        expect(new CompilerLinksCheck(), DoctorTopic.PATH_LINKS_TWICE, "more than once", "leave one");
    }

    @Test
    void findsThatTheLinksAreBehindTheCompilers() {
        host.environment.put("PATH", "/usr/bin:/opt/floe/lib/floe/compilers");
        expect(new CompilerLinksCheck(), DoctorTopic.PATH_LINKS_BEHIND, "behind /usr/bin/gcc",
                "PATH=/opt/floe/lib/floe/compilers:$PATH");
    }

    private void addCcache() {
        host.executables.add(Path.of("/usr/lib/ccache/gcc"));
        host.links.put(Path.of("/usr/lib/ccache/gcc"), Path.of("/usr/bin/ccache"));
    }

    @Test
    void findsCcacheBehindFloe() {
        addCcache();
        host.environment.put("PATH", "/opt/floe/lib/floe/compilers:/usr/lib/ccache:/usr/bin");
        expect(new CcacheCheck(), DoctorTopic.CCACHE_ORDER, "Floe's links come before ccache's", "CCACHE_PREFIX=");
    }

    @Test
    void findsCcacheThatDoesNotCallFloe() {
        addCcache();
        host.environment.put("PATH", "/usr/lib/ccache:/usr/bin");
        expect(new CcacheCheck(), DoctorTopic.CCACHE_ORDER, "does not call Floe",
                "set CCACHE_PREFIX=/opt/floe/bin/floe-cc");
        host.environment.put("CCACHE_PREFIX", "/opt/floe/bin/floe-cc");
        expectNothing(new CcacheCheck());
    }

    @Test
    void findsAPrefixThatIsNotInPath() {
        host.environment.put("CCACHE_PREFIX", "floe-cc");
        expect(new CcacheCheck(), DoctorTopic.CCACHE_PREFIX, "is not in PATH", "/opt/floe/bin/floe-cc");
    }

    @Test
    void findsADiskThatIsNearlyFull() {
        host.free = 1L << 30;
        expect(new SpaceCheck(), DoctorTopic.DISK_SPACE, "1024 MiB free", "--data-dir");
        host.writable = false;
        expect(new SpaceCheck(), DoctorTopic.DISK_SPACE, "not writable");
    }
}
