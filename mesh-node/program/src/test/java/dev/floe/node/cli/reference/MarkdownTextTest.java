package dev.floe.node.cli.reference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkdownTextTest {
    private static String render(String markdown) {
        return MarkdownText.render(markdown.lines().toList());
    }

    @Test
    void joinsAndWrapsParagraphsWithoutMarks() {
        assertThat(render("A **bold** word,\nsome `code` and [a link](there.md#x).\n"))
                .isEqualTo("A bold word, some code and a link.\n");
        assertThat(render("word ".repeat(40)).lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81))
                .hasSize(3);
    }

    @Test
    void putsTheCellsOfATableBelowEachOther() {
        assertThat(render("| name | meaning |\n| --- | --- |\n| `A` | one |\n| `B` | a \\| b |\n"))
                .isEqualTo("A\n      one\n  B\n      a | b\n".indent(0).stripLeading());
    }

    @Test
    void leavesCodeAsItIs() {
        assertThat(render("Run:\n\n    floe  node | cat\n\n```sh\nfloe `x`\n```\n"))
                .isEqualTo("Run:\n\n    floe  node | cat\n\n    floe `x`\n");
    }

    @Test
    void leavesCommentsAndAnchorsOut() {
        assertThat(render("<!-- output: x -->\n<a id=\"y\"></a>**Y.** Text.\n<!-- end -->\n")).isEqualTo("Y. Text.\n");
    }
}
