package dev.floe.node.cli.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HelpDocumentTest {
    private static final HelpDocument PAGE = HelpDocument.parse("""
            # Page

            What it is.

            ## One

            First.

            ```sh
            # no heading
            ```

            ### <a id="below"></a>Below

            Deep.

            ## Two

            Second.
            """);

    @Test
    void theIntroductionEndsAtTheFirstSection() {
        assertThat(PAGE.introduction()).isEqualTo("Page\n\nWhat it is.\n");
    }

    @Test
    void aSectionHasThoseBelowIt() {
        assertThat(PAGE.section("One")).contains("First.", "# no heading", "Below", "Deep.").doesNotContain("Second");
        assertThatThrownBy(() -> PAGE.section("Three")).hasMessageContaining("Three");
    }

    @Test
    void findsASectionByItsAnchor() {
        assertThat(PAGE.anchored("below")).hasValue("Below\n\nDeep.\n");
        assertThat(PAGE.anchored("above")).isEmpty();
        assertThat(PAGE.anchored("")).isEmpty();
        assertThat(PAGE.anchors()).containsExactly("below");
    }
}
