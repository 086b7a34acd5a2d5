package dev.floe.node.submitter.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

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
import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;
import dev.floe.store.content.ContentWriter;

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
        wrapper.print(outputs.printed, outputs.complained);
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
            return bytes.toBytes();
        }

        @Override
        public void file(WireOutput file, JobClient.OutputBytes bytes) throws IOException {
            StoreFirstOutput.UserOutput user = () -> wrapper.open(file.path(), file.mode(),
                    OverwriteMode.of(file.path(), task.command(), links));
            LocalResultCopy.StoredOutput stored = copy.isPresent()
                    ? copy.get().begin(file.hash(), file.size())
                    : new LocalResultCopy.StoredOutput.NotStored();
            switch (stored) {
                case LocalResultCopy.StoredOutput.Incoming(ContentWriter writer) -> {
                    try (StoreFirstOutput output = new StoreFirstOutput(writer, copy.orElseThrow()::failed, user)) {
                        bytes.transferTo(output);
                        Optional<Digest> entry = output.finish();
                        if (entry.isPresent()) {
                            deliver(copy.orElseThrow().file(entry.get()), entry.get().size(), user);
                        }
                    } catch (DigestMismatchException e) {
                        throw otherBytes(file, e);
                    }
                }
                case LocalResultCopy.StoredOutput.HeldOutput(Digest digest) -> {
                    bytes.transferTo(OutputStream.nullOutputStream()); // it sends them all the same
                    deliver(copy.orElseThrow().file(digest), digest.size(), user);
                }
                case LocalResultCopy.StoredOutput.NotStored _ -> give(file, bytes, user);
            }
            record.received(file.size());
        }

        private void deliver(Path entry, long size, StoreFirstOutput.UserOutput user) throws IOException {
            try (OutputStream to = user.open()) {
                if (wrapper.copiesEntries()) {
                    wrapper.copyEntry(entry, size);
                } else {
                    Files.copy(entry, to);
                }
            }
        }

        private void give(WireOutput file, JobClient.OutputBytes bytes, StoreFirstOutput.UserOutput user)
                throws IOException {
            try (CheckedOutput checked = new CheckedOutput(user.open())) {
                bytes.transferTo(checked);
                if (file.hash().length != 0 && !checked.matches(file.hash())) {
                    throw otherBytes(file, null);
                }
            }
        }

        private static IOException otherBytes(WireOutput file, @Nullable IOException why) {
            return new IOException("the executor returns other bytes of " + file.path() + " than it announces", why);
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
