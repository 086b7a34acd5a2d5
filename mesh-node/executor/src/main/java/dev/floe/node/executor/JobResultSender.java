package dev.floe.node.executor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import dev.floe.node.cache.keys.ResultBuilder;
import dev.floe.node.executor.sandbox.CommandReplay;
import dev.floe.node.rpc.messages.ExecutionTimings;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.WireOutput;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionResultCodec;

/** Sends what a command has made to the submitter: its outputs, what it printed, and what it cost. */
final class JobResultSender {
    private static final byte[] NO_HASH = new byte[0];

    private final MessageStream conversation;
    private final JobStopwatch watch;
    private final Supplier<WireState> state;

    /** @param state this node's, which goes with the result */
    JobResultSender(MessageStream conversation, JobStopwatch watch, Supplier<WireState> state) {
        this.conversation = conversation;
        this.watch = watch;
        this.state = state;
    }

    /** The output files with the digests of their bytes. */
    static List<ResultBuilder.OutputFileOnDisk> digest(CommandReplay.ReplayResult result) throws IOException {
        List<ResultBuilder.OutputFileOnDisk> made = new ArrayList<>(result.files().size());
        for (CommandReplay.ReplayOutput file : result.files()) {
            made.add(new ResultBuilder.OutputFileOnDisk(file.path(), file.mode(), file.file(),
                    Digest.ofFile(file.file())));
        }
        return made;
    }

    /**
     * Sends the result and ends the conversation.
     *
     * @param made the output files with their digests; empty if the result is not kept
     * @param kept the result as this node keeps it
     */
    void send(CommandReplay.ReplayResult result, List<ResultBuilder.OutputFileOnDisk> made,
            Optional<ResultBuilder.BuiltResult> kept) throws IOException {
        long outputBytes = Files.size(result.output());
        long errorBytes = Files.size(result.error());
        List<WireOutput> announced = new ArrayList<>(result.files().size());
        for (int i = 0; i < result.files().size(); i++) {
            CommandReplay.ReplayOutput file = result.files().get(i);
            announced.add(new WireOutput(file.path(), file.mode(), file.size(),
                    made.isEmpty() ? NO_HASH : made.get(i).digest().hash()));
        }
        ExecutionTimings effort = new ExecutionTimings(watch.millis(JobStopwatch.Step.QUEUE),
                watch.millis(JobStopwatch.Step.FETCH_INPUTS),
                watch.millis(JobStopwatch.Step.EXEC_ROOT), watch.millis(JobStopwatch.Step.RUN),
                watch.millis(JobStopwatch.Step.COLLECT),
                result.userMicros(), result.systemMicros(), result.maxRssBytes(),
                watch.cpuMicros(JobStopwatch.Step.FETCH_INPUTS),
                watch.cpuMicros(JobStopwatch.Step.EXEC_ROOT), watch.cpuMicros(JobStopwatch.Step.RUN),
                watch.cpuMicros(JobStopwatch.Step.COLLECT));
        conversation.send(new JobResult(result.exit(), outputBytes, errorBytes, announced, effort, state.get(),
                kept.map(it -> it.key().bytes()).orElse(NO_HASH),
                kept.map(it -> ActionResultCodec.encode(it.result())).orElse(NO_HASH), result.observation()));
        sendFile(result.output(), outputBytes);
        sendFile(result.error(), errorBytes);
        for (CommandReplay.ReplayOutput file : result.files()) {
            sendFile(file.file(), file.size());
        }
        conversation.finish();
    }

    private void sendFile(Path file, long size) throws IOException {
        if (size > 0) {
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                conversation.sendBlob(in, size);
            }
        }
    }
}
