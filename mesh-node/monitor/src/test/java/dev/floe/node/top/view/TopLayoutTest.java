package dev.floe.node.top.view;

import static dev.floe.node.top.view.MeshFixture.press;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.node.top.feed.TopModel;
import dev.floe.node.top.feed.WatchLine;
import dev.floe.node.top.terminal.DisplayText;
import dev.floe.node.top.terminal.FrameDiff;
import dev.floe.node.top.terminal.KeyPress;
import dev.floe.node.watch.SimulatedMesh;

final class TopLayoutTest {
    private final TopModel model = MeshFixture.model();
    private final TopView view = new TopView();

    private List<String> lines(int rows, int columns) {
        return TopLayout.draw(model, view, rows, columns).lines();
    }

    @Test
    void showsTheMeshIn80Columns() {
        assertThat(String.join("\n", lines(24, 80))).isEqualTo("""
                floe top  mesh office  through desk  3 nodes
                18 slots  4 busy  10 free  4 do not execute  2 waiting  12.4 jobs/s  41.5 % hits
                4711 jobs  3000 remote  1500 cached  211 local              █ 2 min, most 12.4/s
                desk at 10.0.0.1:7081, x86_64, 0.1.0
                > nodes 3   slots         busy wait speed  load  free  done    in   out note
                a desk *    [Ab......]     2/8    1  1.07   1.3  8.0G     4  3.0M  1.5K
                b pc2       [a+....]       2/6    1  1.50   5.5  1.0M  1.2M     0  2.0G its dis…
                c pi        [....]         0/4    0  0.20           0                   another…
                  running 4                     submitter executor  step       seconds predicted
                a /home/user/project/src/a.c    desk      pc2       run            1.2       0.9
                A /home/user/project/src/b.c    desk      desk      local-run     1m01         -
                b c.c                           pc2       desk      upload         0.0       4.0
                a d.c                           desk                parse          0.0         -






                  ended 3                      submitter executor  where  seconds why
                a z.c                          desk      pc2       remote     0.7 miss: not kno…
                a gcc -o prog z.o              desk      desk      local      0.1 links or make…
                b wrong.c                      pc2       pc2       local      0.0 exit code 1; …
                q quit  ? help  Tab list  s order: name  / filter  n node  b build  r reasons  p""");
    }

    @Test
    void showsMoreWhereThereIsRoom() {
        assertThat(String.join("\n", lines(20, 200))).isEqualTo(
                """
                        floe top  mesh office  through desk  3 nodes
                        18 slots  4 busy  10 free  4 do not execute  2 waiting  12.4 jobs/s  41.5 % hits  2m03 CPU saved
                        4711 jobs  3000 remote  1500 cached  211 local                                                                                                                                      █ 2 min, most 12.4/s
                        desk at 10.0.0.1:7081, x86_64, 0.1.0
                        > nodes 3   slots         busy wait speed  load  free  done    in   out note                                                                                                           version submitted
                        a desk *    [Ab......]     2/8    1  1.07   1.3  8.0G     4  3.0M  1.5K                                                                                                                0.1.0          10
                        b pc2       [a+....]       2/6    1  1.50   5.5  1.0M  1.2M     0  2.0G its disk is full                                                                                               0.1.0           1
                        c pi        [....]         0/4    0  0.20           0                   another release; sends no samples                                                                              0.0.9
                          running 4                                                                                                      submitter          executor           step       seconds predicted build
                        a /home/user/project/src/a.c                                                                                     desk               pc2                run            1.2       0.9 b1
                        A /home/user/project/src/b.c                                                                                     desk               desk               local-run     1m01         - b1
                        b c.c                                                                                                            pc2                desk               upload         0.0       4.0 b2
                        a d.c                                                                                                            desk                                  parse          0.0         - b1



                          ended 1-2 of 3                               submitter executor           where  seconds why                                                                                          build
                        a z.c                                          desk      pc2                remote     0.7 miss: not known; after pi (refused: full)                                                    b1
                        a gcc -o prog z.o                              desk      desk               local      0.1 links or makes no object                                                                     b1
                        q quit  ? help  Tab list  s order: name  / filter  n node  b build  r reasons  p hold still""");
    }

