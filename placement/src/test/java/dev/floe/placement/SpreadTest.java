package dev.floe.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.floe.placement.ranking.AffinityPolicy;
import dev.floe.placement.ranking.Placement;
import dev.floe.placement.ranking.PlacementParameters;
import dev.floe.placement.view.ClusterView;
import dev.floe.placement.view.NodeView;

/** Submitters that know the same do not all go to the same place. */
class SpreadTest {

    @Test
    void jobsOfEqualNodesSpreadEvenly() {
        int nodes = 16;
        int jobs = 8000;
        Map<String, Integer> count = new HashMap<>();
        for (int number = 0; number < jobs; number++) {
            count.merge(Meshes.first(Meshes.idle(nodes), Meshes.job(number)), 1, Integer::sum);
        }
        double expected = (double) jobs / nodes;
        double chiSquare = 0;
        for (NodeView node : Meshes.idle(nodes).nodes()) {
            double difference = count.getOrDefault(node.id(), 0) - expected;
            chiSquare += difference * difference / expected;
        }
        // 15 degrees of freedom: 37.7 is exceeded by chance once in a thousand; the jobs are fixed, so this never
        // flickers.
        assertThat(chiSquare).isLessThan(37.7);
    }

    @Test
    void withoutHomesTheDrawFollowsFreeSlots() {
        ClusterView view = new ClusterView(List.of(Meshes.node("a", 8, 2, 1), Meshes.node("b", 8, 6, 1)));
        PlacementParameters homeless = PlacementParameters.STANDARD.with(AffinityPolicy.NONE);
        int toB = 0;
        for (int number = 0; number < 4000; number++) {
            if (Placement.rank(view, Meshes.job(number), homeless).first().orElseThrow().node().id().equals("b")) {
                toB++;
            }
        }
        assertThat(toB / 4000.0).isBetween(0.72, 0.78);
    }

    @Test
    void twoSubmittersWithTheSameViewSeldomCollide() {
        int collisions = 0;
        for (int number = 0; number < 2000; number++) {
            if (Meshes.first(Meshes.idle(20), Meshes.job(number))
                    .equals(Meshes.first(Meshes.idle(20), Meshes.job(number + 10_000)))) {
                collisions++;
            }
        }
        assertThat(collisions / 2000.0).isLessThan(0.08);
    }

    /** Eight submitters place ten jobs each on views that hear nothing of each other. */
    @Test
    void aBurstOnStaleViewsOverloadsNoNode() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            Map<String, Integer> load = new HashMap<>();
            for (int submitter = 0; submitter < 8; submitter++) {
                List<NodeView> own = new ArrayList<>(Meshes.idle(20).nodes());
                for (int i = 0; i < 10; i++) {
                    String chosen = Meshes.first(new ClusterView(own), Meshes.job(random.nextInt()));
                    load.merge(chosen, 1, Integer::sum);
                    own.replaceAll(node -> node.id().equals(chosen)
                            ? Meshes.withFree(node, node.freeSlots() - 1)
                            : node);
                }
            }
            // 80 jobs on 160 slots: 4 a node on average, and a node that gets more than 12 had most submitters herd to
            // it.
            assertThat(load.values().stream().mapToInt(Integer::intValue).max().orElseThrow()).as("seed %d", seed)
                    .isLessThanOrEqualTo(12);
        }
    }
}
