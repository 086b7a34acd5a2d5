package dev.floe.node.executor;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.floe.node.bounds.PeerText;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.store.FailureText;

/**
 * Why a job has failed, as its submitter is told. The paths in it are those that the offer has itself; all others are
 * this machine's own, and are left out.
 */
final class FailureReason {
    private static final Pattern PATH = Pattern.compile("(?<![A-Za-z0-9_.])/[^\\s:;,'\"()\\[\\]]*");
    private static final String LEFT_OUT = "(a file here)";
    private static final int MAX_EXAMINED = 4 * PeerText.MAX_CHARACTERS;

    private final Offer offer;
    private final Path data;

    /**
     * @param directory of the job, two below that of all the node's data; a path in there is left out to its end,
     *                  spaces and all
     */
    FailureReason(Offer offer, Path directory) {
        this.offer = offer;
        this.data = directory.resolve("../..").normalize();
    }

    String of(Throwable failure) {
        String text = failure instanceof FileSystemException file ? category(file) : FailureText.of(failure);
        String part = text.substring(0, Math.min(text.length(), MAX_EXAMINED));
        return PeerText.of(withoutPaths(part.replaceAll(Pattern.quote(data.toString()) + "[^'\":;,\\n]*", LEFT_OUT)));
    }

    private static String category(FileSystemException failure) {
        String category = switch (failure) {
            case NoSuchFileException _ -> "a file is missing";
            case AccessDeniedException _ -> "a file may not be used";
            default -> "a file cannot be used";
        };
        return failure.getReason() == null ? category : category + ": " + failure.getReason();
    }

    private String withoutPaths(String text) {
        Matcher matcher = PATH.matcher(text);
        if (!matcher.find()) {
            return text;
        }
        Set<String> known = offered();
        return matcher.replaceAll(
                found -> Matcher.quoteReplacement(known.contains(found.group()) ? found.group() : LEFT_OUT));
    }

    private Set<String> offered() {
        Set<String> paths = new HashSet<>(offer.outputDirectories());
        paths.add("/");
        paths.add(offer.program());
        paths.add(offer.directory());
        for (WireInput input : offer.inputs()) {
            paths.add(input.path());
        }
        return paths;
    }
}
