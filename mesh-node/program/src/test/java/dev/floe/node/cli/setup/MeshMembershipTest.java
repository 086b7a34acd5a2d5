package dev.floe.node.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.floe.node.mesh.security.JoinToken;
import dev.floe.node.mesh.security.MeshKey;

final class MeshMembershipTest {
    @Test
    void readsATokenWhereAnInvitationIsExpectedToo() {
        JoinToken token = new JoinToken(MeshKey.create("home"), List.of());
        assertThat(MeshMembership.token(token.encode()).key().id()).isEqualTo(token.key().id());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            '', there is nothing
            hello, 'neither an invitation nor a token of Floe, which begin with floe-invite1- and floe1-'
            /etc/floe/mesh.key, neither an invitation
            floe-invite2-AAAA, invitation: made by another version of Floe; this one reads floe-invite1-
            floe2-AAAA, token: made by another version of Floe
            floe1-AAAA, token: mistyped
            """)
    void saysWhatIsWrongWithAWord(String word, String problem) {
        assertThatIllegalArgumentException().isThrownBy(() -> MeshMembership.token(word))
                .withMessageContaining(problem);
    }
}
