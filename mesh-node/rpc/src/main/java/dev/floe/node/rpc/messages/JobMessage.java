package dev.floe.node.rpc.messages;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;
import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.PeerText;

/**
 * The messages of {@code /job}. The submitter makes an {@link Offer}; the executor asks for it once more if it cannot
 * tell what it names ({@link ResendInputs}), and answers once; the start of a {@code QUEUED} job is announced by {@link
 * ExecutionStarted} if the offer asks for it; the submitter sends an {@link InputBlobHeader} with its bytes for each
 * index that is missing; the executor ends with a {@link JobResult} and its bytes, a {@link Failure}, or from version
 * 2 of the protocol a {@link JobReturned}. Fields are numbered in the order in which they stand; new ones are only ever
 * added at the end, and a reader ignores those it does not know.
 */
public sealed interface JobMessage {

    /**
     * The command to replay, and all that it may see.
     *
     * @param terminal   of the command's diagnostics, as the runner takes it: {@code INPUT:COLUMNS:ROWS}; empty if
     *                   there is none
     * @param keep       whether the result may serve again
     * @param root       stands for the project where places do not matter; empty where they do
     * @param rootMapped whether the command spells the root and maps it away
     * @param inputs     all, or with a {@code brief} only those that it does not name
     * @param standIn    the compiler that is to run instead, because the command's own does not run there; null if it
     *                   is to run itself
     * @param brief      names the inputs; null if all are here
     * @param observe    whether the executor reports what the command looked for in vain
     * @param announce   whether the executor sends {@link ExecutionStarted} for a job that it has queued
     * @param travelMillis what the offer and its inputs are expected to take on their way; 0 if nothing is said
     */
    @Proto
    @ProtoName("JobOffer")
    record Offer(String jobId, String submitter, String program, List<String> argv, String directory,
            List<String> environment,
            int umask, String toolchain, List<WireInput> inputs, List<String> outputDirectories, long predictedMillis,
            long memoryBytes, String terminal, boolean keep, String root, boolean rootMapped,
            @Nullable SubstituteCompiler standIn, @Nullable InputReferences brief,
            boolean observe, boolean announce, long travelMillis) implements JobMessage {
        public Offer {
            root = Objects.requireNonNullElse(root, "");
            terminal = Objects.requireNonNullElse(terminal, "");
            require(jobId, submitter, program, directory, toolchain);
            argv = copy(argv);
            environment = copy(environment);
            inputs = copy(inputs);
            outputDirectories = copy(outputDirectories);
        }

        /** One that the command's own compiler is to run, and that is not observed. */
        public Offer(String jobId, String submitter, String program, List<String> argv, String directory,
                List<String> environment, int umask, String toolchain, List<WireInput> inputs,
                List<String> outputDirectories, long predictedMillis, long memoryBytes, String terminal, boolean keep,
                String root, boolean rootMapped) {
            this(jobId, submitter, program, argv, directory, environment, umask, toolchain, inputs, outputDirectories,
                    predictedMillis, memoryBytes, terminal, keep, root, rootMapped, null, null, false, false, 0);
        }

        /** The same, to be run by another compiler. */
        public Offer by(SubstituteCompiler other) {
            return with(inputs, other, brief, observe, announce, travelMillis);
        }

        /** The same, with names for most of its inputs. */
        public Offer brief(List<WireInput> unnamed, InputReferences names) {
            return with(unnamed, standIn, names, observe, announce, travelMillis);
        }

        /** The same, with these inputs and no names for them. */
        public Offer listing(List<WireInput> all) {
            return with(all, standIn, null, observe, announce, travelMillis);
        }

        /** The same, observed or not. */
        public Offer observed(boolean wanted) {
            return with(inputs, standIn, brief, wanted, announce, travelMillis);
        }

        /** The same, with an announcement of the start. */
        public Offer announced() {
            return with(inputs, standIn, brief, observe, true, travelMillis);
        }

        /** The same, with the time that it and its inputs are expected to be on their way. */
        public Offer travelling(Duration time) {
            return with(inputs, standIn, brief, observe, announce, time.toMillis());
        }

        private Offer with(List<WireInput> those, @Nullable SubstituteCompiler other, @Nullable InputReferences names,
                boolean observed, boolean announced, long travel) {
            return new Offer(jobId, submitter, program, argv, directory, environment, umask, toolchain, those,
                    outputDirectories, predictedMillis, memoryBytes, terminal, keep, root, rootMapped, other, names,
                    observed, announced, travel);
        }

        /** The inverse of {@link #brief(List, InputReferences)}, except that the dictionary is still named. */
        public Offer whole(List<WireInput> all) {
            return brief(all, new InputReferences(glossary(), List.of()));
        }

        /** Where its inputs are named; 0 if nowhere. */
        public long glossary() {
            return brief == null ? 0 : brief.glossary();
        }

        /** The toolchain that is to run. */
        public String running() {
            return standIn == null ? toolchain : standIn.toolchain();
        }

        /** The program and its arguments, its own name among them. */
        public List<String> call() {
            return standIn == null
                    ? Stream.concat(Stream.of(program), argv.stream()).toList()
                    : standIn.call(program, argv);
        }
    }

