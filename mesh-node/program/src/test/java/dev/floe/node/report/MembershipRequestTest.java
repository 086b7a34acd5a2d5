package dev.floe.node.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.node.membership.MembershipService.KnownMember;

class MembershipRequestTest {
    private static final List<KnownMember> MEMBERS = List.of(
            new KnownMember("0123456789abcdef0123", "desk", "10.0.0.2:7080"),
            new KnownMember("fedcba9876543210fedc", "attic", ""));

    @Test
    void listsTheMembersBelowTheNamesOfTheColumns() throws IOException {
        List<String> lines = new ArrayList<>();
        MembershipRequest.members(MEMBERS, List.of("old"), false, lines::add);
        assertThat(lines).containsExactly(
                "NAME   KEY               ADDRESS",
                "desk   0123456789abcdef  10.0.0.2:7080",
                "attic  fedcba9876543210  away",
                "old    none              of a release without keys of its own");
    }

    @Test
    void programsGetNoNamesOfColumns() throws IOException {
        List<String> lines = new ArrayList<>();
        MembershipRequest.members(MEMBERS, List.of(), true, lines::add);
        assertThat(lines).hasSize(2).allMatch(line -> line.startsWith("{"));
    }
}
