package dev.floe.node.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.Failure;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.JobReturned;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.messages.JobMessage.WireOutput;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.submitter.context.AuditQueue.ServedResult;
import dev.floe.node.submitter.remote.JobClient;
import dev.floe.store.Digest;

/** Makes a result once more; its outputs are digested as they come, and not kept. */
final class AuditExecution {
    private AuditExecution() {}

    /** What came of it. */
    sealed interface AuditRunResult {
        record Reproduced(OutputDigests outputs) implements AuditRunResult {}

        /** The executor does not take it now; another time, or another executor, may do. */
        record ExecutorBusy(String reason) implements AuditRunResult {}

        /** It cannot be made again. */
        record Impossible(String reason) implements AuditRunResult {}
    }

    /**
     * Talks to an executor from offer to outcome.
     *
     * @param inLine whether to wait in the executor's line
     * @throws IOException if the executor is gone or does not do it
     */
    static AuditRunResult run(MessageStream conversation, ServedResult served, boolean inLine) throws IOException {
        JobClient job = new JobClient(conversation, served.offer().inputs().size());
        return switch (job.offer(served.offer())) {
            case OfferAnswer answer when answer.verdict() == AdmissionVerdict.REFUSED ->
                new AuditRunResult.ExecutorBusy(answer.reason());
            case OfferAnswer answer when answer.waitMillis() > 0 && !inLine ->
                new AuditRunResult.ExecutorBusy("it has no slot free");
            case OfferAnswer answer -> taken(job, served, answer);
            case Failure failure -> new AuditRunResult.Impossible(failure.reason());
            case JobMessage other -> throw JobClient.unexpected(other);
        };
    }

    private static AuditRunResult taken(JobClient job, ServedResult served, OfferAnswer answer) throws IOException {
        List<Integer> missing = job.missing(answer);
        if (!missing.isEmpty() && !served.readHere()) {
            return new AuditRunResult.Impossible("its inputs cannot be read by this node");
        }
        for (int index : missing) {
            WireInput input = served.offer().inputs().get(index);
            if (!isUnchanged(input)) {
                return new AuditRunResult.Impossible(input.path() + " has changed meanwhile");
            }
        }
        job.upload(missing, new JobClient.InputSource() {
            @Override
            public long size(int index) {
                return served.offer().inputs().get(index).size();
            }

            @Override
            public InputStream open(int index) throws IOException {
                return Files.newInputStream(Path.of(served.offer().inputs().get(index).path()));
            }
        });
        return switch (job.awaitResult()) {
            case JobResult outcome when outcome.exit() != 0 ->
                new AuditRunResult.Impossible("the compiler ends with exit code " + outcome.exit());
            case JobResult outcome -> new AuditRunResult.Reproduced(outputs(job, outcome));
            case Failure failure -> new AuditRunResult.Impossible(failure.reason());
            case JobReturned returned -> new AuditRunResult.ExecutorBusy(returned.reason());
            case JobMessage other -> throw JobClient.unexpected(other);
        };
    }

    /** What changes between this look and the upload, the executor refuses. */
    private static boolean isUnchanged(WireInput input) {
        try {
            Path file = Path.of(input.path());
            return Files.size(file) == input.size() && Arrays.equals(Digest.ofFile(file).hash(), input.hash());
        } catch (IOException _) {
            return false;
        }
    }

    private static OutputDigests outputs(JobClient job, JobResult outcome) throws IOException {
        DigestedOutputs outputs = new DigestedOutputs();
        job.receiveOutputs(outcome, outputs);
        return new OutputDigests(outputs.files);
    }

    /** Digests what comes, and keeps nothing else. */
    private static final class DigestedOutputs implements JobClient.OutputSink {
        private final SortedMap<String, OutputDigests.ProducedFile> files = new TreeMap<>();

        @Override
        public void standardOutput(JobClient.OutputBytes bytes) throws IOException {
            add(OutputDigests.PRINTED, 0, bytes);
        }

        @Override
        public void standardError(JobClient.OutputBytes bytes) throws IOException {
            add(OutputDigests.COMPLAINED, 0, bytes);
        }

        @Override
        public void file(WireOutput file, JobClient.OutputBytes bytes) throws IOException {
            add(file.path(), file.mode(), bytes);
        }

        private void add(String path, int mode, JobClient.OutputBytes bytes) throws IOException {
            MessageDigest sha256 = Digest.sha256();
            bytes.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), sha256));
            files.put(path, new OutputDigests.ProducedFile(mode, Digest.of(sha256.digest(), bytes.size())));
        }
    }
}