    /**
     * Inputs by numbers that stand for them between one submitter and one executor.
     *
     * @param glossary   id of the dictionary that defines the numbers; known to these two nodes alone
     * @param references one for each input in order: twice its number, and one more if the offer has the input, in the
     *                   same order
     */
    @Proto
    @ProtoName("JobBrief")
    record InputReferences(long glossary, List<Integer> references) {
        public InputReferences {
            references = copy(references);
        }
    }

    /** The executor does not know, or no longer, the numbers of an offer in this dictionary; it needs all inputs. */
    @Proto
    @ProtoName("JobTellAll")
    record ResendInputs(long glossary) implements JobMessage {}

    /**
     * The executor's decision.
     *
     * @param missing    indexes into the offer's inputs
     * @param waitMillis what it expects of its queue
     * @param glossary   id of the dictionary in which it has recorded the offer's inputs; 0 if in none
     */
    @Proto
    @ProtoName("JobAnswer")
    record OfferAnswer(AdmissionVerdict verdict, List<Integer> missing, long waitMillis, String reason,
            WireState state, long glossary) implements JobMessage {
        public OfferAnswer {
            require(verdict, reason, state);
            reason = PeerText.of(reason);
            missing = copy(missing);
        }

        /** One that has taken note of nothing. */
        public OfferAnswer(AdmissionVerdict verdict, List<Integer> missing, long waitMillis, String reason,
                WireState state) {
            this(verdict, missing, waitMillis, reason, state, 0);
        }
    }

    /**
     * A job that was queued has its slot now. Only an offer that asks for it gets this message, so that older
     * submitters do not.
     */
    @Proto
    @ProtoName("JobStarted")
    record ExecutionStarted(long queueMillis) implements JobMessage {}

    /** The bytes of input {@code index} follow, in blocks. */
    @Proto
    @ProtoName("JobBlobFollows")
    record InputBlobHeader(int index, long size) implements JobMessage {}

    /**
     * The command has ended by itself. The bytes of the outputs follow in order, in blocks: standard output, standard
     * error, then each of {@code files}.
     *
     * @param key    under which the executor keeps the result; empty if it does not
     * @param result what it keeps, encoded
     * @param observation what the command looked for in vain; null if it was not asked for, or the executor cannot tell
     */
    @Proto
    @ProtoName("JobOutcome")
    record JobResult(int exit, long outputBytes, long errorBytes, List<WireOutput> files, ExecutionTimings effort,
            WireState state,
            byte[] key, byte[] result, @Nullable WireObservation observation) implements JobMessage {
        public JobResult {
            key = Objects.requireNonNullElse(key, new byte[0]);
            result = Objects.requireNonNullElse(result, new byte[0]);
            require(effort, state);
            files = copy(files);
        }

        /** One of a command that was not observed. */
        public JobResult(int exit, long outputBytes, long errorBytes, List<WireOutput> files, ExecutionTimings effort,
                WireState state, byte[] key, byte[] result) {
            this(exit, outputBytes, errorBytes, files, effort, state, key, result, null);
        }
    }

    /** The command has not been run to its end; another node may be asked. */
    @Proto
    @ProtoName("JobFailure")
    record Failure(String reason, WireState state) implements JobMessage {
        public Failure {
            require(reason, state);
            reason = PeerText.of(reason);
        }
    }

    /**
     * The executor leaves the mesh and returns a job that it has accepted and not started; another node may be asked.
     * Nothing has failed. Sent only where {@link dev.floe.node.rpc.stream.WireProtocol#returnsJobs} says so; an older
     * submitter gets a {@link Failure}.
     */
    @Proto
    @ProtoName("JobReturned")
    record JobReturned(String reason, WireState state) implements JobMessage {
        public JobReturned {
            require(reason, state);
            reason = PeerText.of(reason);
        }
    }

    /** An executor's answer to an offer. */
    @Proto
    @ProtoName("JobVerdict")
    enum AdmissionVerdict {
        REFUSED, QUEUED, ACCEPTED
    }

    /** A file, directory or link of the exec root. */
    @Proto
    @ProtoName("JobInput")
    record WireInput(InputKind kind, String path, int mode, byte[] hash, long size, String target, long mtimeNanos,
            int twin) {
        public WireInput {
            require(kind, path);
            hash = Objects.requireNonNullElse(hash, new byte[0]);
            target = Objects.requireNonNullElse(target, "");
        }
    }

    /** {@code PRIVATE_FILE} needs an inode and a time of its own. */
    @Proto
    @ProtoName("JobInputKind")
    enum InputKind {
        DIRECTORY, LINK, FILE, PRIVATE_FILE
    }

    /** A file that the command created; {@code hash} is empty if the result is not kept. */
    @Proto
    @ProtoName("JobOutput")
    record WireOutput(String path, int mode, long size, byte[] hash) {
        public WireOutput {
            hash = Objects.requireNonNullElse(hash, new byte[0]);
            require(path);
        }
    }

    /** An executor's state as of now; goes with every answer. */
    @Proto
    @ProtoName("JobState")
    record WireState(long epoch, long sequence, int freeSlots, int running, int queued, long queuedMillis,
            long freeMemoryBytes,
            boolean draining) {}

    /** What a peer leaves out would be null; a message without it is refused where it is decoded. */
    private static void require(Object... fields) {
        for (Object field : fields) {
            Objects.requireNonNull(field, "a field that must be there is missing");
        }
    }

    private static <T> List<T> copy(List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
