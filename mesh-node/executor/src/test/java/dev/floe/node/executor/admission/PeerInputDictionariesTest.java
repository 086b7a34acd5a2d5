package dev.floe.node.executor.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.InputReferences;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;

/** An executor takes names for inputs only as the submitter has told them. */
class PeerInputDictionariesTest {
    private static final int NEW = 1;

    private final PeerInputDictionaries glossaries = new PeerInputDictionaries();

    private static WireInput directory(String path) {
        return new WireInput(InputKind.DIRECTORY, path, 0755, new byte[0], 0, "", 0, 0);
    }

    private static Offer plain(String... paths) {
        return new Offer("a/1", "a", "/usr/bin/cc", List.of("cc"), "/", List.of(), 022, "t",
                Stream.of(paths).map(PeerInputDictionariesTest::directory).toList(), List.of(), 0, 0, "", false, "",
                false);
    }

    private static Offer brief(long glossary, List<Integer> references, String... paths) {
        Offer plain = plain(paths);
        return plain.brief(plain.inputs(), new InputReferences(glossary, references));
    }

    private Optional<List<String>> paths(Offer offer) throws IOException {
        return paths("a", offer);
    }

    private Optional<List<String>> paths(String node, Offer offer) throws IOException {
        return glossaries.whole(node, offer).map(whole -> whole.inputs().stream().map(WireInput::path).toList());
    }

    @Test
    void doesNotTellOneNodeWhatAnotherHasSaid() throws IOException {
        assertThat(paths("a", brief(7, List.of(told(0)), "/secret"))).contains(List.of("/secret"));
        assertThat(paths("b", brief(7, List.of(known(0))))).as("the number alone is no key").isEmpty();
        assertThat(paths("b", brief(7, List.of(told(0)), "/mine"))).contains(List.of("/mine"));
        assertThat(paths("a", brief(7, List.of(known(0))))).as("nor can it be told by another")
                .contains(List.of("/secret"));
    }

    private static int told(int number) {
        return number << 1 | NEW;
    }

    private static int known(int number) {
        return number << 1;
    }

    @Test
    void putsInputsInTheirOrder() throws IOException {
        assertThat(paths(plain("/x", "/y"))).contains(List.of("/x", "/y"));
        assertThat(paths(brief(7, List.of(told(0), told(1)), "/x", "/y"))).contains(List.of("/x", "/y"));
        assertThat(paths(brief(7, List.of(known(1), told(300), known(0)), "/z"))).contains(List.of("/y", "/z", "/x"));
        assertThat(paths(brief(7, List.of(known(300))))).contains(List.of("/z"));
        assertThat(glossaries.whole("a", brief(7, List.of(known(0)))).orElseThrow().glossary()).isEqualTo(7);
    }

    @Test
    void asksForWhatItWasNotTold() throws IOException {
        paths(brief(7, List.of(told(0)), "/x"));
        assertThat(paths(brief(7, List.of(known(0), known(1))))).isEmpty();
        assertThat(paths(brief(8, List.of(known(0))))).as("another glossary").isEmpty();
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> paths(brief(7, List.of(told(0))))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> paths(brief(7, List.of(), "/x"))).isInstanceOf(IOException.class);
    }

    @Test
    void namesNoMoreInputsThanACommandMayHave() throws IOException {
        paths(brief(7, List.of(told(0)), "/x"));
        List<Integer> references = Collections.nCopies(OfferLimits.MAX_INPUTS + 1, known(0));
        assertThatThrownBy(() -> paths(brief(7, references))).isInstanceOf(IOException.class);
    }

    @Test
    void keepsNothingOfNamesAlone() throws IOException {
        for (int name = 1; name <= 1000; name++) {
            assertThat(paths(brief(name, List.of(known(0))))).isEmpty();
        }
        assertThat(glossaries.count()).isZero();
    }

    @Test
    void forgetsWhatWasNotUsedForLongest() throws IOException {
        String[] paths = IntStream.range(0, PeerInputDictionaries.MAX_KEPT / 2).mapToObj(i -> "/d" + i)
                .toArray(String[]::new);
        List<Integer> all = IntStream.range(0, paths.length).mapToObj(PeerInputDictionariesTest::told).toList();
        paths(brief(1, all, paths));
        paths(brief(2, all, paths));
        assertThat(paths(brief(1, List.of(known(0))))).isPresent();
        paths(brief(3, List.of(told(0)), "/x"));
        assertThat(paths(brief(2, List.of(known(0))))).isEmpty();
        assertThat(paths(brief(1, List.of(known(0))))).isPresent();
        assertThat(paths(brief(3, List.of(known(0))))).isPresent();
    }

    @Test
    void keepsNothingThatIsTooLong() throws IOException {
        String tooLong = "/" + "a".repeat(4096);
        Offer longPath = brief(1, List.of(told(0)), tooLong);
        assertThatThrownBy(() -> paths(longPath)).isInstanceOf(OfferRejectedException.class);
        WireInput longHash = new WireInput(InputKind.FILE, "/x", 0644, new byte[1 << 20], 0, "", 0, 0);
        Offer hashed = plain().brief(List.of(longHash), new InputReferences(2, List.of(told(0))));
        assertThatThrownBy(() -> paths(hashed)).isInstanceOf(OfferRejectedException.class);
        assertThat(glossaries.count()).isZero();
    }

    @Test
    void keepsABoundedNumberOfCharacters() throws IOException {
        String path = "/" + "a".repeat(4095);
        int each = 100;
        int dictionaries = (int) (PeerInputDictionaries.MAX_CHARACTERS / ((long) each * path.length())) + 10;
        List<Integer> all = IntStream.range(0, each).mapToObj(PeerInputDictionariesTest::told).toList();
        for (int name = 1; name <= dictionaries; name++) {
            paths(brief(name, all, Collections.nCopies(each, path).toArray(String[]::new)));
        }
        assertThat(glossaries.count()).isLessThanOrEqualTo(dictionaries - 10).isPositive();
        assertThat(paths(brief(dictionaries, List.of(known(0))))).as("the last").isPresent();
    }

    @Test
    void countsWhatTakesThePlaceOfAnother() throws IOException {
        String path = "/" + "a".repeat(4095);
        paths(brief(1, List.of(told(0)), "/x"));
        for (long i = 0; i * path.length() <= 2 * PeerInputDictionaries.MAX_CHARACTERS; i++) {
            paths(brief(2, List.of(told(0)), path));
        }
        assertThat(paths(brief(1, List.of(known(0))))).as("was never too much").isPresent();
    }
}
