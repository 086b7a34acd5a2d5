package dev.floe.node.submitter.context;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.floe.command.CompileCommand;
import dev.floe.command.HostAccess;
import dev.floe.command.discovery.includes.DirectoryListingCache;
import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.observation.PathSet;
import dev.floe.command.proof.MissedLookups;
import dev.floe.command.proof.MissingInputs;
import dev.floe.command.proof.ObservationCheck;
import dev.floe.command.proof.ObservationCheckCache;
import dev.floe.node.cache.keys.PathNormalizer;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;
import dev.floe.node.submitter.wrapper.WrapperProtocolException;
import dev.floe.store.Digest;
import dev.floe.store.FailureText;
import dev.floe.store.actioncache.ActionResult.Observed;

/**
 * One command with its inputs, and the check of what comes of it.
 *
 * @param machine     sees what the user sees
 * @param directories remembers what directories hold
 * @param checks      remembers which observations have been found right
 */
public record CompileTask(CompileCommand command, DiscoveryResult.InputsFound found, HostAccess machine,
        DirectoryListingCache directories, ObservationCheckCache checks) {
    private static final String NO_OBSERVER = "the peer does not observe";
    private static final String OLD_RESULT = "an old result";

    public InputSet inputs() {
        return found.inputs();
    }

    /**
     * What the submitter has of what a compile missed on a peer; its proof goes to the account if that is nothing.
     *
     * @throws IOException if the observation cannot be read
     */
    public MissingInputs check(@Nullable WireObservation observation, JobRecordBuilder account) throws IOException {
        if (observation == null || !observation.gap().isEmpty()) {
            return unobserved(observation == null ? NO_OBSERVER : observation.gap(), account);
        }
        return check(observation.missingVariables(), observation.presentVariables(),
                new ObservedPaths(observation.missed(), observation.listed(), observation.listedNames(),
                        CompileTask::absolutePaths),
                account);
    }

    /**
     * The same of a kept result.
     *
     * @param anchors by which its paths are named
     */
    public MissingInputs check(@Nullable Observed observed, PathNormalizer anchors, JobRecordBuilder account)
            throws IOException {
        if (observed == null || !observed.gap().isEmpty()) {
            return unobserved(observed == null ? OLD_RESULT : observed.gap(), account);
        }
        return check(observed.missingVariables(), observed.presentVariables(),
                new ObservedPaths(observed.missed(), observed.listed(), observed.listedNames(),
                        names -> here(names, anchors)),
                account);
    }

    private static List<String> here(byte[] names, PathNormalizer anchors) throws IOException {
        List<String> paths = new ArrayList<>();
        for (String name : PathSet.decode(names)) {
            paths.add(anchors.toAbsolute(name).orElseThrow(() -> new IOException("no path here: " + name)));
        }
        return absolute(paths);
    }

    /** Nobody has seen what was missed; where the inputs are a guess, it may have been something. */
    private MissingInputs unobserved(String gap, JobRecordBuilder account) {
        account.notObserved(OutputAllowlist.shown(gap));
        return found.guess()
                .map(guess -> MissingInputs
                        .unknown("the names of its inputs are not known, and it was not observed: " + guess))
                .orElse(MissingInputs.NONE);
    }

    /** The paths of an observation, which are decoded only if they must be looked at. */
    private record ObservedPaths(byte[] missed, byte[] listed, byte[] listedNames, PathDecoder decoder) {
        interface PathDecoder {
            List<String> decode(byte[] names) throws IOException;
        }

        MissedLookups with(List<String> unset, List<String> set) throws IOException {
            return MissedLookups.of(decoder.decode(missed), unset, set, decoder.decode(listed),
                    decoder.decode(listedNames));
        }
    }

    private static List<String> absolutePaths(byte[] names) throws IOException {
        return absolute(PathSet.decode(names));
    }

    private static List<String> absolute(List<String> paths) throws IOException {
        for (String path : paths) {
            if (!path.startsWith("/")) {
                throw new IOException("the peer missed a path that is not absolute: " + path);
            }
        }
        return paths;
    }

    private MissingInputs check(List<String> unset, List<String> set, ObservedPaths paths, JobRecordBuilder account)
            throws IOException {
        machine.refresh();
        ObservationCheck check = new ObservationCheck(command, machine, directories);
        Optional<Digest> key = machine.newSnapshot().map(_ -> ObservationCheckCache.key(command, paths.missed(),
                paths.listed(), paths.listedNames(), String.join(" ", unset).getBytes(UTF_8)));
        if (key.map(checks::isProven).orElse(false) && check.hasSameVariables(inputs(), found.readsClock(),
                MissedLookups.of(List.of(), unset, set, List.of(), List.of()))) {
            account.proven();
            return MissingInputs.NONE;
        }
        MissedLookups missed = paths.with(unset, set);
        MissingInputs shortfall;
        try {
            shortfall = key.isPresent()
                    ? check.check(inputs(), found.readsClock(), missed, key.get(), checks)
                    : check.check(inputs(), found.readsClock(), missed);
        } catch (WrapperDisconnectedException | WrapperProtocolException e) {
            throw e;
        } catch (IOException e) {
            shortfall = MissingInputs.unknown("what the peer missed could not be looked at: " + FailureText.of(e));
        }
        if (shortfall.isNone()) {
            account.proven();
        }
        return shortfall;
    }
}
