package dev.floe.command.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

import dev.floe.store.Digest;

/**
 * The environment variables that the programs of a compile asked for, with what they were told. Another environment
 * gives the same result if it gives the same answers.
 *
 * <p>clang asks for {@code SOURCE_DATE_EPOCH} in each compile, to refuse a value that is no number. Its value counts
 * only if a program made a date of it.
 *
 * @param answers by name: the digest of the value, or {@link #UNSET}, or {@link #ANY_DATE}
 */
public record QueriedVariables(SortedMap<String, String> answers) {
    /** Of a compile that asked for none. */
    public static final QueriedVariables NONE = new QueriedVariables(Collections.emptySortedMap());

    /** Part of the name of the command. */
    private static final Set<String> NAMING = Set.of("PATH", "PWD");

    static final String UNSET = "unset";
    static final String ANY_DATE = "any date";
    private static final String DATE = "SOURCE_DATE_EPOCH";
    /** What both compilers accept. */
    private static final Pattern VALID_DATE = Pattern.compile("[1-9][0-9]{0,10}|0");

    public QueriedVariables {
        answers = Collections.unmodifiableSortedMap(new TreeMap<>(answers));
    }

    /**
     * What a compile was told.
     *
     * @param environment of the compile
     * @param asked       names
     * @param makesDates  whether a program asked for the date or made one of a number
     */
    public static QueriedVariables of(Map<String, String> environment, Collection<String> asked, boolean makesDates) {
        SortedMap<String, String> answers = new TreeMap<>();
        for (String name : asked) {
            if (!NAMING.contains(name)) {
                String answer = answer(environment, name);
                answers.put(name, name.equals(DATE) && !makesDates && isDateOrUnset(environment) ? ANY_DATE : answer);
            }
        }
        return new QueriedVariables(answers);
    }

    /** Those variables that are part of the name of a command. */
    public static Map<String, String> naming(Map<String, String> environment) {
        Map<String, String> naming = new TreeMap<>(environment);
        naming.keySet().retainAll(NAMING);
        return naming;
    }

    /** Those that are not. */
    static SortedMap<String, String> others(Map<String, String> environment) {
        SortedMap<String, String> others = new TreeMap<>(environment);
        others.keySet().removeAll(NAMING);
        return others;
    }

    /** The first variable, by name, for which this environment has another answer. */
    Optional<String> changed(Map<String, String> environment) {
        return answers.entrySet().stream()
                .filter(asked -> asked.getValue().equals(ANY_DATE)
                        ? !isDateOrUnset(environment)
                        : !asked.getValue().equals(answer(environment, asked.getKey())))
                .map(Map.Entry::getKey).findFirst();
    }

    private static boolean isDateOrUnset(Map<String, String> environment) {
        String value = environment.get(DATE);
        return value == null || VALID_DATE.matcher(value).matches();
    }

    private static String answer(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null ? UNSET : Digest.ofBytes(value.getBytes(UTF_8)).toString();
    }
}
