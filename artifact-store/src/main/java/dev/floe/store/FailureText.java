package dev.floe.store;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A failure in words for users: what an exception is about, without the names of Java's classes. The messages of many
 * exceptions say nothing else: that of a {@link NoSuchFileException} is a path, and that of one that wraps another
 * begins with its class.
 */
public final class FailureText {
    private static final Pattern CLASS_NAME = Pattern
            .compile("(?:\\b[a-z_$][\\w$]*\\.)+[A-Z][\\w$]*(?:Exception|Error|Throwable)\\b:?\\s*");
    private static final int MAX_CAUSES = 16;

    private FailureText() {}

    /** One sentence or part of one, never empty. */
    public static String of(Throwable failure) {
        Throwable telling = telling(failure);
        String text = switch (telling) {
            case FileSystemException file -> ofFile(file);
            case FileNotFoundException file -> String.valueOf(file.getMessage());
            case UnknownHostException host -> "no address is known for the host " + host.getMessage();
            case CharacterCodingException _ -> "it is not UTF-8";
            default -> message(telling);
        };
        String plain = CLASS_NAME.matcher(text).replaceAll("").strip();
        return plain.isEmpty() ? category(telling) : plain;
    }

    /** Why a file cannot be used, without the file. */
    static String reason(FileSystemException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "it does not exist";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "it exists already";
            case DirectoryNotEmptyException _ -> "the directory is not empty";
            case NotDirectoryException _ -> "it is not a directory";
            case FileSystemLoopException _ -> "its links lead in a circle";
            default -> failure.getReason() == null ? "it cannot be used" : failure.getReason();
        };
    }

    /** The first of a chain of causes that has something of its own to say. */
    private static Throwable telling(Throwable failure) {
        Throwable now = failure;
        for (int i = 0; i < MAX_CAUSES; i++) {
            Throwable cause = now.getCause();
            if (cause == null || !isWrapper(now, cause)) {
                return now;
            }
            now = cause;
        }
        return now;
    }

    private static boolean isWrapper(Throwable failure, Throwable cause) {
        String message = failure.getMessage();
        return failure instanceof ExecutionException || isUnspecificHandshakeFailure(message)
                || failure instanceof CompletionException
                || failure instanceof UncheckedIOException || message == null || message.equals(cause.toString());
    }

    /** What Java's TLS says of any failure of a handshake; the cause says which. */
    private static boolean isUnspecificHandshakeFailure(@Nullable String message) {
        return message != null && (message.startsWith("General ") && message.endsWith("Engine problem")
                || message.equals("Unexpected exception"));
    }

    private static String ofFile(FileSystemException failure) {
        String other = failure.getOtherFile() == null ? "" : " to " + failure.getOtherFile();
        return failure.getFile() == null ? reason(failure) : failure.getFile() + other + ": " + reason(failure);
    }

    private static String message(Throwable failure) {
        @Nullable
        String message = failure.getMessage();
        return message == null ? "" : message;
    }

    private static String category(Throwable failure) {
        return switch (failure) {
            case EOFException _ -> "it ends too early";
            case ClosedChannelException _ -> "the connection is closed";
            case SocketTimeoutException _ -> "no answer in time";
            case TimeoutException _ -> "it took too long";
            case CancellationException _ -> "it was given up";
            case InterruptedException _ -> "it was interrupted";
            case InvalidPathException _ -> "it is not a path";
            case OutOfMemoryError _ -> "there is not enough memory";
            case IOException _ -> "reading or writing failed";
            default -> "an internal error";
        };
    }
}
