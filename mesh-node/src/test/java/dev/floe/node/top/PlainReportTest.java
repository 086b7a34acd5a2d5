package dev.floe.node.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;

import org.junit.jupiter.api.Test;

final class PlainReportTest {
    @Test
    void printsTheSameNumbers() throws IOException {
        assertThat(String.join("\n", PlainReport.lines(MeshFixture.LINE))).isEqualTo("""
                TODOPLAIN""".stripTrailing());
    }

    @Test
    void theJsonIsTheSnapshotItself() throws IOException {
        JsonFields snapshot = JsonFields.parse(PlainReport.json(MeshFixture.LINE));
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
        assertThat(Amounts.bytes(0)).isEqualTo("0");
        assertThat(Amounts.bytes(1023)).isEqualTo("1023");
        assertThat(Amounts.bytes(1536)).isEqualTo("1.5K");
        assertThat(Amounts.bytes(10L << 30)).isEqualTo("10G");
        assertThat(Amounts.bytes(Long.MAX_VALUE)).isEqualTo("8192P");
        assertThat(Amounts.millis(61_000)).isEqualTo("1m01");
        assertThat(Amounts.millis(250)).isEqualTo("0.3");
        assertThat(Amounts.seconds(3660)).isEqualTo("1h01");
    }
}
