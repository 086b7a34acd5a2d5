package dev.floe.node.submit;

import java.io.IOException;

import dev.floe.node.record.JobRecord.Decision;
import dev.floe.node.record.Step;

/** How one job ends: with its record, and if it is done here, with a wrapper that becomes the compiler. */
final class Completion {
    private final Submitter.Site site;
    private final Hands hands;
    private final Hello hello;
    private final Account account;
    private final Turns turns;
    private boolean recorded;

    Completion(Submitter.Site site, Hands hands, Hello hello, Account account, Turns turns) {
        this.site = site;
        this.hands = hands;
        this.hello = hello;
        this.account = account;
        this.turns = turns;
    }

    /** Whether the job has its record. */
    boolean isRecorded() {
        return recorded;
    }

    void record(Decision decision, String reason, String node, int exit) {
        site.log().add(account.end(decision, reason, node, exit));
        recorded = true;
    }

    /** What a local command takes. */
    enum Weight {
        /** A slot: compiles and links. */
        WORK,
        /** Nothing worth counting: questions to the compiler. */
        QUESTION,
        /** A slot; but what it runs is not known and may come back through another wrapper, which then has one of its own. */
        UNKNOWN
    }

    void local(String reason, boolean heavy) throws IOException {
        local(reason, heavy ? Weight.WORK : Weight.QUESTION);
    }

    void local(String reason, Weight weight) throws IOException {
        local(reason, weight, () -> {});
    }

    /** The wrapper becomes the compiler; {@code inLine} is called when it stands in line for a slot, if it does. */
    void local(String reason, Weight weight, Runnable inLine) throws IOException {
        account.plain();
        account.begins(Step.LOCAL_SLOT, site.name());
        if (weight == Weight.QUESTION || Compilers.isInAPipe(hello.argv())) {
            hands.exec(false, weight != Weight.UNKNOWN);
            record(Decision.LOCAL, reason, site.name(), -1);
            return;
        }
        try (Turns.Turn turn = turns.take(account.id(), hands.gone(), inLine)) {
            account.lap(Step.LOCAL_SLOT);
            if (weight == Weight.WORK) {
                hands.exec(true, true);
            } else {
                turn.mayLeadToWrappers();
                hands.execAbove(account.id());
            }
            hands.gone().join();
            account.lap(Step.LOCAL_RUN);
            record(Decision.LOCAL, reason, site.name(), -1);
        }
    }
}
