package dev.floe.node.submitter;

import java.util.Optional;

import dev.floe.command.CompileCommand;
import dev.floe.command.manifest.ManifestKey;
import dev.floe.command.proof.ExtraInputs;
import dev.floe.command.proof.ExtraInputsCache;
import dev.floe.command.proof.MissingInputs;

/**
 * Decides whether a command is compiled on a peer again after a compile has missed inputs there: at most three times,
 * and only if the inputs can be sent. What was missed, and what cannot be sent, is remembered for later requests.
 */
final class MissedInputRetries {
    private static final int MAX_RETRIES = 3;

    private final ExtraInputsCache cache;
    private final CompileCommand command;
    private final String toolchain;
    private final ManifestKey key;
    private int retries;

    /** @param toolchain id of the toolchain of the command */
    MissedInputRetries(ExtraInputsCache cache, CompileCommand command, String toolchain) {
        this.cache = cache;
        this.command = command;
        this.toolchain = toolchain;
        this.key = ManifestKey.withoutVariables(command, toolchain);
    }

    /** Why an earlier request could not send what was missed; empty if none is known. */
    Optional<String> knownObstacle() {
        return cache.obstacle(key, command.invocation().environment().keySet());
    }

    /** What compiles of this command have missed until now: inputs of the next attempt. */
    ExtraInputs extraInputs() {
        return cache.of(key, toolchain);
    }

    /**
     * Remembers what an attempt has missed.
     *
     * @return why there is no further attempt; empty if there is one
     */
    Optional<String> addMissing(MissingInputs missing) {
        Optional<String> obstacle = missing.obstacle();
        if (obstacle.isEmpty() && retries == MAX_RETRIES) {
            obstacle = Optional.of(missing.first() + " was not on the peer");
        }
        if (obstacle.isPresent()) {
            cache.addObstacle(key, missing, obstacle.get());
        } else {
            cache.add(command, key, toolchain, missing);
            retries++;
        }
        return obstacle;
    }
}
