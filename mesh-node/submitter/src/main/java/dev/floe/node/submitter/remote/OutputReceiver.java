package dev.floe.node.submitter.remote;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

import dev.floe.command.proof.MissingInputs;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.WireOutput;
import dev.floe.node.submitter.cache.LocalResultCopy;
import dev.floe.node.submitter.cache.ResultRecorder;
import dev.floe.node.submitter.context.CompileTask;
import dev.floe.node.submitter.context.JobRecordBuilder;
import dev.floe.node.submitter.context.OutputAllowlist;
import dev.floe.node.submitter.remote.RemoteJobClient.RemoteJobResult;
import dev.floe.node.submitter.wrapper.LinkResolver;
import dev.floe.node.submitter.wrapper.OverwriteMode;
import dev.floe.node.submitter.wrapper.WrapperClient;

/**
 * Receives the result of a remote compile: checks it, writes the outputs through the wrapper, and keeps a copy for this
 * node's cache. Used by one thread, for one result after the other, of which at most one is written.
 */
final class OutputReceiver implements AutoCloseable {
    private static final long MAX_PRINTED_BYTES = 256L << 20;

    private final WrapperClient wrapper;
    private final JobRecordBuilder record;
    private final CompileTask task;
    private final ResultRecorder recorder;
    private final LinkResolver links;
    private Optional<LocalResultCopy> copy = Optional.empty(); // of the last result

    /** @param recorder keeps the result */
    OutputReceiver(WrapperClient wrapper, JobRecordBuilder record, CompileTask task, ResultRecorder recorder) {
        this.wrapper = wrapper;
        this.record = record;
        this.task = task;
        this.recorder = recorder;
        this.links = new LinkResolver(task.inputs().inputs());
    }

    /**
     * Writes the outputs if the compiler ended with code 0 and missed nothing that the submitter has.
     *
     * @param startNanos when the submitter began to wait
     * @throws IOException if the result cannot be true, or its bytes do not come
     */
    RemoteJobResult receive(JobClient job, JobResult result, long startNanos) throws IOException {
        new OutputAllowlist(task.command(), task.inputs(), links).check(result);
        record.effort(result.effort());
        long waited = Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
        Duration run = Duration.ofMillis(Math.clamp(result.effort().runMillis(), 0, waited));
        record.lap(JobStep.REMOTE_TOTAL);
        MissingInputs shortfall = task.check(result.observation(), record);
        record.lap(JobStep.CHECK);
        if (!shortfall.isNone() && (result.exit() == 0 || shortfall.obstacle().isEmpty())) {
            return new RemoteJobResult.Unproven(shortfall, result.state(), run);
        }
        if (result.exit() != 0) {
            return new RemoteJobResult.Ended(result.exit(), result.state(), run, () -> {});
        }
        ReceivedOutputs outputs = new ReceivedOutputs();
        job.receiveOutputs(result, outputs);
        record.lap(JobStep.REMOTE_TOTAL);
        wrapper.print(1, outputs.printed);
        wrapper.print(2, outputs.complained);
        wrapper.commit();
        record.lap(JobStep.WRITE);
        return new RemoteJobResult.Ended(0, result.state(), run,
                () -> keep(result, outputs.printed, outputs.complained));
    }

    /** Writes the files through the wrapper, with a copy for this node's cache, and keeps what was printed. */
    private final class ReceivedOutputs implements JobClient.OutputSink {
        private byte[] printed = {};
        private byte[] complained = {};

        @Override
        public void standardOutput(JobClient.OutputBytes bytes) throws IOException {
            printed = text(bytes);
        }

        @Override
        public void standardError(JobClient.OutputBytes bytes) throws IOException {
            complained = text(bytes);
            close();
            copy = recorder.ownCopy();
        }

        private static byte[] text(JobClient.OutputBytes bytes) throws IOException {
            if (bytes.size() > MAX_PRINTED_BYTES) {
                throw new IOException("an output of " + bytes.size() + " bytes is refused");
            }
            ByteArrayOutputStream text = new ByteArrayOutputStream((int) Math.min(bytes.size(), 1 << 20));
            bytes.transferTo(text);
            return text.toByteArray();
        }

        @Override
        public void file(WireOutput file, JobClient.OutputBytes bytes) throws IOException {
            OutputStream user = wrapper.open(file.path(), file.mode(),
                    OverwriteMode.of(file.path(), task.command(), links));
            OutputStream both = copy.isPresent() ? copy.get().tee(user, file.hash(), file.size()) : user;
            if (file.hash().length == 0) {
                try (both) {
                    bytes.transferTo(both);
                }
            } else {
                try (CheckedOutput checked = new CheckedOutput(both)) {
                    bytes.transferTo(checked);
                    if (!checked.matches(file.hash())) {
                        throw new IOException(
                                "the executor returns other bytes of " + file.path() + " than it announces");
                    }
                }
            }
            record.received(file.size());
        }
    }

    private void keep(JobResult result, byte[] printed, byte[] complained) {
        copy.flatMap(own -> own.enter(result, printed, complained))
                .ifPresent(key -> recorder.made(key, task, result.observation()));
    }

    /** Gives up the copy of a result that did not come to its end. */
    @Override
    public void close() throws IOException {
        if (copy.isPresent()) {
            copy.get().close();
        }
    }
}