    @Test
    void everySizeCanBeDrawn() {
        for (TopView.TopPage page : TopView.TopPage.values()) {
            for (int rows = 1; rows < 40; rows++) {
                for (int columns : new int[]{1, 2, 5, 20, 37, 80, 300}) {
                    assertThat(lines(rows, columns)).as(page + " " + rows + "x" + columns).hasSize(rows)
                            .allMatch(line -> DisplayText.width(line) <= columns);
                }
            }
            press(model, view, page == TopView.TopPage.MESH ? "r" : "?");
        }
    }

    @Test
    void theWholeBodyIsUsed() {
        for (int body = 0; body < 100; body++) {
            int[] heights = TopLayout.heights(ShownRows.of(model, view), body);
            assertThat(heights[0] + heights[1] + heights[2]).as("of %d rows", body).isEqualTo(body);
            assertThat(Arrays.stream(heights)).as("of %d rows", body).allMatch(height -> height >= 0);
        }
    }

    @Test
    void saysWhyTheNodeDoesNotAnswer() {
        model.lose("no node answers at /run/floe/node.sock; start one with: floe node; trying again");
        assertThat(lines(24, 120).get(3)).startsWith("no node answers at /run/floe/node.sock; start one");
        assertThat(lines(24, 120)).as("what is known stays").anyMatch(line -> line.contains("pc2"));
    }

    @Test
    void saysWhatIsLeftOut() {
        press(model, view, "/desk");
        assertThat(lines(24, 80).get(3)).startsWith("show what contains: desk_");
        press(model, view, KeyPress.of(KeyPress.Name.ENTER));
        press(model, view, "np");
        assertThat(lines(24, 80).get(3))
                .isEqualTo("HELD STILL (p: continue), containing \"desk\", node desk alone");
    }

    @Test
    void showsReasonsWithWhatToDo() {
        press(model, view, "r");
        assertThat(lines(14, 50)).containsSequence("Why jobs ran locally, and what to do", "",
                "     200  links or makes no object", "          nothing to do: links need files of this",
                "          machine", "", "      11  it is done first here");
    }

    @Test
    void helpNamesEveryKey() {
        press(model, view, "?");
        String help = String.join("\n", lines(60, 100));
        for (String key : List.of("q,", "Tab", "s, S", "/ ", "n, Enter", "b, Enter", "Escape", "r ", "p, Space", "?")) {
            assertThat(help).contains("  " + key);
        }
    }

    @Test
    void aPageOfALongListIsShown() throws IOException {
        SimulatedMesh mesh = new SimulatedMesh(1, 40, 4, Duration.ofSeconds(1));
        mesh.advance(Duration.ofMillis(500));
        model.receive(WatchLine.parse(mesh.snapshotLine()));
        assertThat(lines(24, 80)).anyMatch(line -> line.startsWith("> nodes 1-8 of 40"));
        press(model, view, KeyPress.of(KeyPress.Name.END));
        assertThat(lines(24, 80)).anyMatch(line -> line.startsWith("> nodes 33-40 of 40"));
    }

    @Test
    void hostileNamesAreHarmless() throws IOException {
        model.receive(WatchLine
                .parse("""
                        {"snapshot":{"self":"a\\u001b[2J","mesh":"\\u009b31m","totals":{},"nodes":[{"name":"\\u202enode","watched":true,
                        "trouble":"x\\ny"}],"running":[{"id":"1","source":"evil\\u001b]0;title\\u0007.c","step":"\\r\\n\\t"}],
                        "recent":[{"id":"2","source":"\\ud800\\u0301漢字.c","reason":"\\u001b[?1049l"}],
                        "reasons":[{"reason":"\\u001bc","advice":"\\u0000"}]}}"""
                        .replace("\n", "")));
        for (TopView.TopPage page : TopView.TopPage.values()) {
            String bytes = FrameDiff.of(null, TopLayout.draw(model, view, 30, 120), true);
            assertThat(bytes.replaceAll("\033\\[[0-9;]*[HCJKm]", "").codePoints()).as(page.name())
                    .noneMatch(Character::isISOControl);
            press(model, view, page == TopView.TopPage.MESH ? "r" : "?");
        }
    }
}
