package dev.floe.node.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;

import org.junit.jupiter.api.Test;

import dev.floe.node.top.feed.WatchJsonFields;
import dev.floe.node.top.view.AmountFormat;
import dev.floe.node.top.view.MeshFixture;

final class PlainReportTest {
    @Test
    void printsTheSameNumbers() throws IOException {
        assertThat(String.join("\n", PlainReport.lines(MeshFixture.LINE))).isEqualTo(
                """
                        mesh office, through desk, 3 nodes
                        18 slots, 4 busy, 10 free, 4 do not execute, 2 waiting, 12.4 jobs/s, 41.5 % hits, 2m03 CPU saved
                        4711 jobs, 3000 remote, 1500 cached, 211 local

                        nodes: name, slots, busy, waiting, speed, load, free memory, done, in, out, submitted, version
                          a desk *           [Ab......] 2/8   1  1.07   1.3   8.0G      4   3.0M   1.5K     10  0.1.0
                          c pi               [....] 0/4   -  0.20     -      -      -      -      -      -  0.0.9  another release; sends no samples
                          b pc2              [a+....] 2/6   1  1.50   5.5   1.0M 1234567      0   2.0G      1  0.1.0  its disk is full

                        running: 4
                          desk           pc2            run           1.2s, predicted 0.9s  /home/user/project/src/a.c
                          desk           desk           local-run     1m01, predicted -  /home/user/project/src/b.c
                          pc2            desk           upload        0.0s, predicted 4.0s  c.c
                          desk           -              parse         0.0s, predicted -  d.c

                        ended: the last 3
                          desk           pc2            remote    0.7s  z.c  miss: not known; after pi (refused: full)
                          desk           desk           local     0.1s  gcc -o prog z.o  links or makes no object
                          pc2            pc2            local     0.0s  wrong.c  exit code 1; it is done first here

                        local: 2 reasons
                             200  links or makes no object; nothing to do: links need files of this machine
                              11  it is done first here""");
    }

    @Test
    void theJsonIsTheSnapshotItself() throws IOException {
        WatchJsonFields snapshot = WatchJsonFields.parse(PlainReport.json(MeshFixture.LINE));
        assertThat(snapshot.text("mesh")).isEqualTo("office");
        assertThat(snapshot.object("totals").number("jobsPerSecond")).isEqualTo(12.44);
        assertThat(snapshot.objects("nodes")).hasSize(3);
    }

    @Test
    void whatIsNoSnapshotIsSaid() {
        for (String line : new String[]{"{\"restart\":true}", "{}", "[]", ""}) {
            assertThatThrownBy(() -> PlainReport.lines(line)).as(line).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> PlainReport.json(line)).as(line).isInstanceOf(IOException.class);
        }
    }

    @Test
    void amountsAreShort() {
        assertThat(AmountFormat.bytes(0)).isEqualTo("0");
        assertThat(AmountFormat.bytes(1023)).isEqualTo("1023");
        assertThat(AmountFormat.bytes(1536)).isEqualTo("1.5K");
        assertThat(AmountFormat.bytes(10L << 30)).isEqualTo("10G");
        assertThat(AmountFormat.bytes(Long.MAX_VALUE)).isEqualTo("8192P");
        assertThat(AmountFormat.millis(61_000)).isEqualTo("1m01");
        assertThat(AmountFormat.millis(250)).isEqualTo("0.3");
        assertThat(AmountFormat.seconds(3660)).isEqualTo("1h01");
    }
}
