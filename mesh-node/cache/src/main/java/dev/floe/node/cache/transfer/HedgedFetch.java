package dev.floe.node.cache.transfer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.floe.node.cache.transfer.ResultFetcher.FetchResult;
import dev.floe.node.mesh.state.Peer;

/**
 * One fetch of a result from its holders, hedged (Dean and Barroso, The Tail at Scale, 2013): the next holder is asked
 * as soon as the one before it fails, brings nothing for a moment, or is not done after a while. The first result
 * counts, and the other calls are given up. So a holder that is frozen, or lets bytes drip, costs a job no more than
 * that moment while another holder can serve it.
 */
final class HedgedFetch {
    /** How long a holder may send nothing. */
    static final Duration NOTHING_CAME = Duration.ofMillis(300);
    /** Bytes or not. */
    static final Duration NOT_DONE = Duration.ofSeconds(2);

    private final Duration nothingCame;
    private final Duration notDone;
    private final Function<Peer, PeerCall<FetchResult>> begin;
    private final Ending ending;

    /** What came of a call, once it is over. */
    interface Ending {
        /** @param needless whether another holder has served the result meanwhile */
        FetchResult of(Peer holder, PeerCall<FetchResult> call, BooleanSupplier needless);
    }

    /** @param begin asks a holder; does not block */
    HedgedFetch(Function<Peer, PeerCall<FetchResult>> begin, Ending ending) {
        this(NOTHING_CAME, NOT_DONE, begin, ending);
    }

    HedgedFetch(Duration nothingCame, Duration notDone, Function<Peer, PeerCall<FetchResult>> begin, Ending ending) {
        this.nothingCame = nothingCame;
        this.notDone = notDone;
        this.begin = begin;
        this.ending = ending;
    }

    /**
     * What the holders have.
     *
     * @param none what it comes to if there is no holder
     */
    FetchResult from(List<Peer> holders, FetchResult none) {
        BlockingQueue<FetchResult> over = new LinkedBlockingQueue<>();
        AtomicBoolean served = new AtomicBoolean();
        List<PeerCall<FetchResult>> calls = new ArrayList<>();
        Iterator<Peer> rest = holders.iterator();
        FetchResult last = none;
        int open = 0;
        try {
            while (open > 0 || rest.hasNext()) {
                if (rest.hasNext()) {
                    Peer holder = rest.next();
                    PeerCall<FetchResult> call = begin.apply(holder);
                    calls.add(call);
                    open++;
                    Thread.ofVirtual().name("floe-cache fetch " + holder.info().name())
                            .start(() -> over.add(ending.of(holder, call, served::get)));
                }
                FetchResult fetched = rest.hasNext() ? patiently(over, calls.getLast()) : over.take();
                if (fetched instanceof FetchResult.Fetched) {
                    served.set(true);
                    return fetched;
                }
                open -= fetched == null ? 0 : 1;
                last = fetched instanceof FetchResult.FetchFailed ? fetched : last;
            }
            return last;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new FetchResult.FetchFailed("interrupted");
        } finally {
            calls.forEach(PeerCall::close);
        }
    }

    /** What comes of any call; null once the latest call makes it worthwhile to ask another holder. */
    private @Nullable FetchResult patiently(BlockingQueue<FetchResult> over, PeerCall<FetchResult> latest)
            throws InterruptedException {
        long end = System.nanoTime() + notDone.toNanos();
        long seen = latest.movedBytes();
        while (true) {
            long left = Math.min(nothingCame.toNanos(), end - System.nanoTime());
            FetchResult fetched = over.poll(Math.max(0, left), TimeUnit.NANOSECONDS);
            long now = latest.movedBytes();
            if (fetched != null || now == seen || System.nanoTime() - end >= 0) {
                return fetched;
            }
            seen = now;
        }
    }
}
