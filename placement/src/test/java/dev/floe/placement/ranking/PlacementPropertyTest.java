package dev.floe.placement.ranking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.floe.placement.Meshes;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.view.ClusterView;
import dev.floe.placement.view.ExecutionMode;
import dev.floe.placement.view.NodeView;

/** What holds for every view and job; each failure names its seed. */
class PlacementPropertyTest {
    private static final int CASES = 3000;

    @Test
    void theSameViewAndJobGiveTheSameRankingHoweverTheNodesAreListed() {
        for (int seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            ClusterView view = Meshes.random(random);
            List<NodeView> shuffled = new ArrayList<>(view.nodes());
            Collections.shuffle(shuffled, random);
            assertThat(Placement.rank(new ClusterView(shuffled), Meshes.job(seed), PlacementParameters.STANDARD)
                    .candidates())
                    .as("seed %d", seed)
                    .isEqualTo(Placement.rank(view, Meshes.job(seed), PlacementParameters.STANDARD).candidates());
        }
    }

    @Test
    void everyNodeIsEitherACandidateOrPassedOverOrIneligible() {
        for (int seed = 0; seed < CASES; seed++) {
            ClusterView view = Meshes.random(new Random(seed));
            Ranking ranking = Placement.rank(view, Meshes.job(seed), PlacementParameters.STANDARD);
            List<String> all = new ArrayList<>(Meshes.ids(ranking));
            ranking.passedOver().forEach(candidate -> all.add(candidate.node().id()));
            ranking.ineligible().forEach(entry -> all.add(entry.node().id()));
            assertThat(all).as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(view.nodes().stream().map(NodeView::id).toList());
        }
    }

    @Test
    void aForeignDrainingSmallOrSlotlessNodeIsNeverACandidate() {
        for (int seed = 0; seed < CASES; seed++) {
            PlacementRequest job = Meshes.job(seed);
            for (Candidate candidate : Placement
                    .rank(Meshes.random(new Random(seed)), job, PlacementParameters.STANDARD)
                    .candidates()) {
                NodeView node = candidate.node();
                assertThat(node.draining() || node.slots() == 0).as("seed %d: %s", seed, node).isFalse();
                assertThat(node.architecture().equals(job.architecture())
                        || node.emulation().processors().contains(job.architecture())).as("seed %d: %s", seed, node)
                        .isTrue();
                assertThat(node.freeMemoryBytes()).as("seed %d: %s", seed, node)
                        .isGreaterThanOrEqualTo(job.memoryBytes());
            }
        }
    }

    @Test
    void withoutLimitOfPatienceAFullNodeIsNeverFirstWhileAnEligibleOneHasRoom() {
        for (int seed = 0; seed < CASES; seed++) {
            PlacementRequest job = Meshes.job(seed);
            ClusterView view = Meshes.random(new Random(seed));
            PlacementParameters patient = PlacementParameters.STANDARD.withPatience(Double.POSITIVE_INFINITY);
            Ranking ranking = Placement.rank(view, job, patient);
            boolean room = view.nodes().stream().anyMatch(
                    node -> node.hasRoom() && IneligibleNode.reason(node, job).isEmpty() && !isEmulated(node, job));
            if (ranking.first().isPresent() && !ranking.first().get().way().emulated()) {
                assertThat(ranking.first().get().node().hasRoom()).as("seed %d", seed).isEqualTo(room);
            } else {
                assertThat(room).as("seed %d", seed).isFalse();
            }
        }
    }

    @Test
    void aFullNodeIsFirstOnlyIfTheNodesWithRoomNeedMoreThanTwiceItsTimeWaitingIncluded() {
        int seen = 0;
        for (int seed = 0; seed < CASES; seed++) {
            List<Candidate> candidates = Placement
                    .rank(Meshes.random(new Random(seed)), Meshes.job(seed), PlacementParameters.STANDARD).candidates()
                    .stream()
                    .filter(candidate -> !candidate.way().emulated()).toList();
            if (candidates.isEmpty() || candidates.getFirst().node().hasRoom()) {
                continue;
            }
            Candidate quickestFull = candidates.stream().filter(candidate -> !candidate.node().hasRoom())
                    .min(Comparator.comparing(Candidate::expected)).orElseThrow();
            for (Candidate candidate : candidates) {
                if (candidate.node().hasRoom()) {
                    seen++;
                    assertThat(candidate.expected()).as("seed %d", seed)
                            .isGreaterThan(quickestFull.expected().multipliedBy(2));
                }
            }
        }
        assertThat(seen).isPositive();
    }

