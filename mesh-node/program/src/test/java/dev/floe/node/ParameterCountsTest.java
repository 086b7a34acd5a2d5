package dev.floe.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

/**
 * Constructors and records of the main code have at most six parameters. Messages of a schema are excepted: a field
 * that moves into another message is another schema.
 */
final class ParameterCountsTest {
    private static final int MAX_PARAMETERS = 6;
    private static final int MAX_EXCEPTIONS = 10;
    /** Types with more parameters, and why. */
    private static final Map<String, String> EXCEPTIONS = Map.of(
            "JobRecord", "the fields of a line of the job log, as they are documented",
            "BuildSummary", "the fields of a line of the build log, as they are documented",
            "NodeConfig", "the options of the command line, as picocli reads them",
            "CacheStats", "counters that are only printed",
            "RunningJob", "the fields of a line of the job log, as they are documented",
            "HelloFrame", "the fields of the wrapper's HELLO frame",
            "SubstituteCompilerService", "the one place where its parts are put together",
            "NodeSample", "the fields of one message, WatchMessage.Sample",
            "JobTotals", "counters that are added up together",
            "FileStat", "the fields of struct stat that matter");
    private static final Pattern TYPE = Pattern.compile("(?<![\\w.])(?:class|enum|record)\\s+([A-Z]\\w*)");
    private static final Pattern RECORD = Pattern.compile(
            "((?:@Proto\\w*(?:\\([^)]*\\))?\\s+)*)(?:(?:public|private|static)\\s+)*record\\s+(\\w+)\\s*(?:<[^(]*>)?\\(");

    @Test
    void constructorsAndRecordsHaveFewParameters() {
        Set<String> many = new TreeSet<>();
        for (Path source : MainSources.all()) {
            many.addAll(withManyParameters(MainSources.code(source)));
        }
        assertThat(many).isSubsetOf(EXCEPTIONS.keySet());
        assertThat(EXCEPTIONS).hasSizeLessThanOrEqualTo(MAX_EXCEPTIONS);
        assertThat(EXCEPTIONS.keySet()).as("exceptions that are none any more").isSubsetOf(many);
    }

    @Test
    void countsParametersOfRecordsAndConstructors() {
        assertThat(withManyParameters("record A(int a, Map<String, List<B>> b, int c, int d, int e, int f) {}"))
                .isEmpty();
        assertThat(withManyParameters("record A(int a, Map<B, C> b, int c, int d, int e, int f, int g) {}"))
                .containsExactly("A");
        assertThat(withManyParameters("class B { private B(int a, int b, int c, int d, int e, int f, int g) {} }"))
                .containsExactly("B");
        assertThat(withManyParameters("class B { B b = new B(1, 2, 3, 4, 5, 6, 7); }")).isEmpty();
        assertThat(withManyParameters("@Proto\n@ProtoName(\"\")\nrecord C(int a, int b, int c, int d, int e, int f,"
                + " int g) { C(int a, int b, int c, int d, int e, int f, int g) {} }")).isEmpty();
    }

    private static Set<String> withManyParameters(String code) {
        Set<String> many = new TreeSet<>();
        Set<String> messages = new TreeSet<>();
        Matcher records = RECORD.matcher(code);
        while (records.find()) {
            if (!records.group(1).isEmpty()) {
                messages.add(records.group(2));
            } else if (parameters(code, records.end() - 1) > MAX_PARAMETERS) {
                many.add(records.group(2));
            }
        }
        Set<String> types = TYPE.matcher(code).results().map(type -> type.group(1)).collect(Collectors.toSet());
        types.removeAll(messages);
        for (String type : types) {
            Matcher constructors = Pattern.compile("(?<![\\w.])(?<!new )(?<!record )" + type + "\\(").matcher(code);
            while (constructors.find()) {
                if (parameters(code, constructors.end() - 1) > MAX_PARAMETERS) {
                    many.add(type);
                }
            }
        }
        return many;
    }

    /** How many parameters the parentheses that open at {@code from} hold; 0 if no body or throws clause follows. */
    private static int parameters(String code, int from) {
        int depth = 0;
        int commas = 0;
        boolean any = false;
        for (int i = from; i < code.length(); i++) {
            char c = code.charAt(i);
            if (c == '(' || c == '<' || c == '[') {
                depth++;
            } else if (c == ')' || c == '>' || c == ']') {
                depth--;
            } else if (c == ',' && depth == 1) {
                commas++;
            } else if (!Character.isWhitespace(c)) {
                any = true;
            }
            if (depth == 0) {
                String rest = code.substring(i + 1, Math.min(code.length(), i + 200)).strip();
                boolean declares = rest.startsWith("{") || rest.startsWith("throws") || rest.startsWith("implements");
                return any && declares ? commas + 1 : 0;
            }
        }
        return 0;
    }
}
