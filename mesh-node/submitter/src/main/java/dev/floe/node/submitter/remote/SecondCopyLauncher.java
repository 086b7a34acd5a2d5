package dev.floe.node.submitter.remote;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.submitter.context.RequestContext;
import dev.floe.node.submitter.context.StreamOpener;
import dev.floe.node.submitter.context.SubmitterServices;
import dev.floe.node.submitter.schedule.PeerAddress;
import dev.floe.node.submitter.schedule.SubmitterScheduler;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.ranking.Candidate;
import dev.floe.placement.ranking.StragglerPolicy.RunningCopy;

/** Starts a command's job a second time, once at most, where {@link SubmitterScheduler#reserveCopy} allows it. */
final class SecondCopyLauncher {
    private static final Logger LOG = LogManager.getLogger(SecondCopyLauncher.class);

    private final RequestContext request;
    private final SubmitterServices.ExecutorAccess executors;
    private final PlacementRequestFactory jobs;
    private final InputDictionary dictionary;
    private final OfferExchange exchange;
    private volatile boolean launched; // set by the timer's thread

    SecondCopyLauncher(RequestContext request, PlacementRequestFactory jobs, InputDictionary dictionary,
            OfferExchange exchange) {
        this.request = request;
        this.executors = request.services().executors();
        this.jobs = jobs;
        this.dictionary = dictionary;
        this.exchange = exchange;
    }

    /**
     * Watches the job on a node that is about to be offered it.
     *
     * @param offer of the command's own compiler
     * @param open  whether a node is a candidate
     */
    StragglerWatch watch(Candidate running, Offer offer, PlacementRequest job, Predicate<Candidate> open) {
        Predicate<Candidate> other = candidate -> !candidate.node().id().equals(running.node().id())
                && jobs.runsOwnCompiler(candidate.way()) && open.test(candidate);
        return new StragglerWatch(executors.timeouts(),
                elapsed -> launch(new RunningCopy(elapsed, expected(running)), offer, job, other));
    }

    /** What is known by now of the run time of such jobs counts too: the first jobs of a build know nothing. */
    private Duration expected(Candidate running) {
        Duration learned = executors.scheduler().predict(jobs.source(), jobs.flags());
        Duration more = learned.minus(jobs.predicted());
        return more.isNegative()
                ? running.expected()
                : running.expected().plusNanos((long) (more.toNanos() / running.way().speed()));
    }

    private Optional<SecondCopy> launch(RunningCopy running, Offer offer, PlacementRequest job,
            Predicate<Candidate> open) {
        // Files that the node does not see are read through the wrapper, which serves one thread.
        if (launched || !request.memory().readHere()) {
            return Optional.empty();
        }
        Optional<StreamOpener> own = request.insists() ? Optional.empty() : executors.own().get();
        Optional<Candidate> reserved = executors.scheduler().reserveCopy(job, running, own.isPresent(), open);
        Optional<PeerAddress> route = reserved.flatMap(by -> executors.scheduler().route(by.node().id()));
        if (reserved.isEmpty()) {
            return Optional.empty();
        }
        Candidate by = reserved.get();
        if (route.isEmpty() || !by.node().self() && !isUsable(route.get(), offer)) {
            executors.scheduler().endCopy(by.node().id(), job);
            return Optional.empty();
        }
        launched = true;
        LOG.info("job={} is started again on node={} because it has taken {} ms, {} ms were expected", job.key(),
                route.get().name(), running.elapsed().toMillis(), running.expected().toMillis());
        StreamOpener opener = by.node().self()
                ? own.orElseThrow()
                : () -> executors.connections().open(route.get().address(), PeerConnections.ConnectionClass.JOBS,
                        "/job");
        return Optional.of(new SecondCopy(
                new SecondCopy.CopyTarget(by, route.get().name(), opener, offer.travelling(by.transfer()),
                        by.node().self()
                                ? Optional.empty()
                                : Optional.of(exchange.encoderFor(dictionary, route.get().id())),
                        jobs.patience(request.insists(), by.run())),
                exchange, executors.timeouts(), new ViewedCopy(by.node().id(), job)));
    }

    private boolean isUsable(PeerAddress route, Offer offer) {
        return executors.connections().reachability().reason(route.address()).isEmpty()
                && !route.unavailable().contains(offer.running());
    }

    /** Tells the scheduler what becomes of the copy. */
    private final class ViewedCopy implements SecondCopy.CopyReservation {
        private final String node;
        private final PlacementRequest job;

        ViewedCopy(String node, PlacementRequest job) {
            this.node = node;
            this.job = job;
        }

        @Override
        public void answered(WireState state) {
            executors.scheduler().answered(node, job, state);
        }

        @Override
        public void refused(WireState state) {
            executors.scheduler().refused(node, job, state);
            executors.scheduler().endCopy();
        }

        @Override
        public void failed() {
            executors.scheduler().failed(node, job);
            executors.scheduler().endCopy();
        }

        @Override
        public void first() {
            executors.scheduler().endCopy();
        }

        @Override
        public void abandoned() {
            executors.scheduler().endCopy(node, job);
        }
    }
}
