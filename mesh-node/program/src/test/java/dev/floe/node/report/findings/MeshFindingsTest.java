package dev.floe.node.report.findings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.floe.node.builds.BuildSummary;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.ResultProof;
import dev.floe.node.mesh.GroupStatus;
import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.node.reach.PeerReach;

/** What is found about a mesh, its connections and its builds. */
class MeshFindingsTest {
    private static final GroupStatus WELL = status(3, Map.of());

    private static GroupStatus status(int members, Map<String, String> unreachable) {
        return new GroupStatus(members, true, Duration.ofSeconds(29), unreachable,
                new GroupStatus.Strangers(0, 7, null),
                null);
    }

    private static Peer peer(String name, String version, NodeCapabilities offering, boolean self) {
        return new Peer(new NodeInfo(StateVersion.NONE, NodeId.random(), name, "10.0.0.2", 7080,
                new MachineInfo("x86_64", 4, 1, 1L << 32, List.of()), offering, version, 1, 0), null, Duration.ZERO,
                self);
    }

    private static Peer peer(String name, boolean self) {
        return peer(name, "0.2.0", new NodeCapabilities(4, true, "", List.of(), 0), self);
    }

    private static void expect(List<DoctorFinding> findings, DoctorTopic topic, String... words) {
        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.topic()).hasValue(topic);
            assertThat(finding.message()).contains(words);
        });
    }

    private static List<DoctorFinding> of(Peer... peers) {
        return MeshFindings.of(Arrays.asList(peers), WELL, Optional.empty(), Set.of());
    }

    @Test
    void findsNothingInAMeshThatIsWell() {
        assertThat(of(peer("a", true), peer("b", false))).isEmpty();
    }

    @Test
    void aNodeThatWasExpelledSaysByWhomAndWhatToDo() {
        String said = "10.0.0.3:7080: this node was expelled from the mesh by attic";
        expect(MeshFindings.of(List.of(peer("a", true)), status(1, Map.of("10.0.0.3", "refused")), Optional.of(said),
                Set.of()), DoctorTopic.EXPELLED, said, "floe mesh invite", "floe mesh join --force INVITATION",
                "restart this node");
    }

    @Test
    void aNodeWhoseAddressIsGoneSaysWhatToDo() {
        assertThat(MeshFindings.ofAddress("10.0.0.2", true)).isEmpty();
        expect(MeshFindings.ofAddress("10.0.0.2", false).stream().toList(), DoctorTopic.OWN_ADDRESS, "10.0.0.2",
                "--listen", "restart this node");
    }

    @Test
    void aMeshThatHasJustBeenMadeIsNoProblem() {
        assertThat(MeshFindings.of(List.of(peer("a", true)), status(1, Map.of()), Optional.empty(), Set.of()))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(DoctorFinding.Severity.NOTE);
                    assertThat(finding.message()).contains("floe setup --join INVITATION");
                });
    }

    @Test
    void aNodeThatOnlyStrangersAnswerIsToldOfBothReasons() {
        expect(MeshFindings.alone(status(1, Map.of("10.0.0.3:7079", "it belongs to another mesh (bad certificate)")))
                .stream().toList(), DoctorTopic.ALONE, "this mesh got a new key", "floe mesh info",
                "floe mesh join --force INVITATION");
        expect(MeshFindings.alone(status(1, Map.of("10.0.0.3:7079", "connection refused"))).stream().toList(),
                DoctorTopic.ALONE, "connection refused", "Is another node running there", "7079");
    }

    @Test
    void findsTwoHostsOfOneName() {
        expect(of(peer("debian", true), peer("debian", false)), DoctorTopic.SAME_NAME, "2 nodes are called debian",
                "--name");
    }

    @Test
    void findsACopyOfItsDataDirectory() {
        GroupStatus twin = new GroupStatus(3, true, Duration.ofSeconds(29), Map.of(),
                new GroupStatus.Strangers(0, 7, null), "copy");
        expect(MeshFindings.of(List.of(peer("a", true), peer("b", false)), twin, Optional.empty(), Set.of()),
                DoctorTopic.SAME_ID,
                "node copy has the same id", "remove node-id there");
    }

    @Test
    void findsOldNodes() {
        expect(of(peer("a", true), peer("b", "0.1.0", new NodeCapabilities(4, true, "", List.of(), 0), false)),
                DoctorTopic.OLD_NODE, "b (0.1.0) is behind", "0.2.0", "upgrade it");
    }

    @Test
    void findsThatNobodyOffersSlots() {
        expect(of(peer("a", true),
                peer("b", "0.2.0", new NodeCapabilities(0, true, "", List.of(), 0), false),
                peer("c", "0.2.0", new NodeCapabilities(4, false, "paused by its user", List.of(), 0), false)),
                DoctorTopic.NO_FREE_SLOTS, "b: has no slots", "c: paused by its user", "floe resume",
                "floe setup --share");
    }

    @Test
    void findsTwoMeshesOnOneLan() {
        expect(MeshFindings.of(List.of(peer("a", true), peer("b", false)), WELL, Optional.empty(), Set.of("10.0.0.9")),
                DoctorTopic.TWO_MESHES, "10.0.0.9", "floe mesh join");
        List<DoctorFinding> alone = MeshFindings.of(List.of(peer("a", true)), status(1, Map.of("10.0.0.3", "refused")),
                Optional.empty(),
                Set.of("10.0.0.9"));
        assertThat(alone).extracting(finding -> finding.topic().orElseThrow())
                .containsExactly(DoctorTopic.ALONE, DoctorTopic.TWO_MESHES);
        assertThat(alone.getFirst().message()).contains("10.0.0.3: refused", "29 s");
    }

    @Test
    void findsNamesWithoutAnAddress() {
        expect(MeshFindings.ofNames(Map.of("buildbox", "the resolver does not know it")), DoctorTopic.PEER_NAME,
                "buildbox", "--join", "floe mesh invite");
    }

    private static PeerReach reach(Optional<String> group, Optional<String> data,
            PeerReach.@Nullable ReverseReach answer) {
        return new PeerReach("b", "10.0.0.2", 7080, group, data, Optional.ofNullable(answer));
    }

    @Test
    void findsEachOfTheTwoPortsInEachDirection() {
        PeerReach.ReverseReach fine = new PeerReach.ReverseReach("", "", Duration.ofSeconds(1), false);
        assertThat(ReachFindings.of(List.of(reach(Optional.empty(), Optional.empty(), fine)))).isEmpty();
        expect(ReachFindings.of(List.of(reach(Optional.empty(), Optional.of("timed out"), null))),
                DoctorTopic.DATA_PORT, "10.0.0.2:7080", "cannot be reached from here: timed out", "Open this TCP port");
        expect(ReachFindings.of(List.of(reach(Optional.of("timed out"), Optional.empty(), fine))),
                DoctorTopic.GROUP_PORT, "10.0.0.2:7079", "Open this TCP port");
        expect(ReachFindings.of(List.of(reach(Optional.empty(), Optional.empty(),
                new PeerReach.ReverseReach("", "timed out", Duration.ZERO, false)))), DoctorTopic.OWN_DATA_PORT,
                "b cannot reach the data port of this machine", "on this machine");
        expect(ReachFindings.of(List.of(reach(Optional.empty(), Optional.empty(),
                new PeerReach.ReverseReach("timed out", "", Duration.ZERO, false)))), DoctorTopic.OWN_GROUP_PORT,
                "b cannot reach the group's port of this machine");
    }

    @Test
    void portsAreNoProblemWhileOneSideHoldsConnectionsOpenForTheOther() {
        List<DoctorFinding> findings = ReachFindings.of(List.of(reach(Optional.of("timed out"), Optional.empty(),
                new PeerReach.ReverseReach("", "timed out", Duration.ofSeconds(-90), false))), _ -> true);
        assertThat(findings).extracting(DoctorFinding::severity).containsExactly(DoctorFinding.Severity.NOTE,
                DoctorFinding.Severity.NOTE, DoctorFinding.Severity.PROBLEM);
        assertThat(findings.getFirst().message()).contains("connections that the other side opens", "Open this TCP")
                .doesNotContain("may split");
    }

    @Test
    void findsClocksThatAreOff() {
        expect(ReachFindings.of(List.of(reach(Optional.empty(), Optional.empty(),
                new PeerReach.ReverseReach("", "", Duration.ofSeconds(-90), false)))), DoctorTopic.CLOCK_SKEW,
                "90 s behind", "NTP");
    }

    @Test
    void findsAPathThatDropsLargePackets() {
        expect(ReachFindings.of(List.of(reach(Optional.empty(), Optional.empty(),
                new PeerReach.ReverseReach("", "", Duration.ZERO, true)))), DoctorTopic.MTU, "large packets",
                "mtu 1280");
    }

    private static JobRecord job(int number, Instant started, Duration total) {
        return new JobRecord("j" + number, started, "a.c", "", "/p", List.of(), JobRecord.Decision.LOCAL, "link step",
                "a", 0, total, Map.of(), Map.of(), Duration.ZERO, List.of(), "", 0, 0, 0, 0, "", Duration.ZERO,
                ResultProof.NONE, "a", "build-1");
    }

    private static List<JobRecord> jobs(Duration pause, Duration total) {
        List<JobRecord> jobs = new ArrayList<>();
        Instant start = Instant.parse("2026-11-29T12:00:00Z");
        for (int i = 0; i < 10; i++) {
            jobs.add(job(i, start.plus(pause.multipliedBy(i)), total));
        }
        return jobs;
    }

    @Test
    void findsABuildThatRanOneJobAtATime() {
        List<JobRecord> serial = jobs(Duration.ofSeconds(2), Duration.ofSeconds(2));
        expect(BuildFindings.serial(serial).stream().toList(), DoctorTopic.SERIAL_BUILD, "build-1", "floe run -- make",
                "floe capacity");
        assertThat(BuildFindings.serial(jobs(Duration.ofSeconds(2), Duration.ofSeconds(3)))).isEmpty();
        assertThat(BuildFindings.serial(serial.subList(0, 7))).isEmpty();
        assertThat(BuildFindings.mostAtOnce(jobs(Duration.ofSeconds(1), Duration.ofSeconds(3)))).isEqualTo(3);
    }

    private static Optional<BuildSummary> summary(int local, int remote) {
        Instant now = Instant.EPOCH;
        return Optional.of(new BuildSummary("build-1", "a", "/p", now, now, Duration.ZERO, local + remote, remote, 0,
                local, Map.of("no node is eligible", local), Map.of(), Duration.ZERO, Duration.ZERO, List.of(),
                Map.of(), 0, 0));
    }

    @Test
    void findsABuildOfWhichNothingLeft() {
        Roster two = new Roster(List.of(peer("a", true), peer("b", false)));
        expect(BuildFindings.nothingRemote(summary(20, 0), two).stream().toList(), DoctorTopic.NOTHING_REMOTE,
                "build-1, 20 jobs", "the reason of 20: no node is eligible", "floe explain");
        assertThat(BuildFindings.nothingRemote(summary(20, 1), two)).isEmpty();
        assertThat(BuildFindings.nothingRemote(summary(20, 0), new Roster(List.of(peer("a", true))))).isEmpty();
        assertThat(BuildFindings.nothingRemote(Optional.empty(), two)).isEmpty();
    }
}
