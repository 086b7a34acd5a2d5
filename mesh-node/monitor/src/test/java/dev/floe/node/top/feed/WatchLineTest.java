package dev.floe.node.top.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.node.top.feed.WatchedMesh.EndedRow;
import dev.floe.node.top.feed.WatchedMesh.MeshMember;
import dev.floe.node.top.view.MeshFixture;

final class WatchLineTest {
    private static WatchedMesh mesh() {
        return MeshFixture.line() instanceof WatchLine.WholeMesh(WatchedMesh mesh) ? mesh : fail();
    }

    private static WatchedMesh fail() {
        throw new AssertionError("no snapshot");
    }

    @Test
    void readsASnapshot() {
        WatchedMesh mesh = mesh();
        assertThat(mesh.self()).isEqualTo("desk");
        assertThat(mesh.totals().slots()).isEqualTo(18);
        assertThat(mesh.totals().jobsPerSecond()).isEqualTo(12.44);
        assertThat(mesh.totals().jobs()).isEqualTo(new WatchedMesh.Outcomes(4711, 3000, 1500, 211));
        assertThat(mesh.nodes()).extracting(MeshMember::name).containsExactly("desk", "pi", "pc2");
        assertThat(mesh.nodes().getFirst().executed().bytesReceived()).isEqualTo(3145728);
        assertThat(mesh.nodes().get(1).condition())
                .isEqualTo(new WatchedMesh.Condition(false, "another release", "", false, false, false));
        assertThat(mesh.running().getFirst()).isEqualTo(new WatchedMesh.RunningRow(
                new WatchedMesh.JobIdentity("desk/17", "b1", "/home/user/project/src/a.c", "desk"), "pc2", "run",
                1200, 900));
        assertThat(mesh.reasons().getFirst().count()).isEqualTo(200);
    }

    @Test
    void anEndedJobSaysWhyAndWhoRefusedIt() {
        assertThat(mesh().recent()).extracting(EndedRow::note).containsExactly(
                "miss: not known; after pi (refused: full)", "links or makes no object", "it is done first here");
    }

    @Test
    void aJobWithoutASourceIsKnownByItsCommand() {
        assertThat(mesh().recent().get(1).file()).isEqualTo("gcc -o prog z.o");
    }

    @Test
    void readsEndsAndRestarts() throws IOException {
        assertThat(WatchLine.parse("{\"ended\":[{\"id\":\"a/1\",\"submitter\":\"a\",\"exit\":2}]}"))
                .isEqualTo(new WatchLine.EndedJobRows(
                        List.of(new EndedRow(new WatchedMesh.JobIdentity("a/1", "", "", "a"), "", "", 2, 0, ""))));
        assertThat(WatchLine.parse("{\"restart\":true}")).isEqualTo(new WatchLine.Restart());
        assertThat(WatchLine.parse("{\"news\":1}")).isEqualTo(new WatchLine.UnknownLine());
    }

    @Test
    void fieldsOfOtherTypesHaveTheirDefaults() throws IOException {
        WatchLine line = WatchLine.parse("""
                {"snapshot":{"self":3,"nodes":[1,{"name":["x"],"slots":-5,"busy":1e300,"load":"high"}],"totals":7}}""");
        assertThat(line).isInstanceOfSatisfying(WatchLine.WholeMesh.class, snapshot -> {
            MeshMember node = snapshot.mesh().nodes().getFirst();
            assertThat(node.name()).isEmpty();
            assertThat(node.slots()).isEqualTo(new WatchedMesh.SlotCounts(0, Integer.MAX_VALUE, 0));
            assertThat(node.machine().load()).isZero();
        });
    }

    @Test
    void listsAndTextsAreBounded() throws IOException {
        String many = "{\"ended\":[" + "{\"id\":\"x\"},".repeat(5000) + "{}]}";
        assertThat(WatchLine.parse(many))
                .isInstanceOfSatisfying(WatchLine.EndedJobRows.class, ended -> assertThat(ended.jobs()).hasSize(2000));
        String text = "{\"ended\":[{\"source\":\"" + "x".repeat(100_000) + "\"}]}";
        assertThat(WatchLine.parse(text)).isInstanceOfSatisfying(WatchLine.EndedJobRows.class,
                ended -> assertThat(ended.jobs().getFirst().file()).hasSizeLessThanOrEqualTo(500));
    }

    @Test
    void refusesWhatIsNoJson() {
        for (String line : List.of("", "x", "[1]", "{\"snapshot\":{\"nodes\":[", "{\"snapshot\"",
                "{\"ended\":" + "[".repeat(100))) {
            assertThatThrownBy(() -> WatchLine.parse(line)).as(line).isInstanceOf(IOException.class);
        }
    }
}