    @Test
    void anEmulatorGoesBeforeANodeThatWouldTakeTheJobByItselfOnlyIfItIsFaster() {
        int before = 0;
        int behind = 0;
        for (int seed = 0; seed < CASES; seed++) {
            List<Candidate> candidates = Placement
                    .rank(Meshes.random(new Random(seed)), Meshes.job(seed), PlacementParameters.STANDARD).candidates();
            for (int i = 0; i < candidates.size(); i++) {
                for (int j = i + 1; j < candidates.size(); j++) {
                    Candidate one = candidates.get(i);
                    Candidate other = candidates.get(j);
                    if (one.way().emulated() && !other.way().emulated() && other.prospect() != ExpectedAnswer.REFUSED) {
                        before++;
                        assertThat(one.expected()).as("seed %d", seed).isLessThan(other.expected());
                    } else if (!one.way().emulated() && other.way().emulated()) {
                        behind++;
                    }
                }
            }
        }
        assertThat(before).isPositive();
        assertThat(behind).isGreaterThan(before);
    }

    @Test
    void nodesThatWouldEmulateTakeNoPlaceInTheDrawOfTheOthers() {
        for (int seed = 0; seed < CASES; seed++) {
            PlacementRequest job = Meshes.job(seed);
            ClusterView view = Meshes.random(new Random(seed));
            ClusterView without = new ClusterView(view.nodes().stream()
                    .filter(node -> ExecutionMode.of(node, job).filter(ExecutionMode::emulated).isEmpty()).toList());
            assertThat(Placement.rank(view, job, PlacementParameters.STANDARD).candidates().stream()
                    .filter(candidate -> !candidate.way().emulated()).map(candidate -> candidate.node().id()))
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(
                            Meshes.ids(Placement.rank(without, job, PlacementParameters.STANDARD)));
        }
    }

    private static boolean isEmulated(NodeView node, PlacementRequest job) {
        return ExecutionMode.of(node, job).orElseThrow().emulated();
    }

    @Test
    void aNodeThatLeavesEquallyLoadedPeersMovesOnlyItsOwnJobs() {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            int busy = random.nextInt(7);
            int nodes = 3 + random.nextInt(60);
            List<NodeView> all = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                all.add(Meshes.node("host-" + random.nextInt(100_000) + "-" + i, 8, 8 - busy, 1));
            }
            NodeView leaver = all.get(random.nextInt(nodes));
            List<NodeView> rest = all.stream().filter(node -> node != leaver).toList();
            int moved = 0;
            for (int number = 0; number < 400; number++) {
                String before = Meshes.first(new ClusterView(all), Meshes.job(number));
                String after = Meshes.first(new ClusterView(rest), Meshes.job(number));
                if (before.equals(leaver.id())) {
                    moved++;
                } else {
                    assertThat(after).as("seed %d, job %d", seed, number).isEqualTo(before);
                }
            }
            assertThat(moved).as("seed %d: the leaver had about its share", seed).isBetween(0, 4 * 400 / nodes + 20);
        }
    }

    /** All other nodes and the job stay as they are; the node has no queue left once it has a free slot. */
    @Test
    void moreFreeSlotsNeverMakeANodeRankLower() {
        for (int seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            ClusterView view = Meshes.random(random);
            NodeView node = view.nodes().get(random.nextInt(view.nodes().size()));
            double free = node.freeSlots() + random.nextDouble() * (node.slots() - node.freeSlots());
            List<NodeView> changed = new ArrayList<>(view.nodes());
            changed.set(changed.indexOf(node), Meshes.withFree(node, free));
            List<String> before = Meshes.ids(Placement.rank(view, Meshes.job(seed), PlacementParameters.STANDARD));
            List<String> after = Meshes
                    .ids(Placement.rank(new ClusterView(changed), Meshes.job(seed), PlacementParameters.STANDARD));
            if (before.contains(node.id())) {
                assertThat(after).as("seed %d", seed).contains(node.id());
                Set<String> aheadBefore = new HashSet<>(before.subList(0, before.indexOf(node.id())));
                assertThat(aheadBefore).as("seed %d: %s to %s free", seed, node, free)
                        .containsAll(after.subList(0, after.indexOf(node.id())));
            }
        }
    }
}
