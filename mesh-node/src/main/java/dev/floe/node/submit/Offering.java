package dev.floe.node.submit;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.front.proof.Shortfall;
import dev.floe.node.record.JobRecord.Decision;
import dev.floe.node.record.Step;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.PeerConnections;
import dev.floe.placement.Candidate;
import dev.floe.placement.Job;
import dev.floe.store.FailureText;

/** The offers of one command to one executor after the other, until one has done it or it is done here. */
final class Offering {
    private static final Logger LOG = LogManager.getLogger(Offering.class);
    private static final int MOST_LOST = 3;
    private static final Duration LONGEST_HERE = Duration.ofHours(24);

    private final Submitter.Site site;
    private final Hands hands;
    private final Account account;
    private final Completion completion;
    private final CompileTask task;
    private final Jobs jobs;
    private final boolean insist;
    private Shortfall missed = Shortfall.NONE; // by the compile that has just ended
    private boolean confirms; // whether a local compile is to show what a peer said

    /** @param insist whether the user wants it done on a peer */
    Offering(Submitter.Site site, Hands hands, Account account, Completion completion, CompileTask task, Jobs jobs,
            boolean insist) {
        this.site = site;
        this.hands = hands;
        this.account = account;
        this.completion = completion;
        this.task = task;
        this.jobs = jobs;
        this.insist = insist;
    }

    /**
     * Asks one executor after the other.
     *
     * @return what the compile has missed; none if the job is done
     */
    Shortfall offer(Offer offer, Reuse reuse, boolean readHere, Glossary glossary) throws IOException {
        Job job = jobs.with(account.id(), task.inputs());
        Rounds rounds = new Rounds(site.outlook(), job, insist, hands.gone());
        site.audits().distrusted().forEach(rounds::exclude);
        try (Outlook.Waiting waiting = site.outlook().waiting(job)) {
            String why;
            try (RemoteCompile remote = new RemoteCompile(site.deadlines(), hands, account, task, readHere, reuse)) {
                Optional<String> gaveUp = askInTurn(rounds, remote, offer, job, glossary, waiting);
                if (gaveUp.isEmpty() || !missed.isNone()) {
                    return missed;
                }
                why = gaveUp.get();
                boolean stuck = rounds.end() == Rounds.End.FULL_HERE_TOO; // its own executor's line has no way around what keeps the slots
                if (offer.keep() && !confirms && !insist && !stuck && here(remote, offer, why, waiting)) {
                    return Shortfall.NONE;
                }
                if (!missed.isNone()) {
                    return missed;
                }
            }
            completion.local(why, Completion.Weight.WORK, waiting::close);
            return Shortfall.NONE;
        }
    }

    /** Compiles on this node as on a peer, so that the result can be kept. */
    private boolean here(RemoteCompile remote, Offer offer, String why, Outlook.Waiting waiting) throws IOException {
        Optional<RemoteCompile.Door> door = site.ownExecutor();
        if (door.isEmpty()) {
            return false;
        }
        RemoteCompile.Result result;
        account.begins(Step.OFFER, site.name());
        try {
            result = remote.attempt(door.get(), offer, Optional.empty(), LONGEST_HERE, _ -> waiting.close());
        } catch (OutputException e) {
            account.attempt(site.name(), FailureText.of(e));
            return false;
        }
        if (result instanceof RemoteCompile.Result.Ended ended && ended.exit() == 0) {
            account.attempt(site.name(), "done");
            completion.record(Decision.LOCAL, why, site.name(), 0);
            hands.exit(0);
            ended.afterwards().run();
            return true;
        }
        if (result instanceof RemoteCompile.Result.Unproven unproven) {
            missed = unproven.shortfall();
        }
        account.attempt(site.name(), switch (result) {
            case RemoteCompile.Result.Unproven unproven -> "missed " + unproven.shortfall().first();
            case RemoteCompile.Result.Ended ended -> "exit " + ended.exit();
            case RemoteCompile.Result.Refused(String reason, var state) -> "refused: " + reason;
            case RemoteCompile.Result.Lost(String reason, boolean tooSlow) -> "lost: " + reason;
        });
        return false;
    }

