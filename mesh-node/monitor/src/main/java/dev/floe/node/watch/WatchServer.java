package dev.floe.node.watch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import dev.floe.node.joblog.JobLog;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.rpc.messages.WatchMessage;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.PeerStream;

/**
 * Sends a peer the jobs of this node while it watches. The thread that ends a job only adds to a queue; when that is
 * full, the watcher loses the job and learns how many it has lost.
 */
public final class WatchServer {
    static final long SAMPLE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
    /** So that the other side sees that this one lives. */
    private static final int MAX_UNCHANGED_SAMPLES = 10;
    private static final int QUEUE = 2_000;
    private static final int MAX_RECENT = 500;
    private static final int MAX_WATCHERS = 64;

    private final JobLog log;
    private final Supplier<NodeSample> samples;
    private final Semaphore places = new Semaphore(MAX_WATCHERS);

    public WatchServer(JobLog log, Supplier<NodeSample> samples) {
        this.log = log;
        this.samples = samples;
    }

    /** Serves one {@code /watch} exchange until the watcher closes it. */
    public void serve(PeerStream exchange) throws IOException {
        if (!places.tryAcquire()) {
            throw new IOException("is watched by " + MAX_WATCHERS + " peers already");
        }
        try (MessageStream conversation = new MessageStream(exchange)) {
            int recent = Math.clamp(conversation.receive(WatchMessage.Subscribe.class).recent(), 0, MAX_RECENT);
            send(conversation, exchange, recent);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    private void send(MessageStream conversation, PeerStream exchange, int recent)
            throws IOException, InterruptedException {
        BlockingQueue<JobRecord> ended = new LinkedBlockingQueue<>(QUEUE);
        AtomicLong lost = new AtomicLong();
        AtomicBoolean broken = new AtomicBoolean();
        exchange.onClosed(() -> broken.set(true));
        try (JobLog.Following _ = log.follow(job -> {
            if (!ended.offer(job)) {
                lost.incrementAndGet();
            }
        })) {
            List<JobRecord> before = log.all();
            send(conversation, before.subList(Math.max(0, before.size() - recent), before.size()), false);
            NodeSample last = null;
            int unchanged = 0;
            long nextSample = System.nanoTime();
            while (!broken.get()) {
                long wait = nextSample - System.nanoTime();
                JobRecord first = wait > 0 ? ended.poll(wait, TimeUnit.NANOSECONDS) : null;
                if (first != null) {
                    send(conversation, gather(first, ended), true);
                    continue;
                }
                NodeSample sample = samples.get().lost(lost.get());
                unchanged = sample.equals(last) ? unchanged + 1 : 0;
                if (unchanged % MAX_UNCHANGED_SAMPLES == 0) {
                    conversation.send(sample.message());
                    conversation.flush();
                    last = sample;
                }
                nextSample = System.nanoTime() + SAMPLE_NANOS;
            }
        }
    }

    /** More jobs that end at about the same time go into the same message. */
    private static List<JobRecord> gather(JobRecord first, BlockingQueue<JobRecord> ended) throws InterruptedException {
        List<JobRecord> jobs = new ArrayList<>(List.of(first));
        long until = System.nanoTime() + GATHER_NANOS;
        while (jobs.size() < WatchMessage.MAX_JOBS) {
            JobRecord next = ended.poll(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (next == null) {
                break;
            }
            jobs.add(next);
        }
        return jobs;
    }

    private static void send(MessageStream conversation, List<JobRecord> jobs, boolean live) throws IOException {
        conversation.send(new WatchMessage.EndedJobs(jobs.stream().map(job -> job.brief().toJson()).toList(), live));
        conversation.flush();
    }
}
