package dev.floe.node.mesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jgroups.Address;
import org.jgroups.protocols.PingData;
import org.jgroups.util.Responses;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

final class SearchAnswersTest {
    private final Address a = new UUID(0, 1);
    private final Address b = new UUID(0, 2);
    private final Address c = new UUID(0, 3);

    private static PingData searching(Address node) {
        return new PingData(node, false, "searching", null);
    }

    private static PingData member(Address node) {
        return new PingData(node, true, "member", null);
    }

    private static PingData coordinator(Address node) {
        return member(node).coord(true);
    }

    @Test
    void theFirstOfThoseWhoSearchHasTheLowestAddress() {
        assertThat(SearchAnswers.isFirst(List.of(), b)).isTrue();
        assertThat(SearchAnswers.isFirst(List.of(searching(c)), b)).isTrue();
        assertThat(SearchAnswers.isFirst(List.of(searching(c), searching(a)), b)).isFalse();
    }

    @Test
    void nobodyIsFirstWhereThereIsAGroup() {
        assertThat(SearchAnswers.isFirst(List.of(member(c)), a)).isFalse();
    }

    @Test
    void aCoordinatorThatAnotherNamedIsAskedItself() {
        List<PingData> found = List.of(member(b), coordinator(a));
        assertThat(SearchAnswers.hasCoordinatorAnswered(found, Set.of(b))).isFalse();
        assertThat(SearchAnswers.hasCoordinatorAnswered(found, Set.of(b, a))).isTrue();
    }

    @Test
    void theAnswerOfAMemberIsNotThatOfTheCoordinator() {
        assertThat(SearchAnswers.hasCoordinatorAnswered(List.of(member(b)), Set.of(b))).isFalse();
    }

    /** As JGroups does with what later searches find. */
    private List<Address> coordinatorsAfter(List<PingData> first, List<PingData> second, Set<Address> answered) {
        Responses earlier = responses(first);
        Responses found = responses(second);
        SearchAnswers.update(earlier, found, answered);
        earlier.add(found, c);
        List<Address> coordinators = new ArrayList<>();
        for (PingData each : earlier) {
            if (each.isCoord()) {
                coordinators.add(each.getAddress());
            }
        }
        return coordinators;
    }

    private static Responses responses(List<PingData> found) {
        Responses responses = new Responses(false);
        found.forEach(each -> responses.addResponse(each, false));
        return responses.done();
    }

    @Test
    void whoCoordinatesNoMoreIsNotAskedToJoin() {
        assertThat(coordinatorsAfter(List.of(coordinator(a)), List.of(member(a), coordinator(b)), Set.of(a, b)))
                .containsExactly(b);
        assertThat(coordinatorsAfter(List.of(coordinator(a)), List.of(member(a)), Set.of(a))).isEmpty();
    }

    @Test
    void aCoordinatorThatIsGoneIsNotAskedToJoinWhenAnotherHasAnswered() {
        assertThat(coordinatorsAfter(List.of(coordinator(a)), List.of(coordinator(b)), Set.of(b))).containsExactly(b);
    }

    @Test
    void aCoordinatorThatIsSlowIsAskedAgain() {
        assertThat(coordinatorsAfter(List.of(coordinator(a), member(b)), List.of(), Set.of())).containsExactly(a);
    }
}