    /** @return why no executor has brought the job to an end; empty if one has */
    private Optional<String> askInTurn(Rounds rounds, RemoteCompile remote, Offer offer, Job job, Glossary glossary,
            Outlook.Waiting waiting) throws IOException {
        int lost = 0;
        String last = "";
        for (Candidate candidate = rounds.next(); candidate != null; candidate = rounds.next()) {
            if (candidate.node().self()) {
                last = "fastest here by now";
                break;
            }
            Optional<Outlook.Route> route = site.outlook().route(candidate.node().id());
            if (route.isEmpty()) {
                site.outlook().abandoned(candidate.node().id(), job);
                continue;
            }
            Offer adapted = jobs.adapt(offer, candidate.way().processor());
            if (route.get().unavailable().contains(adapted.running())) {
                site.outlook().abandoned(route.get().id(), job);
                rounds.exclude(route.get().id());
                last = route.get().name() + " takes no jobs for this toolchain; floe nodes says why";
                continue;
            }
            RemoteCompile.Result result;
            account.begins(Step.OFFER, "");
            try {
                result = remote.attempt(
                        () -> site.connections().open(route.get().address(), PeerConnections.Lane.JOBS, "/job"),
                        adapted,
                        Optional.of(remote.page(glossary, route.get().id())),
                        jobs.patience(insist, candidate.run()), state -> {
                            account.begins(Step.UPLOAD, route.get().name());
                            site.outlook().answered(route.get().id(), job, state);
                            waiting.close();
                        });
            } catch (OutputException e) {
                site.outlook().abandoned(route.get().id(), job);
                account.attempt(route.get().name(), FailureText.of(e));
                return Optional.of("what " + route.get().name() + " made cannot be written: " + FailureText.of(e));
            } catch (IOException | RuntimeException e) {
                site.outlook().abandoned(route.get().id(), job);
                throw e;
            }
            switch (result) {
                case RemoteCompile.Result.Ended ended -> {
                    return ended(ended, candidate, route.get());
                }
                case RemoteCompile.Result.Unproven(Shortfall shortfall, var state, Duration run) -> {
                    site.outlook().finished(candidate, jobs.source(), jobs.flags(), state, run);
                    account.attempt(route.get().name(), "missed " + shortfall.first());
                    missed = shortfall;
                    return Optional.empty();
                }
                case RemoteCompile.Result.Refused(String reason, var state) -> {
                    site.outlook().refused(route.get().id(), job, state);
                    account.attempt(route.get().name(), "refused: " + reason);
                    last = route.get().name() + " refused: " + reason;
                }
                case RemoteCompile.Result.Lost(String reason, boolean tooSlow) -> {
                    site.outlook().failed(route.get().id(), job);
                    account.attempt(route.get().name(), "lost: " + reason);
                    if (tooSlow) {
                        return Optional.of(
                                route.get().name() + " took longer than "
                                        + jobs.patience(insist, candidate.run()).toSeconds() + " s");
                    }
                    LOG.info("job={} lost on node={} reason=\"{}\"", account.id(), route.get().name(), reason);
                    last = route.get().name() + ": " + reason;
                    lost++;
                    rounds.exclude(route.get().id());
                }
            }
            if (lost >= MOST_LOST) {
                break;
            }
        }
        return Optional.of(last.isEmpty() ? rounds.end().text : last);
    }

    private Optional<String> ended(RemoteCompile.Result.Ended ended, Candidate by, Outlook.Route route)
            throws IOException {
        site.outlook().finished(by, jobs.source(), jobs.flags(), ended.state(),
                ended.run());
        if (ended.exit() != 0) {
            account.attempt(route.name(), "exit " + ended.exit());
            confirms = true;
            return Optional.of(route.name() + " says exit " + ended.exit() + "; confirmed here");
        }
        account.attempt(route.name(), "done");
        completion.record(Decision.REMOTE, by.way().emulated() ? "compiled there, emulated" : "compiled there",
                route.name(), 0);
        hands.exit(0);
        ended.afterwards().run();
        return Optional.empty();
    }
}
