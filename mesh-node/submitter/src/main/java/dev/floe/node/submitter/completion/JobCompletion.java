package dev.floe.node.submitter.completion;

import java.io.IOException;

import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.submitter.compilers.CompilerNames;
import dev.floe.node.submitter.context.JobRecordBuilder;
import dev.floe.node.submitter.context.SubmitterServices;
import dev.floe.node.submitter.wrapper.HelloFrame;
import dev.floe.node.submitter.wrapper.WrapperClient;

/** Completes one job: writes its record and, if it is local, lets the wrapper become the compiler. */
public final class JobCompletion {
    private final SubmitterServices.JobAccounting jobs;
    private final WrapperClient wrapper;
    private final HelloFrame hello;
    private final JobRecordBuilder account;
    private final LocalSlotQueue turns;
    private boolean recorded;

    public JobCompletion(SubmitterServices.JobAccounting jobs, WrapperClient wrapper, HelloFrame hello,
            JobRecordBuilder account,
            LocalSlotQueue turns) {
        this.jobs = jobs;
        this.wrapper = wrapper;
        this.hello = hello;
        this.account = account;
        this.turns = turns;
    }

    /** Whether the job has its record. */
    public boolean isRecorded() {
        return recorded;
    }

    public void record(Decision decision, String reason, String node, int exit) {
        jobs.log().add(account.end(decision, reason, node, exit));
        recorded = true;
    }

    /** What a local command takes. */
    public enum SlotPolicy {
        /** A slot: compiles and links. */
        WORK,
        /** Nothing worth counting: questions to the compiler. */
        QUESTION,
        /**
         * A slot; but what it runs is not known and may come back through another wrapper, which then has one of its
         * own.
         */
        UNKNOWN
    }

    void local(String reason, boolean heavy) throws IOException {
        local(reason, heavy ? SlotPolicy.WORK : SlotPolicy.QUESTION);
    }

    void local(String reason, SlotPolicy weight) throws IOException {
        local(reason, weight, () -> {});
    }

    /** The wrapper becomes the compiler; {@code inLine} is called when it is queued for a slot, if it needs one. */
    public void local(String reason, SlotPolicy weight, Runnable inLine) throws IOException {
        account.plain();
        account.begins(JobStep.LOCAL_QUEUE, jobs.node());
        if (weight == SlotPolicy.QUESTION || CompilerNames.isInAPipe(hello.argv())) {
            wrapper.exec(false, weight != SlotPolicy.UNKNOWN);
            record(Decision.LOCAL, reason, jobs.node(), -1);
            return;
        }
        try (LocalSlotQueue.LocalSlot turn = turns.acquire(account.id(), wrapper.disconnected(), inLine)) {
            account.lap(JobStep.LOCAL_QUEUE);
            if (weight == SlotPolicy.WORK) {
                wrapper.exec(true, true);
            } else {
                turn.markReentrant();
                wrapper.execReentrant(account.id());
            }
            wrapper.disconnected().join();
            account.lap(JobStep.LOCAL_RUN);
            record(Decision.LOCAL, reason, jobs.node(), -1);
        }
    }
}
