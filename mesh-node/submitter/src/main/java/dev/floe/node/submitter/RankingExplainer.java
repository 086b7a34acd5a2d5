package dev.floe.node.submitter;

import java.util.Locale;
import java.util.Optional;

import dev.floe.node.submitter.schedule.SubmitterScheduler;
import dev.floe.placement.ranking.Candidate;
import dev.floe.placement.ranking.ExpectedAnswer;
import dev.floe.placement.ranking.IneligibleNode;
import dev.floe.placement.ranking.Ranking;

/** Explains which nodes could execute a command, and which of them would be asked first. */
final class RankingExplainer {
    private final SubmitterScheduler scheduler;
    private final CommandExplanation answer;

    /** @param answer gets the facts */
    RankingExplainer(SubmitterScheduler scheduler, CommandExplanation answer) {
        this.scheduler = scheduler;
        this.answer = answer;
    }

    void explain(Ranking ranking) {
        ranking.candidates().forEach(this::addCandidate);
        for (IneligibleNode ineligible : ranking.ineligible()) {
            String name = scheduler.name(ineligible.node().id());
            answer.addOne("node", String.format(Locale.ROOT, "%-12s not eligible: %s", name, ineligible.text()), "name",
                    name, "eligible", false, "why", ineligible.text());
        }
        Optional<Candidate> best = ranking.first();
        best.flatMap(first -> ChoiceReason.of(first, ranking.candidates(),
                candidate -> scheduler.name(candidate.node().id()))).ifPresent(why -> answer.add("choice", why));
        if (best.isEmpty()) {
            answer.decide("local", "no node is eligible");
        } else if (ranking.offers().isEmpty()) {
            String until = best.get().prospect() == ExpectedAnswer.SOON ? "has answered an earlier offer" : "has room";
            answer.decide("held", "held until a node " + until, "until a node " + until);
        } else if (best.get().node().self()) {
            answer.decide("local", "this machine is expected to finish first");
        } else {
            answer.decide("remote",
                    "first offered to " + scheduler.name(best.get().node().id()));
        }
    }

    private void addCandidate(Candidate candidate) {
        String name = scheduler.name(candidate.node().id());
        long expected = candidate.expected().toMillis();
        long transfer = candidate.transfer().toMillis();
        long toolchain = candidate.toolchain().toMillis();
        long waiting = candidate.waiting().toMillis();
        long run = candidate.run().toMillis();
        String offer = answer(candidate.prospect());
        boolean emulated = candidate.way().emulated();
        answer.addOne("node", String.format(Locale.ROOT,
                "%-12s %6d ms expected = transfer %d + toolchain %d + wait %d + run %d; offer would be %s%s%s", name,
                expected, transfer, toolchain, waiting, run, offer,
                emulated ? "; through an emulator of " + candidate.way().processor() : "",
                candidate.home() ? "; warm for this source" : ""), "name", name, "eligible", true, "expectedMillis",
                expected, "transferMillis", transfer, "toolchainMillis", toolchain, "waitMillis", waiting, "runMillis",
                run, "offer", offer, "emulated", emulated ? candidate.way().processor() : "", "warm",
                candidate.home());
    }

    private static String answer(ExpectedAnswer prospect) {
        return prospect == ExpectedAnswer.SOON
                ? "accepted, once an earlier one is answered"
                : prospect.name().toLowerCase(Locale.ROOT);
    }
}
