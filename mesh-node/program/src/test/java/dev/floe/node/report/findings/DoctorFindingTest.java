package dev.floe.node.report.findings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DoctorFindingTest {
    @Test
    void printsTheSectionThatIsAboutIt() {
        assertThat(DoctorFinding.problem(DoctorTopic.DATA_PORT, "network", "closed").line())
                .isEqualTo("problem  network: closed [data-port]");
        assertThat(DoctorFinding.ok("mesh", "team").line()).isEqualTo("ok       mesh: team");
    }

    @Test
    void isReadAsItWasWritten() {
        DoctorFinding finding = DoctorFinding.note(DoctorTopic.CLOCK_SKEW, "network", "a: b");
        assertThat(DoctorFinding.decode(finding.encode())).hasValue(finding);
        DoctorFinding good = DoctorFinding.ok("mesh", "two\twords");
        assertThat(DoctorFinding.decode(good.encode())).hasValue(DoctorFinding.ok("mesh", "two words"));
        assertThat(DoctorFinding.decode("error: this node does not know the request")).isEmpty();
        assertThat(DoctorFinding.decode("")).isEmpty();
    }
}
