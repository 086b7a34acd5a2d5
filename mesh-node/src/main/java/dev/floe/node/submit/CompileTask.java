package dev.floe.node.submit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.floe.front.CompileCommand;
import dev.floe.front.Discovery;
import dev.floe.front.InputSet;
import dev.floe.front.Machine;
import dev.floe.front.discovery.Directories;
import dev.floe.front.observation.PathSet;
import dev.floe.front.proof.Missed;
import dev.floe.front.proof.ObservationCheck;
import dev.floe.front.proof.Shortfall;
import dev.floe.node.cache.Anchors;
import dev.floe.node.wire.WireObservation;
import dev.floe.store.FailureText;
import dev.floe.store.action.ActionResult.Observed;

/**
 * One command with its inputs, and the check of what comes of it.
 *
 * @param machine     sees what the user sees
 * @param directories remembers what directories hold
 */
record CompileTask(CompileCommand command, Discovery.Found found, Machine machine, Directories directories) {
    private static final String NO_OBSERVER = "the peer does not observe";
    private static final String OLD_RESULT = "an old result";

    InputSet inputs() {
        return found.inputs();
    }

    /**
     * What the submitter has of what a compile missed on a peer; its proof goes to the account if that is nothing.
     *
     * @throws IOException if the observation cannot be read
     */
    Shortfall check(@Nullable WireObservation observation, Account account) throws IOException {
        if (observation == null || !observation.gap().isEmpty()) {
            return unobserved(observation == null ? NO_OBSERVER : observation.gap(), account);
        }
        return check(Missed.of(absolute(PathSet.decode(observation.missed())), observation.missingVariables(),
                observation.presentVariables(), absolute(PathSet.decode(observation.listed())),
                absolute(PathSet.decode(observation.listedNames()))), account);
    }

    /**
     * The same of a kept result.
     *
     * @param anchors by which its paths are named
     */
    Shortfall check(@Nullable Observed observed, Anchors anchors, Account account) throws IOException {
        if (observed == null || !observed.gap().isEmpty()) {
            return unobserved(observed == null ? OLD_RESULT : observed.gap(), account);
        }
        return check(Missed.of(here(observed.missed(), anchors), observed.missingVariables(),
                observed.presentVariables(), here(observed.listed(), anchors),
                here(observed.listedNames(), anchors)), account);
    }

    private static List<String> here(byte[] names, Anchors anchors) throws IOException {
        List<String> paths = new ArrayList<>();
        for (String name : PathSet.decode(names)) {
            paths.add(anchors.path(name).orElseThrow(() -> new IOException("no path here: " + name)));
        }
        return absolute(paths);
    }

    /** Nobody has seen what was missed; where the inputs are a guess, it may have been something. */
    private Shortfall unobserved(String gap, Account account) {
        account.notObserved(ExpectedOutputs.shown(gap));
        return found.guess()
                .map(guess -> Shortfall
                        .unknown("the names of its inputs could not be told, and it was not observed: " + guess))
                .orElse(Shortfall.NONE);
    }

    private static List<String> absolute(List<String> paths) throws IOException {
        for (String path : paths) {
            if (!path.startsWith("/")) {
                throw new IOException("the peer missed a path that is not absolute: " + path);
            }
        }
        return paths;
    }

    private Shortfall check(Missed missed, Account account) throws IOException {
        Shortfall shortfall;
        try {
            shortfall = new ObservationCheck(command, machine, directories).check(inputs(), found.readsClock(), missed);
        } catch (WrapperGoneException | ProtocolException e) {
            throw e;
        } catch (IOException e) {
            shortfall = Shortfall.unknown("what the peer missed could not be looked at: " + FailureText.of(e));
        }
        if (shortfall.isNone()) {
            account.proven();
        }
        return shortfall;
    }
}
