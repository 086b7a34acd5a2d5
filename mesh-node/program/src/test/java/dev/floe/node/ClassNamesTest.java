package dev.floe.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

/** The names of all types in the main code: most have several words, and one name means one thing. */
final class ClassNamesTest {
    private static final int MAX_ONE_WORD_PERCENT = 15;
    /** To be lowered when one of them is renamed. */
    private static final int MAX_HOMONYMS = 3;
    private static final Pattern ONE_WORD = Pattern.compile("[A-Z][a-z0-9]*");
    private static final Pattern DECLARATION = Pattern.compile(
            "(?<![\\w.])(?:class|interface|record|enum)\\s+([A-Z]\\w*)");

    private final List<Path> sources = MainSources.all();

    @Test
    void fewClassNamesHaveOneWord() {
        List<String> names = topLevel();
        List<String> oneWord = names.stream().filter(name -> ONE_WORD.matcher(name).matches()).toList();
        assertThat(names).hasSizeGreaterThan(400);
        assertThat(100 * oneWord.size()).as("names of one word: %s", oneWord)
                .isLessThanOrEqualTo(MAX_ONE_WORD_PERCENT * names.size());
    }

    @Test
    void aNameOfOneWordIsATermOfTheGlossary() throws IOException {
        String glossary = Files.readString(MainSources.root().resolve("docs/glossary.md"));
        assertThat(topLevel()).filteredOn(name -> ONE_WORD.matcher(name).matches() && !name.equals("Main"))
                .allSatisfy(name -> assertThat(glossary).contains("`" + name + "`"));
    }

    @Test
    void noTwoClassesHaveOneName() {
        assertThat(repeated(topLevel())).isEmpty();
    }

    @Test
    void fewNestedTypesShareTheirName() {
        List<String> all = sources.stream().flatMap(source -> DECLARATION.matcher(MainSources.code(source)).results())
                .map(declaration -> declaration.group(1)).toList();
        assertThat(repeated(all)).hasSizeLessThanOrEqualTo(MAX_HOMONYMS);
    }

    private List<String> topLevel() {
        return sources.stream().map(source -> String.valueOf(source.getFileName()).replace(".java", ""))
                .filter(name -> !name.equals("package-info")).toList();
    }

    private static Map<String, Long> repeated(List<String> names) {
        Map<String, Long> counts = names.stream()
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
        counts.values().removeIf(count -> count == 1);
        return counts;
    }
}
